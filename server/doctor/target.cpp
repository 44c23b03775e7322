#include "server/doctor/target.h"

#include <fmt/format.h>

#include <boost/url.hpp>

#include "core/base/ip_address.h"

namespace visavis::doctor {

std::optional<Target> Target::parse(std::string_view text) {
  std::string whole(text);
  if (text.find("://") == std::string_view::npos) whole = "https://" + whole;
  const auto url = boost::urls::parse_uri(whole);
  if (!url || (url->scheme() != "https" && url->scheme() != "http")) return std::nullopt;
  if (url->has_userinfo() || url->has_query() || url->encoded_host().empty()) return std::nullopt;
  Target target;
  target.secure = url->scheme() == "https";
  target.host = std::string(url->encoded_host_address());
  target.port = target.secure ? 443 : 80;
  if (url->has_port()) {
    if (url->port_number() == 0) return std::nullopt;
    target.port = url->port_number();
  }
  target.path = std::string(url->encoded_path());
  while (target.path.ends_with('/')) target.path.pop_back();
  return target;
}

std::string Target::authority() const {
  const bool brackets = host.find(':') != std::string::npos;
  const std::string name = brackets ? fmt::format("[{}]", host) : host;
  return has_default_port() ? name : fmt::format("{}:{}", name, port);
}

std::string Target::origin() const {
  return fmt::format("{}://{}", secure ? "https" : "http", authority());
}

bool Target::is_loopback() const {
  const auto address = IpAddress::parse(host);
  return address ? address->is_loopback() : host == "localhost" || host.ends_with(".localhost");
}

}  // namespace visavis::doctor

#include "server/ops/origin.h"

#include <fmt/format.h>

#include <boost/url.hpp>

namespace visavis::ops {
namespace {

namespace urls = boost::urls;

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

}  // namespace

std::optional<Origin> parse_origin(std::string_view text) {
  const auto url = urls::parse_uri(text);
  if (!url || url->has_userinfo() || url->has_query() || url->has_fragment()) return std::nullopt;
  if (!url->encoded_path().empty() && url->encoded_path() != "/") return std::nullopt;
  const bool secure = url->scheme_id() == urls::scheme::https;
  if (!secure && url->scheme_id() != urls::scheme::http) return std::nullopt;
  // A percent in a host is a name outside of ASCII: browsers send its ASCII form (xn--…) instead.
  const std::string host = lower(std::string(url->encoded_host()));
  if (host.empty() || host.find('%') != std::string::npos) return std::nullopt;
  if (url->has_port() && url->port_number() == 0) return std::nullopt;

  Origin origin;
  origin.secure = secure;
  origin.host = host;
  origin.text = fmt::format("{}://{}", secure ? "https" : "http", host);
  const unsigned default_port = secure ? 443 : 80;
  if (url->has_port() && url->port_number() != default_port) {
    origin.text += fmt::format(":{}", url->port_number());
  }
  return origin;
}

}  // namespace visavis::ops

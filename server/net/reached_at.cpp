#include "server/net/reached_at.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "core/base/ip_address.h"

namespace visavis::net {
namespace {

constexpr std::size_t kHostCharsMax = 253;  // RFC 1035 section 2.3.4

bool is_name(std::string_view host) {
  return !host.empty() && host.size() <= kHostCharsMax && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.';
  });
}

bool is_bracketed_ipv6(std::string_view host) {
  return host.starts_with('[') && host.ends_with(']') && IpAddress::parse(host).has_value();
}

bool is_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port > 0;
}

}  // namespace

std::string reached_at(const HttpRequest& request) {
  if (request.forwarded) return {};
  const std::string_view text = request.host;
  // The last colon; one inside brackets is the address's own.
  const std::size_t colon = text.rfind(':');
  const bool has_port = colon != text.npos && text.find(']', colon) == text.npos;
  const std::string_view host = text.substr(0, has_port ? colon : text.npos);
  const std::string_view default_port = request.secure ? "443" : "80";
  const std::string_view port = has_port ? text.substr(colon + 1) : default_port;
  if (!is_port(port) || !(is_name(host) || is_bracketed_ipv6(host))) return {};
  return std::string(host).append(":").append(port);
}

}  // namespace visavis::net

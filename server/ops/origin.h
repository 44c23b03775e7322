// Web origins (RFC 6454) of the configuration.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace visavis::ops {

struct Origin {
  bool secure = false;  // https
  std::string host;     // lower case; an IPv6 address in brackets
  std::string text;     // as a browser writes it in the Origin header: default port left out
};

// SCHEME://HOST[:PORT] with scheme http or https; a final slash is forgiven. Nothing for all else,
// a path, a user name or a host outside of ASCII included.
std::optional<Origin> parse_origin(std::string_view text);

}  // namespace visavis::ops

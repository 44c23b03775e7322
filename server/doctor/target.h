// Which server is looked at.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace visavis::doctor {

struct Target {
  bool secure = false;
  std::string host;  // a name or an address, IPv6 without brackets
  std::uint16_t port = 0;
  std::string path;  // without a final slash; empty for the root

  // http:// or https://, HOST[:PORT], perhaps a path. A bare HOST[:PORT] is https. Nothing for all
  // else.
  static std::optional<Target> parse(std::string_view text);

  bool has_default_port() const { return port == (secure ? 443 : 80); }
  // As in a URL and in the Host field: IPv6 in brackets, the default port left out.
  std::string authority() const;
  std::string origin() const;  // https://call.example.org
  std::string text() const { return origin() + path; }
  // A name or address of this machine only.
  bool is_loopback() const;
};

}  // namespace visavis::doctor

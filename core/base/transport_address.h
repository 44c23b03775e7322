// An IP address with a port, as a value.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "core/base/ip_address.h"

namespace visavis {

struct TransportAddress {
  IpAddress address;
  std::uint16_t port = 0;

  // "192.0.2.1:3478", "[2001:db8::1]:3478".
  std::string to_string() const;

  auto operator<=>(const TransportAddress&) const = default;
};

}  // namespace visavis

template <>
struct std::hash<visavis::TransportAddress> {
  std::size_t operator()(const visavis::TransportAddress& address) const noexcept {
    return std::hash<visavis::IpAddress>{}(address.address) * 31 + address.port;
  }
};

// Where somebody comes from, as limits count it: the address, and whether they have shown a token
// that says who they are. Those who have and those who have not share no limit of an address, so
// that strangers take nothing from others behind the same NAT.
#pragma once

#include <cstddef>
#include <functional>

#include "core/base/ip_address.h"

namespace visavis {

struct Source {
  IpAddress address;  // an IpAddress::limit_key()
  bool known = false;
  auto operator<=>(const Source&) const = default;
};

}  // namespace visavis

template <>
struct std::hash<visavis::Source> {
  std::size_t operator()(const visavis::Source& source) const noexcept {
    return std::hash<visavis::IpAddress>()(source.address) ^ (source.known ? 1U : 0U);
  }
};

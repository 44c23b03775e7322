// What kind of address one is.
#pragma once

#include "core/base/ip_address.h"

namespace visavis::doctor {

// Of a network that is not the Internet: private, link-local, shared by a provider (RFC 6598),
// loopback.
inline bool is_internal(const IpAddress& address) {
  for (const char* text : {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16",
                           "100.64.0.0/10", "127.0.0.0/8", "::1", "fc00::/7", "fe80::/10"}) {
    if (IpNetwork::parse(text)->contains(address)) return true;
  }
  return false;
}

}  // namespace visavis::doctor

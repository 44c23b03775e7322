// Who a request really comes from, when a reverse proxy stands in front of us.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/ip_address.h"

namespace visavis::net {

// Values of the request's header fields; a repeated field's joined by ", ", empty where absent.
struct ProxyHeaders {
  std::string_view x_forwarded_for{};
  std::string_view x_forwarded_proto{};
  std::string_view x_forwarded_host{};
  std::string_view forwarded{};  // RFC 7239
};

struct ClientIdentity {
  IpAddress address;
  bool secure = false;
  std::string host;
  bool forwarded = false;  // proxy headers were there, believed or not
};

bool is_trusted(const std::vector<IpNetwork>& trusted_proxies, const IpAddress& address);

// Of this machine or a local network (RFC 6890): a proxy of the operator's rather than somebody on
// the Internet.
bool is_local(const IpAddress& address);

// `peer`, `secure` and `host` as the socket and the Host field have them. Headers count only when
// the peer is a trusted proxy; then the client is the right-most address in them that is not one
// itself (what stands left of it, anybody could have written). X-Forwarded-* goes before Forwarded:
// that is what common proxies overwrite, while they pass a client's own Forwarded on untouched.
ClientIdentity identify_client(const IpAddress& peer, bool secure, std::string_view host,
                               const ProxyHeaders& headers,
                               const std::vector<IpNetwork>& trusted_proxies);

}  // namespace visavis::net

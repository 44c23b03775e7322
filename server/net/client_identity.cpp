#include "server/net/client_identity.h"

#include <algorithm>
#include <optional>

#include "server/net/text.h"

namespace visavis::net {
namespace {

std::string_view unquoted(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    return text.substr(1, text.size() - 2);
  }
  return text;
}

// A node of RFC 7239 section 6, or an item of X-Forwarded-For: an address, perhaps with a port.
std::optional<IpAddress> parse_node(std::string_view text) {
  const std::string_view node = unquoted(trim(text));
  if (auto address = IpAddress::parse(node)) return address;
  const auto colon = node.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  return IpAddress::parse(node.substr(0, colon));
}

// The value of `name` in one element of Forwarded ("for=192.0.2.1;proto=https").
std::string_view parameter(std::string_view element, std::string_view name) {
  while (!element.empty()) {
    const auto end = std::min(element.find(';'), element.size());
    const std::string_view pair = trim(element.substr(0, end));
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos && to_lower(pair.substr(0, equals)) == name) {
      return unquoted(pair.substr(equals + 1));
    }
    element.remove_prefix(std::min(end + 1, element.size()));
  }
  return {};
}

// The right-most address of the list that is no trusted proxy. An element that is no address (an
// obfuscated one, "unknown") ends the search at the proxy that wrote it.
template <typename ToNode>
IpAddress client_of(std::string_view list, const IpAddress& peer,
                    const std::vector<IpNetwork>& trusted_proxies, ToNode to_node) {
  IpAddress client = peer;
  while (!list.empty()) {
    const auto comma = list.rfind(',');
    const bool last = comma == std::string_view::npos;
    const auto address = parse_node(to_node(last ? list : list.substr(comma + 1)));
    if (!address) return client;
    client = *address;
    if (!is_trusted(trusted_proxies, client)) return client;
    list = last ? std::string_view() : list.substr(0, comma);
  }
  return client;
}

void apply_x_forwarded(ClientIdentity& identity, const ProxyHeaders& headers,
                       const std::vector<IpNetwork>& trusted_proxies) {
  identity.address = client_of(headers.x_forwarded_for, identity.address, trusted_proxies,
                               [](std::string_view item) { return item; });
  const std::string_view proto = last_item(headers.x_forwarded_proto);
  if (!proto.empty()) identity.secure = to_lower(proto) == "https";
  const std::string_view host = last_item(headers.x_forwarded_host);
  if (!host.empty()) identity.host = host;
}

void apply_forwarded(ClientIdentity& identity, std::string_view forwarded,
                     const std::vector<IpNetwork>& trusted_proxies) {
  identity.address = client_of(forwarded, identity.address, trusted_proxies,
                               [](std::string_view element) { return parameter(element, "for"); });
  const std::string_view nearest = last_item(forwarded);
  const std::string_view proto = parameter(nearest, "proto");
  if (!proto.empty()) identity.secure = to_lower(proto) == "https";
  const std::string_view host = parameter(nearest, "host");
  if (!host.empty()) identity.host = host;
}

}  // namespace

bool is_trusted(const std::vector<IpNetwork>& trusted_proxies, const IpAddress& address) {
  return std::any_of(trusted_proxies.begin(), trusted_proxies.end(),
                     [&](const IpNetwork& network) { return network.contains(address); });
}

bool is_local(const IpAddress& address) {
  static const std::vector<IpNetwork> networks = [] {
    std::vector<IpNetwork> parsed;
    for (const char* text : {"10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
                             "172.16.0.0/12", "192.168.0.0/16", "::1", "fc00::/7", "fe80::/10"}) {
      parsed.push_back(IpNetwork::parse(text).value());
    }
    return parsed;
  }();
  return is_trusted(networks, address);
}

ClientIdentity identify_client(const IpAddress& peer, bool secure, std::string_view host,
                               const ProxyHeaders& headers,
                               const std::vector<IpNetwork>& trusted_proxies) {
  const bool has_x_forwarded = !headers.x_forwarded_for.empty() ||
                               !headers.x_forwarded_proto.empty() ||
                               !headers.x_forwarded_host.empty();
  ClientIdentity identity{.address = peer,
                          .secure = secure,
                          .host = std::string(host),
                          .forwarded = has_x_forwarded || !headers.forwarded.empty()};
  if (!identity.forwarded || !is_trusted(trusted_proxies, peer)) return identity;
  if (has_x_forwarded) {
    apply_x_forwarded(identity, headers, trusted_proxies);
  } else {
    apply_forwarded(identity, headers.forwarded, trusted_proxies);
  }
  return identity;
}

}  // namespace visavis::net

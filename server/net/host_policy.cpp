#include "server/net/host_policy.h"

#include <algorithm>

#include "server/net/text.h"

namespace visavis::net {
namespace {

constexpr std::size_t kPortDigitsMax = 5;

// RFC 3986 section 3.2.3: digits, or none.
bool is_port(std::string_view text) {
  return text.size() <= kPortDigitsMax &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// RFC 3986 section 3.2.2 without the characters that no DNS name has. Underscores are not in host
// names, but in names of containers and machines.
bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
           c == '~' || c == '%';
  });
}

// RFC 6761 section 6.3.
bool is_loopback(const RequestHost& host) {
  if (host.address) return host.address->is_loopback();
  return host.name == "localhost" || host.name.ends_with(".localhost");
}

bool is_same(const RequestHost& a, const RequestHost& b) {
  return a.name == b.name && a.address == b.address;
}

// RFC 9525 section 6.3: a wildcard is the whole left-most label, and stands for one.
bool matches(std::string_view pattern, std::string_view name) {
  if (!pattern.starts_with("*.")) return pattern == name;
  const auto dot = name.find('.');
  return dot != std::string_view::npos && dot > 0 && name.substr(dot) == pattern.substr(1);
}

std::string_view authority_of(std::string_view url) {
  const auto scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return {};
  const std::string_view rest = url.substr(scheme_end + 3);
  return rest.substr(0, rest.find_first_of("/?#"));
}

}  // namespace

std::optional<RequestHost> parse_host(std::string_view authority) {
  // The last colon; one inside brackets is the address's own.
  const auto colon = authority.rfind(':');
  const bool has_port = colon != authority.npos && authority.find(']', colon) == authority.npos;
  if (has_port && !is_port(authority.substr(colon + 1))) return std::nullopt;
  const std::string_view text = authority.substr(0, has_port ? colon : authority.npos);

  RequestHost host;
  if (text.starts_with('[')) {
    // The brackets hold an IPv6 address and nothing else.
    if (text.find(':') == text.npos) return std::nullopt;
    host.address = IpAddress::parse(text);
    return host.address ? std::optional(host) : std::nullopt;
  }
  host.name = to_lower(text);
  // example.org. is the same name as example.org (RFC 1034 section 3.1).
  if (host.name.ends_with('.')) host.name.pop_back();
  if (!is_name(host.name)) return std::nullopt;
  host.address = IpAddress::parse(host.name);
  if (host.address) host.name.clear();
  return host;
}

bool is_named_by(const CertificateNames& certificate, const RequestHost& host) {
  if (host.address)
    return std::ranges::find(certificate.addresses, *host.address) != certificate.addresses.end();
  return std::ranges::any_of(certificate.names, [&host](const std::string& pattern) {
    return matches(pattern, host.name);
  });
}

HostPolicy::HostPolicy(std::string_view public_url, const std::vector<std::string>& allowed,
                       bool own_certificate)
    : own_certificate_(own_certificate) {
  if (auto host = parse_host(authority_of(public_url))) listed_.push_back(*std::move(host));
  for (const std::string& entry : allowed) {
    // An address may come without the brackets that a Host field has.
    if (const auto address = IpAddress::parse(entry)) {
      listed_.push_back({.name = {}, .address = address});
    } else if (auto host = parse_host(entry)) {
      listed_.push_back(*std::move(host));
    }
  }
}

bool HostPolicy::is_listed(const RequestHost& host) const {
  return std::ranges::any_of(listed_, [&](const RequestHost& own) { return is_same(own, host); });
}

bool HostPolicy::allows(const Asked& asked, const CertificateNames* certificate) const {
  if (!asked.host) return asked.probe;
  const RequestHost& host = *asked.host;
  if (asked.on_loopback && is_loopback(host)) return true;
  if (is_listed(host)) return true;
  if (certificate != nullptr && is_named_by(*certificate, host)) return true;
  const bool certificate_configured =
      certificate != nullptr && !own_certificate_ &&
      !(certificate->names.empty() && certificate->addresses.empty());
  const bool none_configured = listed_.empty() && !certificate_configured;
  return host.address && (asked.probe || none_configured);
}

}  // namespace visavis::net

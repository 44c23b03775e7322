// Under which names this server answers. A web page whose own name is made to lead to this machine
// (DNS rebinding) is of the same origin as we are, for its browser: the Host field is the only
// thing that still tells the two apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/ip_address.h"

namespace visavis::net {

// The host of a Host field or of a URL's authority, without its port.
struct RequestHost {
  // In lower case, without the final dot of a complete name; empty for an address.
  std::string name;
  std::optional<IpAddress> address;
};

// `authority` is HOST or HOST:PORT (RFC 9110 section 7.2), an IPv6 address in brackets. Nothing for
// what is neither a name nor an address: a user name, a zone, a port that is no number, two ports,
// and nothing at all.
std::optional<RequestHost> parse_host(std::string_view authority);

// What a certificate is made out to: its subject alternative names, which are all that browsers
// look at.
struct CertificateNames {
  std::vector<std::string> names;  // lower case; "*.example.org" stands for one label
  std::vector<IpAddress> addresses;
};

// Whether browsers take it for this host.
bool is_named_by(const CertificateNames& certificate, const RequestHost& host);

// Immutable, so safe to use from any thread.
class HostPolicy {
 public:
  // Answers to loopback names on loopback, and to any address.
  HostPolicy() = default;
  // `public_url` may be empty. `allowed`: names and addresses. `own_certificate`: the certificate
  // was made by this server, so its names count without having been configured.
  HostPolicy(std::string_view public_url, const std::vector<std::string>& allowed,
             bool own_certificate);

  struct Asked {
    // Nothing: the request named no host.
    std::optional<RequestHost> host;
    // The request came to a loopback address or from one: the client is on this machine.
    bool on_loopback = false;
    // A probe or a scraper asks by address, or names no host at all: it reads no names.
    bool probe = false;
  };
  // `certificate` is null without TLS.
  //
  // Loopback names and addresses count on loopback; everywhere the host of the public URL, what the
  // certificate names, and what is allowed. Addresses count where none of these is configured: no
  // page can have one as its name and lead it elsewhere.
  bool allows(const Asked& asked, const CertificateNames* certificate) const;

 private:
  bool is_listed(const RequestHost& host) const;

  std::vector<RequestHost> listed_;
  bool own_certificate_ = false;
};

}  // namespace visavis::net

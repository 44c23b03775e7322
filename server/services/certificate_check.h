// What would make browsers refuse the server's certificate: its dates, and its names.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "server/net/host_policy.h"
#include "server/ops/config.h"

namespace visavis::services {

struct CertificateFacts {
  std::chrono::sys_seconds not_before;
  std::chrono::sys_seconds not_after;
  net::CertificateNames names;
  std::string missing_issuer{};  // see TlsContext::missing_issuer(); empty: none
};

// A host by which browsers come to this server's own TLS, and the option that says so.
struct ServedHost {
  net::RequestHost host;
  std::string option;
};

struct CertificateProblem {
  ops::LogLevel level = ops::LogLevel::kWarn;
  std::string_view sentence;
  std::vector<std::pair<std::string_view, std::string>> fields;
};

// Pure: no clock, no files.
std::vector<CertificateProblem> check_certificate(const CertificateFacts& facts,
                                                  const std::vector<ServedHost>& hosts,
                                                  std::chrono::sys_seconds now);

// The hosts of --public-url, unless a proxy does TLS for it, and of the turns: URLs of --relay-url.
std::vector<ServedHost> served_hosts(const ops::Config& config);

}  // namespace visavis::services

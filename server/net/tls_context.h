// The server's certificate and TLS settings, shared by all loops and replaceable while running.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "server/net/host_policy.h"

using SSL_CTX = struct ssl_ctx_st;

namespace visavis::net {

// When a certificate and its chain are good, all of them together.
struct CertificateDates {
  std::chrono::sys_seconds not_before{};
  std::chrono::sys_seconds not_after{};
};

// Thread-safe.
class TlsContext {
 public:
  // Reads PEM files: the certificate with its chain, and its key. The error is a sentence for the
  // operator that names the file.
  static Result<std::shared_ptr<TlsContext>, std::string> load(std::filesystem::path certificate,
                                                               std::filesystem::path key);

  // Reads the files again, for connections accepted from now on. When they cannot be used, the old
  // ones stay and the error is returned.
  std::optional<std::string> reload();

  // Whether the present certificate vouches for itself: browsers accept none for TURN over TLS.
  bool is_self_signed() const;

  // What the present certificate is made out to; never null.
  std::shared_ptr<const CertificateNames> names() const;

  CertificateDates dates() const;

  // The issuer whose certificate is missing, where the file holds one certificate alone that
  // neither vouches for itself nor comes from a root that this machine trusts. Reads the machine's
  // roots.
  std::optional<std::string> missing_issuer() const;

  // For SSL_new(), which takes its own reference.
  std::shared_ptr<SSL_CTX> current() const;

 private:
  TlsContext(std::filesystem::path certificate, std::filesystem::path key)
      : certificate_(std::move(certificate)), key_(std::move(key)) {}

  const std::filesystem::path certificate_;
  const std::filesystem::path key_;
  mutable std::mutex mutex_;
  std::shared_ptr<SSL_CTX> context_;
  std::shared_ptr<const CertificateNames> names_;  // of context_'s certificate
  CertificateDates dates_;
};

}  // namespace visavis::net

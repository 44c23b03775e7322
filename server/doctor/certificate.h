// TLS as a client, and the certificate that it was shown. Nothing is refused here: what a browser
// would say of it is in what is seen.
#pragma once

#include <openssl/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "server/doctor/observations.h"

namespace visavis::doctor {

// With the authorities that this machine trusts (SSL_CERT_FILE names others). `http`: offers
// http/1.1 by ALPN. Null: OpenSSL cannot.
std::shared_ptr<SSL_CTX> make_client_tls(bool http);
// SNI where `host` is a name, and asks for a stapled answer of the authority (OCSP).
void prepare_client_tls(SSL& tls, const std::string& host);

// Days until the first certificate of this file (PEM) expires; nothing where it cannot be read.
std::optional<std::int64_t> days_left_of_file(const std::string& file);

// After the handshake.
CertificateSeen see_certificate(SSL& tls, const std::string& host);

// The reason of the last failed TLS operation, `otherwise` where OpenSSL has none.
std::string tls_error(std::string otherwise);

}  // namespace visavis::doctor

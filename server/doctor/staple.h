// The answer of a certificate's authority that came with it in the handshake (OCSP stapling, RFC
// 6066 section 8, RFC 6960): whether browsers can believe it, and what it says.
#pragma once

#include <openssl/types.h>
#include <openssl/x509.h>

#include <string>

namespace visavis::doctor {

struct StapleSeen {
  bool revoked = false;
  std::string error{};  // not empty: it came and is no good; as the end of a sentence
};

// `chain` was verified and begins with `certificate`. Without a staple nothing is seen.
StapleSeen see_staple(SSL& tls, X509* certificate, STACK_OF(X509) * chain);

}  // namespace visavis::doctor

#include "server/doctor/staple.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/ssl.h>

#include <memory>

namespace visavis::doctor {
namespace {

// Clocks may differ by so much.
constexpr long kToleranceSeconds = 300;

void free_response(OCSP_RESPONSE* response) { OCSP_RESPONSE_free(response); }
void free_basic(OCSP_BASICRESP* basic) { OCSP_BASICRESP_free(basic); }
void free_id(OCSP_CERTID* id) { OCSP_CERTID_free(id); }

template <typename Type>
using Owned = std::unique_ptr<Type, void (*)(Type*)>;

}  // namespace

StapleSeen see_staple(SSL& tls, X509* certificate, STACK_OF(X509) * chain) {
  const unsigned char* bytes = nullptr;
  const long size = SSL_get_tlsext_status_ocsp_resp(&tls, static_cast<void*>(&bytes));
  if (size <= 0) return {};
  const Owned<OCSP_RESPONSE> response(d2i_OCSP_RESPONSE(nullptr, &bytes, size), free_response);
  if (!response) return {.error = "it cannot be read"};
  const int status = OCSP_response_status(response.get());
  if (status != OCSP_RESPONSE_STATUS_SUCCESSFUL) {
    return {.error = OCSP_response_status_str(status)};
  }
  const Owned<OCSP_BASICRESP> basic(OCSP_response_get1_basic(response.get()), free_basic);
  if (!basic) return {.error = "it cannot be read"};
  X509_STORE* const trusted = SSL_CTX_get_cert_store(SSL_get_SSL_CTX(&tls));
  if (OCSP_basic_verify(basic.get(), chain, trusted, 0) != 1) {
    ERR_clear_error();
    return {.error = "nobody signed it who may"};
  }
  if (sk_X509_num(chain) < 2) return {.error = "the certificate has no issuer"};
  const Owned<OCSP_CERTID> id(OCSP_cert_to_id(nullptr, certificate, sk_X509_value(chain, 1)),
                              free_id);
  int says = V_OCSP_CERTSTATUS_UNKNOWN;
  ASN1_GENERALIZEDTIME* from = nullptr;
  ASN1_GENERALIZEDTIME* until = nullptr;
  if (!id ||
      OCSP_resp_find_status(basic.get(), id.get(), &says, nullptr, nullptr, &from, &until) != 1) {
    return {.error = "it is about another certificate"};
  }
  if (OCSP_check_validity(from, until, kToleranceSeconds, -1) != 1) {
    ERR_clear_error();
    return {.error = "it is out of date"};
  }
  if (says == V_OCSP_CERTSTATUS_REVOKED) return {.revoked = true};
  if (says != V_OCSP_CERTSTATUS_GOOD) return {.error = "the authority does not know it"};
  return {};
}

}  // namespace visavis::doctor

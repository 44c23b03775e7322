#include "server/doctor/certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <array>

#include "core/base/ip_address.h"
#include "server/doctor/staple.h"
#include "server/ops/printable.h"

namespace visavis::doctor {
namespace {

template <typename Type, void (*kFree)(Type*)>
struct Deleter {
  void operator()(Type* object) const { kFree(object); }
};
void free_names(GENERAL_NAMES* names) { GENERAL_NAMES_free(names); }
void free_features(TLS_FEATURE* features) { TLS_FEATURE_free(features); }
using Names = std::unique_ptr<GENERAL_NAMES, Deleter<GENERAL_NAMES, free_names>>;
using Features = std::unique_ptr<TLS_FEATURE, Deleter<TLS_FEATURE, free_features>>;
using Store = std::unique_ptr<X509_STORE_CTX, Deleter<X509_STORE_CTX, X509_STORE_CTX_free>>;

constexpr long kMustStaple = 5;  // status_request, RFC 7633

std::string text_of(const ASN1_STRING* value) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
          static_cast<std::size_t>(ASN1_STRING_length(value))};
}

std::vector<std::string> names_of(X509* certificate) {
  std::vector<std::string> texts;
  const Names names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) texts.push_back(ops::printable(text_of(name->d.dNSName)));
    if (name->type != GEN_IPADD) continue;
    const std::string bytes = text_of(name->d.iPAddress);
    std::array<std::uint8_t, 16> v6{};
    std::array<std::uint8_t, 4> v4{};
    if (bytes.size() == v4.size()) {
      std::copy(bytes.begin(), bytes.end(), v4.begin());
      texts.push_back(IpAddress::v4(v4).to_string());
    } else if (bytes.size() == v6.size()) {
      std::copy(bytes.begin(), bytes.end(), v6.begin());
      texts.push_back(IpAddress::v6(v6).to_string());
    }
  }
  return texts;
}

std::string issuer_of(X509* certificate) {
  const X509_NAME* issuer = X509_get_issuer_name(certificate);
  for (const int part : {NID_commonName, NID_organizationName}) {
    const int at = X509_NAME_get_index_by_NID(issuer, part, -1);
    if (at >= 0) {
      return ops::printable(text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(issuer, at))));
    }
  }
  return "nobody";
}

bool must_staple(X509* certificate) {
  const Features features(
      static_cast<TLS_FEATURE*>(X509_get_ext_d2i(certificate, NID_tlsfeature, nullptr, nullptr)));
  for (int i = 0; features && i < sk_ASN1_INTEGER_num(features.get()); ++i) {
    if (ASN1_INTEGER_get(sk_ASN1_INTEGER_value(features.get(), i)) == kMustStaple) return true;
  }
  return false;
}

// Whether the chain leads to an authority that is trusted here, whatever its dates; and, where it
// does, whether the staple is good.
void see_trust(SSL& tls, X509* certificate, CertificateSeen& seen) {
  const Store context(X509_STORE_CTX_new());
  if (!context || X509_STORE_CTX_init(context.get(), SSL_CTX_get_cert_store(SSL_get_SSL_CTX(&tls)),
                                      certificate, SSL_get_peer_cert_chain(&tls)) != 1) {
    seen.trust_error = X509_verify_cert_error_string(X509_V_ERR_UNSPECIFIED);
    return;
  }
  X509_STORE_CTX_set_default(context.get(), "ssl_server");
  X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(context.get()), X509_V_FLAG_NO_CHECK_TIME);
  if (X509_verify_cert(context.get()) == 1) {
    const StapleSeen staple =
        see_staple(tls, certificate, X509_STORE_CTX_get0_chain(context.get()));
    seen.revoked = staple.revoked;
    seen.staple_error = staple.error;
    return;
  }
  const int result = X509_STORE_CTX_get_error(context.get());
  seen.trust_error = X509_verify_cert_error_string(result);
  seen.chain_incomplete = result == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
                          result == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE ||
                          result == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT;
  X509* const last = X509_STORE_CTX_get_current_cert(context.get());
  if (seen.chain_incomplete) seen.missing_issuer = issuer_of(last == nullptr ? certificate : last);
}

std::optional<std::int64_t> days_left_of(const X509* certificate) {
  int days = 0;
  int rest = 0;
  if (ASN1_TIME_diff(&days, &rest, nullptr, X509_get0_notAfter(certificate)) != 1) return {};
  return days;
}

}  // namespace

std::optional<std::int64_t> days_left_of_file(const std::string& file) {
  const std::unique_ptr<BIO, Deleter<BIO, BIO_free_all>> bio(BIO_new_file(file.c_str(), "r"));
  if (!bio) return std::nullopt;
  const std::unique_ptr<X509, Deleter<X509, X509_free>> certificate(
      PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  return certificate ? days_left_of(certificate.get()) : std::nullopt;
}

std::shared_ptr<SSL_CTX> make_client_tls(bool http) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  if (!context || SSL_CTX_set_default_verify_paths(context.get()) != 1) return nullptr;
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_options(context.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
  static constexpr unsigned char kHttp[] = "\x08http/1.1";
  static constexpr unsigned char kTurn[] = "\x09stun.turn";
  SSL_CTX_set_alpn_protos(context.get(), http ? kHttp : kTurn, http ? 9 : 10);
  return context;
}

void prepare_client_tls(SSL& tls, const std::string& host) {
  if (!IpAddress::parse(host)) SSL_set_tlsext_host_name(&tls, host.c_str());
  SSL_set_tlsext_status_type(&tls, TLSEXT_STATUSTYPE_ocsp);
}

CertificateSeen see_certificate(SSL& tls, const std::string& host) {
  CertificateSeen seen;
  seen.version = SSL_get_version(&tls);
  X509* const certificate = SSL_get0_peer_certificate(&tls);
  if (certificate == nullptr) {
    seen.handshake_error = "no certificate was shown";
    return seen;
  }
  seen.names = names_of(certificate);
  seen.name_matches = IpAddress::parse(host) ? X509_check_ip_asc(certificate, host.c_str(), 0) == 1
                                             : X509_check_host(certificate, host.c_str(),
                                                               host.size(), 0, nullptr) == 1;
  seen.is_self_signed = (X509_get_extension_flags(certificate) & EXFLAG_SS) != 0;
  seen.has_expired = X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0;
  seen.is_not_yet_valid = X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0;
  seen.days_left = days_left_of(certificate).value_or(0);
  seen.issuer = issuer_of(certificate);
  see_trust(tls, certificate, seen);
  const unsigned char* staple = nullptr;
  seen.stapled = SSL_get_tlsext_status_ocsp_resp(&tls, static_cast<void*>(&staple)) > 0;
  seen.must_staple = must_staple(certificate);
  return seen;
}

std::string tls_error(std::string otherwise) {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return otherwise;
  const char* const words = ERR_reason_error_string(code);
  return words == nullptr ? otherwise : words;
}

}  // namespace visavis::doctor

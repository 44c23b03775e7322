#include "server/net/tls_context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <ctime>

#include "server/net/text.h"

namespace visavis::net {
namespace {

using ContextResult = Result<std::shared_ptr<SSL_CTX>, std::string>;

// The first cause as the system or OpenSSL words it ("No such file or directory", "key values
// mismatch").
std::string openssl_reason() {
  const unsigned long error = ERR_peek_error();
  const char* reason = ERR_SYSTEM_ERROR(error) ? std::strerror(ERR_GET_REASON(error))
                                               : ERR_reason_error_string(error);
  ERR_clear_error();
  return reason != nullptr ? reason : "unknown error";
}

// What to do about it, behind the reason; empty where the reason says it all.
std::string advice(const std::string& reason) {
  if (reason == std::strerror(EACCES)) {
    return " This program runs as user " + std::to_string(::geteuid()) +
           ": let it read the file by a group (chgrp, chmod 640; systemd: SupplementaryGroups=), "
           "or "
           "by an ACL.";
  }
  if (reason == "key values mismatch") {
    return " The certificate's file has to begin with the server's own one, before those of its "
           "authorities.";
  }
  return {};
}

// RFC 7301. Browsers offer "h2" too; we speak HTTP/1.1 alone, which WebSockets need anyway, and
// TURN (RFC 7443). The first byte inside tells which it is: who offers only what we do not know, as
// a TURN client of another convention may, is not turned away for the name.
int select_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
  static constexpr unsigned char kSpoken[] = {8,   'h', 't', 't', 'p', '/', '1', '.', '1', 9,
                                              's', 't', 'u', 'n', '.', 't', 'u', 'r', 'n'};
  unsigned char* selected = nullptr;
  const int found =
      SSL_select_next_proto(&selected, out_size, kSpoken, sizeof kSpoken, offered, offered_size);
  if (found != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_NOACK;
  *out = selected;
  return SSL_TLSEXT_ERR_OK;
}

// A TLS 1.3 client may ask for new keys whenever it likes (RFC 8446 section 4.6.3). Each costs us a
// derivation inside of one SSL_read(), which goes on for as long as there are more. Browsers ask
// after 2^24 records and more.
constexpr std::uintptr_t kKeyUpdatesMax = 32;

// Sees every message; counts key updates where the connection's application data would be.
void count_key_updates(int is_written, int, int type, const void* message, std::size_t size,
                       SSL* ssl, void*) {
  if (is_written != 0 || type != SSL3_RT_HANDSHAKE || size == 0) return;
  if (*static_cast<const std::uint8_t*>(message) != SSL3_MT_KEY_UPDATE) return;
  // OpenSSL keeps one pointer for the application. It is the counter itself: nothing has to be
  // freed. NOLINTBEGIN(performance-no-int-to-ptr, bugprone-casting-through-void)
  const auto count = reinterpret_cast<std::uintptr_t>(SSL_get_app_data(ssl)) + 1;
  SSL_set_app_data(ssl, reinterpret_cast<void*>(count));
  // NOLINTEND(performance-no-int-to-ptr, bugprone-casting-through-void)
  // What is in the kernel's buffer is still read, then comes the end.
  if (count > kKeyUpdatesMax) ::shutdown(SSL_get_fd(ssl), SHUT_RDWR);
}

// Everything that keeps memory between records or sessions is off: connections live for hours, and
// a resumed handshake would save each of them a millisecond once.
void keep_little_memory(SSL_CTX* context) {
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_read_ahead(context, 1);  // one recv for a record's header and body
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

void restrict_protocol(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_PRIORITIZE_CHACHA |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE);
  // TLS 1.2: forward secrecy and authenticated encryption only (RFC 9325 section 4.2). 1.3 has no
  // others.
  SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");
  SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384");
  SSL_CTX_set_alpn_select_cb(context, select_protocol, nullptr);
  SSL_CTX_set_msg_callback(context, count_key_updates);
}

ContextResult load_context(const std::filesystem::path& certificate,
                           const std::filesystem::path& key) {
  ERR_clear_error();
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!context) return Failure{"OpenSSL cannot make a TLS context: " + openssl_reason() + "."};
  keep_little_memory(context.get());
  restrict_protocol(context.get());
  if (SSL_CTX_use_certificate_chain_file(context.get(), certificate.c_str()) != 1) {
    const std::string reason = openssl_reason();
    return Failure{"Cannot use the TLS certificate " + certificate.string() + ": " + reason + "." +
                   advice(reason)};
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context.get()) != 1) {
    const std::string reason = openssl_reason();
    return Failure{"Cannot use the TLS key " + key.string() + " with the certificate " +
                   certificate.string() + ": " + reason + "." + advice(reason)};
  }
  return context;
}

std::optional<IpAddress> to_address(const ASN1_OCTET_STRING* value) {
  const unsigned char* data = ASN1_STRING_get0_data(value);
  const auto size = static_cast<std::size_t>(ASN1_STRING_length(value));
  if (size == 4) return IpAddress::v4({data[0], data[1], data[2], data[3]});
  if (size != 16) return std::nullopt;
  std::array<std::uint8_t, 16> bytes{};
  std::copy_n(data, bytes.size(), bytes.begin());
  return IpAddress::v6(bytes);
}

// Nothing for a time that cannot be read.
std::optional<std::chrono::sys_seconds> to_time(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  return std::chrono::sys_seconds(std::chrono::seconds(::timegm(&parts)));
}

void restrict_to(CertificateDates& dates, const X509* certificate) {
  const auto from = to_time(X509_get0_notBefore(certificate));
  const auto until = to_time(X509_get0_notAfter(certificate));
  if (from) dates.not_before = std::max(dates.not_before, *from);
  if (until) dates.not_after = std::min(dates.not_after, *until);
}

CertificateDates dates_of(const SSL_CTX* context) {
  constexpr std::chrono::seconds kEndOf9999(253'402'300'799);
  CertificateDates dates{.not_before = {}, .not_after = std::chrono::sys_seconds(kEndOf9999)};
  if (const X509* own = SSL_CTX_get0_certificate(context)) restrict_to(dates, own);
  STACK_OF(X509)* chain = nullptr;
  // A macro that casts. NOLINTNEXTLINE(bugprone-multi-level-implicit-pointer-conversion)
  SSL_CTX_get0_chain_certs(const_cast<SSL_CTX*>(context), &chain);
  for (int i = 0; chain != nullptr && i < sk_X509_num(chain); ++i) {
    restrict_to(dates, sk_X509_value(chain, i));
  }
  return dates;
}

// Subject alternative names (RFC 5280 section 4.2.1.6).
CertificateNames names_of(const SSL_CTX* context) {
  CertificateNames names;
  const X509* certificate = SSL_CTX_get0_certificate(context);
  if (certificate == nullptr) return names;
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> list(
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      GENERAL_NAMES_free);
  for (int i = 0; list != nullptr && i < sk_GENERAL_NAME_num(list.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(list.get(), i);
    if (name->type == GEN_DNS) {
      const auto* text = reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName));
      const auto size = static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName));
      names.names.push_back(to_lower(std::string_view(text, size)));
    } else if (name->type == GEN_IPADD) {
      if (const auto address = to_address(name->d.iPAddress)) names.addresses.push_back(*address);
    }
  }
  return names;
}

}  // namespace

Result<std::shared_ptr<TlsContext>, std::string> TlsContext::load(std::filesystem::path certificate,
                                                                  std::filesystem::path key) {
  std::shared_ptr<TlsContext> context(new TlsContext(std::move(certificate), std::move(key)));
  if (auto error = context->reload()) return Failure{*std::move(error)};
  return context;
}

std::optional<std::string> TlsContext::reload() {
  ContextResult loaded = load_context(certificate_, key_);
  if (!loaded) return loaded.error();
  auto names = std::make_shared<const CertificateNames>(names_of(loaded->get()));
  const CertificateDates dates = dates_of(loaded->get());
  const std::lock_guard lock(mutex_);
  context_ = std::move(loaded).value();
  names_ = std::move(names);
  dates_ = dates;
  return std::nullopt;
}

bool TlsContext::is_self_signed() const {
  X509* certificate = SSL_CTX_get0_certificate(current().get());
  return certificate != nullptr && (X509_get_extension_flags(certificate) & EXFLAG_SS) != 0;
}

std::optional<std::string> TlsContext::missing_issuer() const {
  const std::shared_ptr<SSL_CTX> context = current();
  X509* const certificate = SSL_CTX_get0_certificate(context.get());
  STACK_OF(X509)* chain = nullptr;
  // A macro that casts. NOLINTNEXTLINE(bugprone-multi-level-implicit-pointer-conversion)
  SSL_CTX_get0_chain_certs(context.get(), &chain);
  if (certificate == nullptr || is_self_signed() || (chain != nullptr && sk_X509_num(chain) > 0)) {
    return std::nullopt;
  }
  const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(),
                                                                      X509_STORE_free);
  const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> look(X509_STORE_CTX_new(),
                                                                             X509_STORE_CTX_free);
  if (!store || !look || X509_STORE_set_default_paths(store.get()) != 1 ||
      X509_STORE_CTX_init(look.get(), store.get(), certificate, nullptr) != 1) {
    return std::nullopt;
  }
  X509_verify_cert(look.get());
  ERR_clear_error();
  const int result = X509_STORE_CTX_get_error(look.get());
  if (result != X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY &&
      result != X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE) {
    return std::nullopt;
  }
  std::array<char, 256> name{};
  X509_NAME_oneline(X509_get_issuer_name(certificate), name.data(), name.size());
  return std::string(name.data());
}

std::shared_ptr<const CertificateNames> TlsContext::names() const {
  const std::lock_guard lock(mutex_);
  return names_;
}

CertificateDates TlsContext::dates() const {
  const std::lock_guard lock(mutex_);
  return dates_;
}

std::shared_ptr<SSL_CTX> TlsContext::current() const {
  const std::lock_guard lock(mutex_);
  return context_;
}

}  // namespace visavis::net

#include "server/ops/self_signed.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include "core/base/ip_address.h"
#include "server/ops/origin.h"

namespace visavis::ops {
namespace {

constexpr std::string_view kCertificateFile = "self-signed.crt";
constexpr std::string_view kKeyFile = "self-signed.key";
constexpr std::size_t kFileBytesMax = 65'536;
constexpr std::size_t kNamesMax = 100;
// Safari refuses server certificates that are good for more than 825 days, even where the user
// trusts them.
constexpr auto kLifetime = std::chrono::hours(24 * 397);
constexpr auto kRenewBefore = std::chrono::hours(24 * 30);
constexpr auto kClockSkew = std::chrono::hours(24);  // of clients whose clock is behind

template <auto kFree>
struct Free {
  template <typename T>
  void operator()(T* pointer) const {
    kFree(pointer);
  }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using CertificatePtr = std::unique_ptr<X509, Free<X509_free>>;
using BioPtr = std::unique_ptr<BIO, Free<BIO_free>>;
using NamesPtr = std::unique_ptr<GENERAL_NAMES, Free<GENERAL_NAMES_free>>;

// ---- the names -------------------------------------------------------------

std::optional<IpAddress> address_of(const sockaddr* address) {
  if (address == nullptr) return std::nullopt;
  if (address->sa_family == AF_INET) {
    std::array<std::uint8_t, 4> bytes{};
    std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in*>(address)->sin_addr,
                bytes.size());
    return IpAddress::v4(bytes);
  }
  if (address->sa_family != AF_INET6) return std::nullopt;
  const auto* v6 = reinterpret_cast<const sockaddr_in6*>(address);
  if (IN6_IS_ADDR_LINKLOCAL(&v6->sin6_addr)) return std::nullopt;
  std::array<std::uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), &v6->sin6_addr, bytes.size());
  return IpAddress::v6(bytes);
}

void add_interface_addresses(std::vector<std::string>& names) {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return;  // the names still help
  const std::unique_ptr<ifaddrs, Free<::freeifaddrs>> owner(list);
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if ((entry->ifa_flags & IFF_UP) == 0) continue;
    if (const auto address = address_of(entry->ifa_addr)) names.push_back(address->to_string());
  }
}

// ---- the certificate -------------------------------------------------------

std::string pem_of(auto write) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  if (!bio || write(bio.get()) != 1) return {};
  const char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

bool add_extension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  if (extension == nullptr) return false;
  const bool added = X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

std::string alternative_names(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += ',';
    text += fmt::format("{}:{}", IpAddress::parse(name) ? "IP" : "DNS", name);
  }
  return text;
}

bool set_serial(X509* certificate) {
  std::array<std::uint8_t, 16> random{};
  if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) return false;
  random[0] &= 0x7F;  // positive, RFC 5280 section 4.1.2.2
  BIGNUM* number = BN_bin2bn(random.data(), static_cast<int>(random.size()), nullptr);
  const bool set = number != nullptr &&
                   BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr;
  BN_free(number);
  return set;
}

CertificatePtr make_certificate(EVP_PKEY* key, const std::vector<std::string>& names,
                                std::chrono::system_clock::time_point now) {
  using std::chrono::system_clock;
  CertificatePtr certificate(X509_new());
  X509* x509 = certificate.get();
  X509_NAME* subject = x509 == nullptr ? nullptr : X509_get_subject_name(x509);
  const auto* common_name = reinterpret_cast<const unsigned char*>("Vis-a-vis self-signed");
  const bool made =
      subject != nullptr && X509_set_version(x509, X509_VERSION_3) == 1 && set_serial(x509) &&
      ASN1_TIME_set(X509_getm_notBefore(x509), system_clock::to_time_t(now - kClockSkew)) &&
      ASN1_TIME_set(X509_getm_notAfter(x509), system_clock::to_time_t(now + kLifetime)) &&
      X509_set_pubkey(x509, key) == 1 &&
      X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, common_name, -1, -1, 0) == 1 &&
      X509_set_issuer_name(x509, subject) == 1 &&
      add_extension(x509, NID_subject_alt_name, alternative_names(names)) &&
      add_extension(x509, NID_basic_constraints, "critical,CA:FALSE") &&
      add_extension(x509, NID_key_usage, "critical,digitalSignature") &&
      add_extension(x509, NID_ext_key_usage, "serverAuth") &&
      X509_sign(x509, key, EVP_sha256()) > 0;
  if (!made) return nullptr;
  return certificate;
}

CertificatePtr parse_certificate(const std::string& pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return CertificatePtr(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

KeyPtr parse_key(const std::string& pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return KeyPtr(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
}

std::vector<std::string> names_of(X509* certificate) {
  std::vector<std::string> names;
  const NamesPtr list(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; list != nullptr && i < sk_GENERAL_NAME_num(list.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(list.get(), i);
    const ASN1_STRING* value = name->type == GEN_DNS ? name->d.dNSName : name->d.iPAddress;
    const unsigned char* data = ASN1_STRING_get0_data(value);
    const auto size = static_cast<std::size_t>(ASN1_STRING_length(value));
    if (name->type == GEN_DNS) {
      names.emplace_back(reinterpret_cast<const char*>(data), size);
    } else if (name->type == GEN_IPADD && size == 4) {
      names.push_back(IpAddress::v4({data[0], data[1], data[2], data[3]}).to_string());
    } else if (name->type == GEN_IPADD && size == 16) {
      std::array<std::uint8_t, 16> bytes{};
      std::copy_n(data, bytes.size(), bytes.begin());
      names.push_back(IpAddress::v6(bytes).to_string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool still_good(const std::string& certificate_pem, const std::string& key_pem,
                const std::vector<std::string>& names, std::chrono::system_clock::time_point now) {
  const auto certificate = parse_certificate(certificate_pem);
  const auto key = parse_key(key_pem);
  if (!certificate || !key || X509_check_private_key(certificate.get(), key.get()) != 1)
    return false;
  const std::time_t begin = std::chrono::system_clock::to_time_t(now);
  const std::time_t end = std::chrono::system_clock::to_time_t(now + kRenewBefore);
  return ASN1_TIME_cmp_time_t(X509_get0_notBefore(certificate.get()), begin) <= 0 &&
         ASN1_TIME_cmp_time_t(X509_get0_notAfter(certificate.get()), end) > 0 &&
         names_of(certificate.get()) == names;
}

std::vector<std::string> canonical(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  if (names.size() > kNamesMax) names.resize(kNamesMax);
  return names;
}

}  // namespace

std::vector<std::string> host_names(std::string_view public_url) {
  std::vector<std::string> names = {"localhost", "127.0.0.1", "::1"};
  std::array<char, HOST_NAME_MAX + 1> name{};
  if (::gethostname(name.data(), name.size() - 1) == 0 && name[0] != '\0') {
    names.emplace_back(name.data());
  }
  if (const auto origin = parse_origin(public_url)) {
    const auto address = IpAddress::parse(origin->host);  // without the brackets, in one spelling
    names.push_back(address ? address->to_string() : origin->host);
  }
  add_interface_addresses(names);
  return canonical(std::move(names));
}

Result<CertificateFiles, StartError> keep_self_signed(const DataDir& data_dir,
                                                      const std::vector<std::string>& wanted,
                                                      std::chrono::system_clock::time_point now) {
  const auto names = canonical(wanted);
  const CertificateFiles files{data_dir.file(kCertificateFile), data_dir.file(kKeyFile)};
  const auto old_certificate = data_dir.read_private(kCertificateFile, kFileBytesMax);
  if (!old_certificate) return Failure{old_certificate.error()};
  const auto old_key = data_dir.read_private(kKeyFile, kFileBytesMax);
  if (!old_key) return Failure{old_key.error()};
  if (*old_certificate && *old_key && still_good(**old_certificate, **old_key, names, now)) {
    return files;
  }

  const KeyPtr key(EVP_EC_gen("P-256"));
  const auto certificate = key ? make_certificate(key.get(), names, now) : nullptr;
  if (!certificate) {
    return Failure{StartError{
        fmt::format("A self-signed certificate for {} cannot be made.", alternative_names(names))}};
  }
  const std::string key_pem = pem_of([&](BIO* bio) {
    return PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  const std::string certificate_pem =
      pem_of([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate.get()); });
  // Two files cannot be replaced in one step: a crash in between leaves a pair that does not match,
  // which still_good() finds the next time.
  for (const auto& [name, pem] :
       {std::pair(kKeyFile, &key_pem), {kCertificateFile, &certificate_pem}}) {
    const auto written = data_dir.write_private(name, as_bytes(*pem), DataDir::WriteMode::kReplace);
    if (!written) return Failure{written.error()};
  }
  return files;
}

}  // namespace visavis::ops

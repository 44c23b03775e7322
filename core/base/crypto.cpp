#include "core/base/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdlib>

namespace visavis {
namespace {

template <typename Digest>
Digest digest(const EVP_MD* algorithm, ByteView data) {
  Digest out;
  unsigned size = out.size();
  // Fails only when memory is exhausted or the algorithm is missing: no way to go on.
  if (EVP_Digest(data.data(), data.size(), out.data(), &size, algorithm, nullptr) != 1)
    std::abort();
  return out;
}

template <typename Digest>
Digest hmac(const EVP_MD* algorithm, ByteView key, ByteView data) {
  Digest out;
  unsigned size = out.size();
  // A null key would mean "the key of the last call", and an empty view may be null.
  if (HMAC(algorithm, key.empty() ? "" : static_cast<const void*>(key.data()),
           static_cast<int>(key.size()), data.data(), data.size(), out.data(), &size) == nullptr) {
    std::abort();
  }
  return out;
}

}  // namespace

Md5Digest md5(ByteView data) { return digest<Md5Digest>(EVP_md5(), data); }

Sha1Digest sha1(ByteView data) { return digest<Sha1Digest>(EVP_sha1(), data); }

Sha256Digest sha256(ByteView data) { return digest<Sha256Digest>(EVP_sha256(), data); }

Sha1Digest hmac_sha1(ByteView key, ByteView data) {
  return hmac<Sha1Digest>(EVP_sha1(), key, data);
}

Sha256Digest hmac_sha256(ByteView key, ByteView data) {
  return hmac<Sha256Digest>(EVP_sha256(), key, data);
}

bool equal_constant_time(ByteView a, ByteView b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace visavis

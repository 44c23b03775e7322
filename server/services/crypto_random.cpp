#include "server/services/crypto_random.h"

#include <openssl/rand.h>

#include <cstdlib>

namespace visavis::services {

void CryptoRandom::fill(MutableByteView out) {
  if (RAND_bytes(out.data(), static_cast<int>(out.size())) != 1) std::abort();
}

}  // namespace visavis::services

// The server's source of unpredictable bytes.
#pragma once

#include "core/base/random.h"

namespace visavis::services {

// OpenSSL's generator. Thread-safe. Ends the process when it fails: no session may get a weak
// token.
class CryptoRandom : public Random {
 public:
  void fill(MutableByteView out) override;
};

}  // namespace visavis::services

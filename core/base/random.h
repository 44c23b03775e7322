// Where unpredictable bytes come from. An interface, so that tests can seed it.
#pragma once

#include "core/base/bytes.h"

namespace visavis {

class Random {
 public:
  virtual ~Random() = default;
  // Fills all of `out`. The server's implementation is cryptographically strong; it ends the
  // process rather than return weak bytes.
  virtual void fill(MutableByteView out) = 0;
};

template <typename Id>
Id make_random_id(Random& random) {
  Id id;
  random.fill(id.bytes);
  return id;
}

}  // namespace visavis

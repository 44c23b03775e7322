// Bytes that differ each time and are the same in every run.
#pragma once

#include <cstdint>

#include "core/base/random.h"

namespace visavis::fuzz {

class CountingRandom : public Random {
 public:
  void fill(MutableByteView out) override {
    ++count_;
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = i < sizeof count_ ? static_cast<std::uint8_t>(count_ >> (8 * i)) : 0;
    }
  }

 private:
  std::uint32_t count_ = 0;
};

}  // namespace visavis::fuzz

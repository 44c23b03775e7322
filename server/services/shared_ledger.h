// The relay's ledger that the loops of one process share: bytes and challenges in atomic numbers,
// everything that is rare under a mutex. Any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>

#include "core/turn/basic_ledger.h"

namespace visavis::services {

// Nothing else is published with the number, so that no order is needed.
class AtomicCell {
 public:
  std::int64_t load() const { return value_.load(std::memory_order_relaxed); }
  bool replace(std::int64_t& seen, std::int64_t next) {
    return value_.compare_exchange_weak(seen, next, std::memory_order_relaxed);
  }

 private:
  std::atomic<std::int64_t> value_{0};
};

using SharedLedger = turn::BasicLedger<AtomicCell, std::mutex>;

}  // namespace visavis::services

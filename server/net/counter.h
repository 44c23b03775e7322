// One number of one event loop, for metrics. Written by that loop's thread alone, read by any: a
// relaxed atomic without read-modify-write.
#pragma once

#include <atomic>
#include <cstdint>

namespace visavis::net {

class Counter {
 public:
  // Called by the owning thread only.
  void add(std::uint64_t amount = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }
  void subtract(std::uint64_t amount = 1) { add(0 - amount); }
  void set(std::uint64_t value) { value_.store(value, std::memory_order_relaxed); }
  std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

}  // namespace visavis::net

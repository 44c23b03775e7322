// How often something took how long, for metrics. Written by one loop's thread alone, read by any.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "core/base/time.h"
#include "server/net/counter.h"

namespace visavis::net {

class Histogram {
 public:
  // Upper bounds of the buckets, inclusive; the last one, without a bound, comes after them.
  static constexpr std::array kBounds = {milliseconds(1),   milliseconds(2),   milliseconds(5),
                                         milliseconds(10),  milliseconds(20),  milliseconds(50),
                                         milliseconds(100), milliseconds(200), milliseconds(500)};
  static constexpr std::size_t kBuckets = kBounds.size() + 1;

  // Called by the owning thread only.
  void observe(Duration duration) {
    const auto* const bound = std::ranges::lower_bound(kBounds, duration);
    buckets_[static_cast<std::size_t>(bound - kBounds.begin())].add();
    sum_us_.add(static_cast<std::uint64_t>(duration.count()));
  }

  // What fell into one bucket, those before it not included.
  std::uint64_t bucket(std::size_t index) const { return buckets_[index].get(); }
  std::uint64_t sum_us() const { return sum_us_.get(); }

 private:
  std::array<Counter, kBuckets> buckets_;
  Counter sum_us_;
};

}  // namespace visavis::net

// How much input of one producer waits for the hub, and whether its loop has stopped reading for
// that reason. Two threads share it without a lock: the producer's loop adds, the hub's loop takes
// away.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace visavis::services {

class InputAccount {
 public:
  // --- On the producer's loop.

  void submitted(std::size_t bytes) { submitted_ += bytes; }
  std::size_t waiting() const { return static_cast<std::size_t>(submitted_ - handled_.load()); }
  // To be called before it stops reading. Once no more than `bytes_left` wait, handled() says that
  // reading goes on. False: so few wait already, and it must not stop.
  bool pause_until(std::size_t bytes_left) {
    const std::uint64_t target = submitted_ - std::min<std::uint64_t>(bytes_left, submitted_);
    resume_at_.store(target);
    // Asked again: the hub may have come so far before it could see the pause.
    if (handled_.load() < target) return true;
    resume_at_.store(kNotPaused);
    return false;
  }

  // --- On the hub's loop.

  // True: the producer's loop has stopped reading and is to go on.
  bool handled(std::size_t bytes) {
    const std::uint64_t handled = handled_.load(std::memory_order_relaxed) + bytes;
    handled_.store(handled);
    if (handled < resume_at_.load()) return false;
    return resume_at_.exchange(kNotPaused) != kNotPaused;
  }

 private:
  static constexpr std::uint64_t kNotPaused = std::numeric_limits<std::uint64_t>::max();

  std::uint64_t submitted_ = 0;  // of the producer's loop
  std::atomic<std::uint64_t> handled_{0};
  std::atomic<std::uint64_t> resume_at_{kNotPaused};
};

}  // namespace visavis::services

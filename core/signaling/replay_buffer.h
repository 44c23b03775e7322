// What was sent to a session and not yet acknowledged (PROTOCOL.md section 3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/signaling/command.h"

namespace visavis::signaling {

class ReplayBuffer {
 public:
  // Counts and keeps the frame. Beyond `bytes_max` the oldest go: true when that happened.
  bool push(Frame frame, std::size_t bytes_max);

  // The other side has received all up to this number. False when so many were never sent.
  bool acknowledge(std::uint64_t received);

  // Everything after number `received`, or nothing at all when part of it is gone.
  bool can_replay_after(std::uint64_t received) const;
  // Precondition: can_replay_after(received).
  std::span<const Frame> after(std::uint64_t received) const;

  // Back to number zero.
  void reset();

  std::uint64_t sent() const { return first_ + (frames_.size() - head_) - 1; }
  std::size_t bytes() const { return bytes_; }

 private:
  void drop_front();
  void compact();

  std::vector<Frame> frames_;  // live from head_ on
  std::size_t head_ = 0;
  std::uint64_t first_ = 1;  // the number of frames_[head_]
  std::size_t bytes_ = 0;
};

}  // namespace visavis::signaling

// What was sent to a session and not yet acknowledged (PROTOCOL.md section 3), and how much of it
// is there because of whom.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/signaling/model/command.h"

namespace visavis::signaling {

class ReplayBuffer {
 public:
  // Who caused a frame: a number that the hub gives each participant. 0: the receiver, or the hub.
  using Causer = std::uint64_t;
  // What the receiver searched for; no participant has this number.
  static constexpr Causer kSearches = 1;

  // More frames than these are not kept: dropping them all at once must not take long.
  static constexpr std::size_t kFramesMax = 3'072;

  // Counts and keeps the frame. Beyond `bytes_max`, or so many, the oldest go: true when that
  // happened.
  bool push(Frame frame, std::size_t bytes_max, Causer causer = 0);

  // Bytes that are kept because of `causer`, who is not 0.
  std::size_t bytes_of(Causer causer) const;
  // Puts `instead` in the place of each frame of `causer`, who is not 0: nobody needs them any
  // more, but the numbers of the others stay.
  void replace_all_of(Causer causer, const Frame& instead);

  // The other side has received all up to this number. False when so many were never sent.
  bool acknowledge(std::uint64_t received);

  // Everything after number `received`, or nothing at all when part of it is gone.
  bool can_replay_after(std::uint64_t received) const;
  struct Entry {
    Frame frame;
    Causer causer;
  };
  // Precondition: can_replay_after(received).
  std::span<const Entry> after(std::uint64_t received) const;

  // Back to number zero.
  void reset();

  std::uint64_t sent() const { return first_ + (entries_.size() - head_) - 1; }
  std::size_t bytes() const { return bytes_; }

 private:
  struct Share {
    Causer causer;
    std::size_t bytes;
  };

  void drop_front();
  void compact();
  void give_back(Causer causer, std::size_t bytes);

  std::vector<Entry> entries_;  // live from head_ on
  std::vector<Share> shares_;   // of those who cause something now: a handful
  std::size_t head_ = 0;
  std::uint64_t first_ = 1;  // the number of entries_[head_]
  std::size_t bytes_ = 0;
};

}  // namespace visavis::signaling

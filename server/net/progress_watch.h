// Tells a peer that is slow from one that takes nothing of what waits for it.
#pragma once

#include <cstdint>

#include "core/base/time.h"

namespace visavis::net {

// Of one connection, at one moment.
struct SendProgress {
  std::uint64_t taken = 0;    // bytes that the peer has acknowledged since the connection began
  std::uint64_t waiting = 0;  // bytes that wait for it, in the process and in the kernel
};

// How often its owner asks a watch within its patience.
inline constexpr int kLooksPerStall = 4;

// What the kernel knows of a TCP socket. A socket that it can say nothing about has nothing
// waiting.
SendProgress kernel_progress(int descriptor);

// A pure value; its owner asks it now and then. Belongs to its connection.
class ProgressWatch {
 public:
  // Within `patience` a peer takes this much of what waits, or all of it where that is less. One
  // byte would not do: whoever takes one at a time holds memory for as long as they like.
  static constexpr std::uint64_t kBytesMin = 1'024;

  // Whether nothing was taken for `patience` though something waited all that time. Time that
  // nobody asked in counts as well: ask several times per patience.
  bool is_stalled(const SendProgress& progress, Instant now, Duration patience);

 private:
  bool watching_ = false;
  std::uint64_t goal_ = 0;  // reaching it starts anew
  Instant since_;
};

}  // namespace visavis::net

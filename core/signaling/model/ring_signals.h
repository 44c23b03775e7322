// How much one participant of a call has signaled to another while one of them rings (PROTOCOL.md
// section 7). Connecting during the ring takes an offer, an answer and their candidates; more is an
// attack on somebody who has not even answered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/signaling/model/ids.h"
#include "core/signaling/model/limits.h"

namespace visavis::signaling {

class RingSignals {
 public:
  enum class Answer {
    kPasses,
    kRefused,
    kGoesOn,  // refused, and the sender has been told often enough
  };

  Answer count(const ParticipantId& from, const ParticipantId& to, std::size_t bytes,
               const Limits& limits);

  // This participant has joined or is gone.
  void forget(const ParticipantId& participant);

 private:
  struct Pair {
    ParticipantId from;
    ParticipantId to;
    std::uint32_t signals = 0;
    std::size_t bytes = 0;
    std::uint32_t refused = 0;
  };

  // A few, while a call rings: those of each sender to each device that rings.
  std::vector<Pair> pairs_;
};

}  // namespace visavis::signaling

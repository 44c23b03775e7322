#include "core/signaling/model/ring_signals.h"

#include <algorithm>

namespace visavis::signaling {

RingSignals::Answer RingSignals::count(const ParticipantId& from, const ParticipantId& to,
                                       std::size_t bytes, const Limits& limits) {
  auto pair = std::ranges::find_if(
      pairs_, [&](const Pair& other) { return other.from == from && other.to == to; });
  if (pair == pairs_.end()) pair = pairs_.insert(pair, {from, to});
  if (pair->signals < limits.ring_signals_max &&
      pair->bytes + bytes <= limits.ring_signal_bytes_max) {
    ++pair->signals;
    pair->bytes += bytes;
    return Answer::kPasses;
  }
  return ++pair->refused > limits.ring_signals_max ? Answer::kGoesOn : Answer::kRefused;
}

void RingSignals::forget(const ParticipantId& participant) {
  std::erase_if(
      pairs_, [&](const Pair& pair) { return pair.from == participant || pair.to == participant; });
}

}  // namespace visavis::signaling

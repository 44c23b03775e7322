#include "core/signaling/model/silent_receiver.h"

#include <algorithm>

namespace visavis::signaling {

std::size_t SilentReceiver::waiting(const ParticipantId& from, bool acknowledges, Duration every,
                                    Instant now) const {
  const auto sender = std::find_if(senders_.begin(), senders_.end(),
                                   [&](const Sender& known) { return known.id == from; });
  if (sender == senders_.end() || (acknowledges && now - sender->since >= every)) return 0;
  return sender->bytes;
}

void SilentReceiver::take(const ParticipantId& from, std::size_t bytes, bool acknowledges,
                          Duration every, Instant now) {
  const std::size_t before = waiting(from, acknowledges, every, now);
  const auto sender = std::find_if(senders_.begin(), senders_.end(),
                                   [&](const Sender& known) { return known.id == from; });
  if (sender == senders_.end()) {
    senders_.push_back({from, bytes, now});
    return;
  }
  if (before == 0) sender->since = now;
  sender->bytes = before + bytes;
  // A client does not wait for its next heartbeat with so much (PROTOCOL.md section 3).
  constexpr std::size_t kAcknowledgedAtOnceBytes = 8'192;
  if (acknowledges && sender->bytes >= kAcknowledgedAtOnceBytes) sender->bytes = 0;
}

}  // namespace visavis::signaling

// What somebody who rings in silence would not have acknowledged yet, were they told what is
// signaled to them: so that whoever signals is refused just when they would be by somebody who does
// not answer (hub_signals.cpp). Nothing of what is signaled is kept. A plain value.
#pragma once

#include <cstddef>
#include <vector>

#include "core/base/time.h"
#include "core/signaling/model/ids.h"

namespace visavis::signaling {

class SilentReceiver {
 public:
  // `acknowledges`: a client is there, which tells every so often what it has received.
  // Bytes of this sender.
  std::size_t waiting(const ParticipantId& from, bool acknowledges, Duration every,
                      Instant now) const;
  void take(const ParticipantId& from, std::size_t bytes, bool acknowledges, Duration every,
            Instant now);

 private:
  struct Sender {
    ParticipantId id;
    std::size_t bytes;
    Instant since;  // the first of them
  };

  std::vector<Sender> senders_;  // the others in one call: a handful
};

}  // namespace visavis::signaling

// A session's calls with itself, by which it finds out whether the relay can be reached
// (PROTOCOL.md section 11). They are no Call: nobody rings and nothing is signaled.
#pragma once

#include <optional>
#include <unordered_map>

#include "core/base/address_shares.h"
#include "core/base/random.h"
#include "core/signaling/model/limits.h"
#include "core/signaling/model/model.h"
#include "core/signaling/parts/deadlines.h"
#include "core/signaling/parts/ice_offers.h"
#include "core/signaling/parts/outbox.h"

namespace visavis::signaling {

class RelayTests {
 public:
  // All must outlive it.
  RelayTests(const Limits& limits, const IceOffers& offers, Outbox& outbox, Random& random)
      : limits_(limits),
        offers_(offers),
        outbox_(outbox),
        random_(random),
        shares_(limits.relay_tests_max, limits.relay_tests_per_address_max) {}

  // Ends the session's earlier one. Answers, also where it is refused.
  void start(Session& session, RequestId id, Instant now);
  // Does nothing where the session tests nothing.
  void end(const SessionId& session);

  std::optional<Instant> next_timeout() const { return deadlines_.next(); }
  void on_timeout(Instant now);

 private:
  struct Test {
    CallId call;
    Source source;  // of the session
    Instant started;
    Instant deadline;
  };

  const Limits& limits_;
  const IceOffers& offers_;
  Outbox& outbox_;
  Random& random_;
  std::unordered_map<SessionId, Test> tests_;
  AddressShares shares_;
  Deadlines<SessionId> deadlines_;
};

}  // namespace visavis::signaling

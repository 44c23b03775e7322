// Calls of an earlier epoch that go on: whoever was in one comes back with a membership token, and
// with the first of them the server knows the call again (PROTOCOL.md section 6). It keeps nothing
// itself: what it brings back is the calls' and the rooms'.
#pragma once

#include <optional>
#include <string_view>

#include "core/signaling/model/limits.h"
#include "core/signaling/model/model.h"
#include "core/signaling/parts/calls.h"
#include "core/signaling/parts/counters.h"
#include "core/signaling/parts/ice_offers.h"
#include "core/signaling/parts/outbox.h"
#include "core/signaling/parts/people.h"
#include "core/signaling/parts/rooms.h"
#include "core/signaling/parts/signatures.h"
#include "core/signaling/wire/client_message.h"

namespace visavis::signaling {

// What it works on; all must outlive it.
struct RejoinParts {
  const Limits& limits;
  Counters& counters;
  Outbox& outbox;
  const Signatures& signatures;
  const IceOffers& ice_offers;
  People& people;
  Calls& calls;
  Rooms& rooms;
};

class Rejoin {
 public:
  explicit Rejoin(const RejoinParts& parts)
      : limits_(parts.limits),
        counters_(parts.counters),
        outbox_(parts.outbox),
        signatures_(parts.signatures),
        ice_offers_(parts.ice_offers),
        people_(parts.people),
        calls_(parts.calls),
        rooms_(parts.rooms) {}

  void handle(Session& session, RequestId id, const CallRejoin& request, Instant now);

 private:
  struct Return {
    const Membership& membership;
    const std::optional<RoomToken>& token;
    const RoomRules& rules() const { return token ? token->rules : membership.room->rules; }
  };
  std::optional<Membership> check_membership(Session& session, RequestId id,
                                             std::string_view token);
  bool settle_room(Session& session, RequestId id, const Return& back, Instant now);
  Call* find_or_restore_call(Session& session, RequestId id, const Return& back, Instant now);
  bool takes_back(Session& session, RequestId id, Call& call, const Membership& membership);
  Call* restore_call(Session& session, RequestId id, const Return& back, Instant now);
  void restore_room(Call& call, const Session& session, const Return& back, Instant now);
  void be_known_again(Room& room, const Return& back);
  void take_invitation_back(Call& call, Session& session);

  const Limits& limits_;
  Counters& counters_;
  Outbox& outbox_;
  const Signatures& signatures_;
  const IceOffers& ice_offers_;
  People& people_;
  Calls& calls_;
  Rooms& rooms_;
};

}  // namespace visavis::signaling

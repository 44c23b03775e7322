// Calls: who is in them, who rings, and what they tell each other (PROTOCOL.md sections 6 and 7).
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/random.h"
#include "core/signaling/model/limits.h"
#include "core/signaling/model/model.h"
#include "core/signaling/parts/call_book.h"
#include "core/signaling/parts/counters.h"
#include "core/signaling/parts/ice_offers.h"
#include "core/signaling/parts/outbox.h"
#include "core/signaling/parts/people.h"
#include "core/signaling/parts/ring_guard.h"
#include "core/signaling/parts/signatures.h"
#include "core/signaling/wire/client_message.h"

namespace visavis::signaling {

// What a call that is a room's asks of the rooms, and tells them.
class CallRooms {
 public:
  virtual ~CallRooms() = default;
  // The session is about to come into a call: it waits at no door any more.
  virtual void stop_knocking(Session& session, Instant now) = 0;
  // Somebody has come in.
  virtual void on_joined(Room& room, const UserId& user) = 0;
  // After somebody has come or gone: true where those inside must be told who hosts them now.
  virtual bool note_inside(Call& call) = 0;
  // Tells those inside, but `except`, who hosts them and by which rules.
  virtual void tell_rules(Room& room, const Session* except) = 0;
  // The room has no call any more.
  virtual void on_call_over(Room& room, Instant now) = 0;
  // False, with the error sent, where only hosts let people in.
  virtual bool may_invite(Session& session, RequestId id, const Call& call,
                          const std::vector<std::optional<UserId>>& to) = 0;
  // Whoever is asked in by one who may need not knock.
  virtual void let_in_invited(Room& room, const UserId& user) = 0;
};

// What calls are made of; all must outlive them.
struct CallParts {
  const Limits& limits;
  Random& random;
  Counters& counters;
  Outbox& outbox;
  const Signatures& signatures;
  const IceOffers& ice_offers;
  People& people;
  CallRooms& rooms;
};

class Calls {
 public:
  explicit Calls(const CallParts& parts)
      : limits_(parts.limits),
        random_(parts.random),
        counters_(parts.counters),
        outbox_(parts.outbox),
        signatures_(parts.signatures),
        ice_offers_(parts.ice_offers),
        people_(parts.people),
        rooms_(parts.rooms),
        book_(parts.limits),
        ring_guard_(parts.limits) {}

  void handle(Session& session, RequestId id, const CallStart& start, Instant now);
  void handle(Session& session, RequestId id, const CallInvite& invite, Instant now);
  void handle(Session& session, RequestId id, const CallAccept& accept, Instant now);
  void handle(Session& session, RequestId id, const CallDecline& decline, Instant now);
  void handle(Session& session, RequestId id, const CallEnd& end, Instant now);
  void handle(Session& session, RequestId id, const CallRelayRequest& request, Instant now);
  void handle(Session& session, RequestId id, const SignalOut& signal, Instant now);

  std::size_t size() const { return book_.size(); }
  CallBook& book() { return book_; }

  // Null, with the error sent, unless the session is part of this call, or has joined it.
  Call* find(Session& session, RequestId id, const std::optional<CallId>& call);
  Call* find_joined(Session& session, RequestId id, const std::optional<CallId>& call);
  // False, with the error sent, when the session has joined as many calls as it may. What rings
  // takes no place.
  bool may_join(Session& session, RequestId id);
  // False, with the error sent, when there are as many calls as may be, all in all or of this
  // address.
  bool has_place(Session& session, RequestId id);
  // False, with the error sent, where nobody else fits in, or none of this person's devices.
  bool has_seat(Session& session, RequestId id, const Call& call);

  // A call of a room, with nobody in it yet.
  Call& start_empty(bool video, const Session& maker, Instant now);
  // The session comes in by itself; `calls`: it has begun this call.
  void enter(Session& session, RequestId id, Call& call, bool calls, Instant now);
  // Precondition: the session is part of the call and has not joined.
  void accept(Session& session, RequestId id, Call& call, Instant now);
  // For the log, after somebody has joined by another way.
  void note_joined(Call& call, Instant now);

  struct Removal {
    EndReason reason;
    const Session* requester = nullptr;  // its call.ended carries `id`
    RequestId id;
  };
  // Of all calls that it is in, or that ring here.
  void leave_all(Session& session, EndReason reason, Instant now);
  // Whether they have joined or ring. The call may be over afterwards.
  void remove_people(Call& call, const std::function<bool(const User&)>& leaving,
                     const Removal& removal, Instant now);
  // On all devices of this person.
  void stop_ringing(Call& call, const User& user, const Removal& removal, Instant now);
  // Tells those who are left, and forgets the call.
  void end(Call& call, EndReason reason, Instant now);

  // A device that comes online while its person is being called rings as well, for as long as the
  // others.
  void ring_late_device(Session& session);
  // What rings at this person from whom they have just blocked ends for them, and rings on for the
  // others.
  void silence(const User& user, const UserId& blocked);

  // What only this participant is told of the call.
  ForReceiver for_receiver(const Call& call, const Participant& participant) const;

  std::optional<Instant> next_timeout() const { return book_.next_timeout(); }
  void on_timeout(Instant now);

 private:
  // --- calls.cpp
  Call* find_from(const Session& session, const UserId& caller);
  Participant& add_participant(Call& call, Session& session);  // not joined yet
  void name_caller(Call& call, const Participant& caller);
  void join(Call& call, Participant& participant, Instant now);
  void leave(Call& call, Session& session, EndReason reason, RequestId id, Instant now);
  template <typename Predicate>
  void remove_participants(Call& call, Predicate leaving, const Removal& removal, Instant now);
  bool is_over(const Call& call) const;
  void report_end(const Call& call, EndReason reason, Instant now);
  void drop_from_session(Call& call, Session& session, Instant now);

  // --- signals.cpp
  bool may_signal(Session& session, RequestId id, Call& call, const Participant& from,
                  const Participant& to, std::size_t bytes, Instant now);
  void forget_signals_of(Call& call, const Participant& gone);

  // --- ringing.cpp
  bool is_busy(const User& user, const Session& caller, Instant now) const;
  struct Invitees {
    std::vector<User*> free;
    std::vector<UserId> busy;
    // Of the busy ones: the call rings at them in silence, and from now on is heard.
    std::vector<User*> heard_now;
  };
  std::optional<Invitees> collect_invitees(Session& session, RequestId id, Call* call,
                                           const std::vector<std::optional<UserId>>& to,
                                           Instant now);
  bool may_ring(Session& session, RequestId id, const std::vector<User*>& people, Instant now);
  void ring(Call& call, const Session& inviter, const Invitees& invitees, Instant now);
  Participant& add_invited(Call& call, Session& device, const Participant& like);
  void make_heard(Call& call, const Session& inviter, const User& user, Instant now);
  void end_silence(Call& call, Participant& participant);
  void note_unanswered(const Call& call, const std::vector<Participant>& gone, Instant now);

  const Limits& limits_;
  Random& random_;
  Counters& counters_;
  Outbox& outbox_;
  const Signatures& signatures_;
  const IceOffers& ice_offers_;
  People& people_;
  CallRooms& rooms_;
  CallBook book_;
  RingGuard ring_guard_;
};

}  // namespace visavis::signaling

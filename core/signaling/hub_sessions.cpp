// Hello, resume, and how sessions start, wait and end (PROTOCOL.md sections 2 and 3).
#include <utility>

#include "core/base/close_code.h"
#include "core/signaling/hub_impl.h"
#include "core/signaling/model/name.h"

namespace visavis::signaling {

void Hub::Impl::on_message_before_hello(Connection& connection, std::string_view text,
                                        Instant now) {
  const bool too_many = ++connection.messages_before_hello > limits_.messages_before_hello_max;
  const auto decoded = decoder_.decode(text);
  if (too_many) {
    outbox_.refuse(connection.id, std::nullopt,
                   {ErrorCode::kRateLimited, {}, {}, "messages_before_hello_max"});
    close_connection(connection, kClosePolicy, "rate_limited", now);
  } else if (!decoded) {
    outbox_.refuse(connection.id, decoded.error().id,
                   {decoded.error().code, decoded.error().message});
  } else if (const auto* hello = std::get_if<Hello>(&decoded->body)) {
    say_hello(connection, decoded->id, *hello, now);
  } else if (const auto* look = std::get_if<RoomLook>(&decoded->body)) {
    look_before_hello(connection, decoded->id, *look, now);
  } else {
    outbox_.refuse(connection.id, decoded->id, {ErrorCode::kHelloRequired});
  }
}

// `known`: whom a good token names; it is this person's budget then. False with the error sent.
bool Hub::Impl::pays_hello(Connection& connection, RequestId id, const std::optional<UserId>& known,
                           Instant now) {
  if (known ? payers_.pay_hello_of(*known, now) : payers_.pay_step_of(connection.address, now)) {
    return true;
  }
  outbox_.refuse(connection.id, id,
                 {ErrorCode::kRateLimited,
                  known ? "Your devices connect too often. Wait a moment and try again."
                        : "Too many requests from your network. Wait a moment and try again.",
                  seconds(1), known ? "person_hellos_per_second" : "hellos_per_second"});
  return false;
}

// For a preview before a name is known. It may take as much as a hello, since it tells more.
void Hub::Impl::look_before_hello(Connection& connection, RequestId id, const RoomLook& look,
                                  Instant now) {
  if (!pays_hello(connection, id, std::nullopt, now)) return;
  outbox_.send_uncounted(connection.id, rooms_.state_for_stranger(id, look.room));
}

void Hub::Impl::say_hello(Connection& connection, RequestId id, const Hello& hello, Instant now) {
  Session* const session = hello.resume ? sessions_.find(hello.resume->token) : nullptr;
  const auto identity =
      hello.identity ? signatures_.person_of(*hello.identity) : std::optional<UserId>();
  // What fails below is charged to the address, since no token says who is to blame.
  const auto known = session != nullptr ? session->user->id : identity;
  if (!pays_hello(connection, id, known, now)) return;
  auto name = clean_name(hello.name, limits_.name_chars_max);
  if (!name) {
    outbox_.refuse(connection.id, id,
                   {ErrorCode::kInvalidField, explain(name.error(), limits_.name_chars_max)});
    return;
  }
  if (!hello.resume) {
    if (hello.identity && !identity) {
      return outbox_.refuse(connection.id, id, {ErrorCode::kIdentityInvalid});
    }
    start_session(connection, id, identity, std::move(*name), now);
  } else if (session != nullptr && can_resume(*session, *hello.resume, now)) {
    resume_session(connection, *session, id, *hello.resume, std::move(*name), now);
  } else {
    outbox_.refuse(connection.id, id, {ErrorCode::kResumeExpired});
  }
}

// A session whose missing part is gone cannot serve anybody any more: it ends here, so that the
// fresh start which follows does not find the person twice.
bool Hub::Impl::can_resume(Session& session, const ResumeRequest& request, Instant now) {
  if (!request.received || session.replay.can_replay_after(*request.received)) return true;
  if (session.connection) {
    close_connection(connections_.at(*session.connection), kCloseReplaced, "replaced", now);
  }
  end_session(session, EndReason::kLost, now);
  return false;
}

void Hub::Impl::resume_session(Connection& connection, Session& session, RequestId id,
                               const ResumeRequest& request, std::string name, Instant now) {
  if (session.connection) {
    Connection& old = connections_.at(*session.connection);
    outbox_.send_uncounted(
        old.id, encode_bye(ByeCode::kReplaced, "This session goes on elsewhere.", std::nullopt));
    close_connection(old, kCloseReplaced, "replaced", now);
  }
  // Before the session has its new connection: nothing may come before welcome, which tells the
  // name.
  const bool renamed = name != session.user->name;
  if (renamed && !request.received) people_.rename(*session.user, std::move(name), now);
  if (!request.received)
    rooms_.stop_knocking(session, now);  // a page loaded again knows nothing of it
  session.stranger = false;
  attach(connection, session);
  if (request.received) {
    outbox_.acknowledge(session, *request.received);
  } else {
    outbox_.start_anew(session);
  }
  outbox_.note_acknowledged(session);
  ++counters_.sessions_resumed;
  send_welcome(session, id, true);
  if (request.received) outbox_.replay_after(session, *request.received);
}

void Hub::Impl::start_session(Connection& connection, RequestId id,
                              const std::optional<UserId>& known, std::string name, Instant now) {
  const UserId user_id = known ? *known : make_random_id<UserId>(random_);
  const User* existing = people_.find(user_id);
  if ((existing != nullptr && existing->sessions.size() >= limits_.sessions_per_user_max) ||
      !has_place_for_session({connection.address.limit_key(), known.has_value()}, existing, now)) {
    outbox_.refuse(connection.id, id, {ErrorCode::kTooManySessions});
    close_connection(connection, kCloseTryAgainLater, "too_many_sessions", now);
    return;
  }
  User& user = people_.find_or_make(user_id, std::move(name), connection.address, now);
  Session& session = sessions_.make(user, !known, now);
  ++counters_.sessions_started;
  attach(connection, session);
  send_welcome(session, id, false);
  calls_.ring_late_device(session);
}

// A session that waits to be resumed may have to end for it.
bool Hub::Impl::has_place_for_session(const Source& source, const User* person, Instant now) {
  if (sessions_.has_place(source)) return true;
  Session* const waiting = sessions_.who_makes_place(source, person);
  if (waiting == nullptr) return false;
  end_session(*waiting, EndReason::kLost, now);
  return true;
}

void Hub::Impl::attach(Connection& connection, Session& session) {
  hello_deadlines_.clear(connection.hello_deadline, connection.id);
  connection.session = &session;
  sessions_.attach(session, connection.id, connection.address,
                   std::exchange(connection.reached, {}));
}

void Hub::Impl::detach(Session& session, Duration window, Instant now) {
  relay_tests_.end(session.id);  // it takes a place, and whoever is away checks nothing
  sessions_.wait_to_be_resumed(session, now + window);
}

void Hub::Impl::send_welcome(Session& session, RequestId id, bool resumed) {
  const std::string identity = signatures_.identity_of(session.user->id);
  const std::string servers = ice_offers_.for_session(session);
  std::vector<ForReceiver> calls;
  calls.reserve(session.calls.size());
  for (Call* call : session.calls)
    calls.push_back(calls_.for_receiver(*call, *call->find(session)));
  outbox_.send_uncounted(
      *session.connection,
      encode_welcome({id, signatures_.epoch(), session, identity, resumed, people_.list_json(),
                      people_.total(), limits_, servers, calls}));
}

void Hub::Impl::end_session(Session& session, EndReason reason, Instant now) {
  calls_.leave_all(session, reason, now);
  rooms_.stop_knocking(session, now);
  relay_tests_.end(session.id);
  outbox_.forget(session);
  User& user = *session.user;
  sessions_.erase(session);
  if (user.sessions.empty()) people_.forget(user, now);
}

}  // namespace visavis::signaling

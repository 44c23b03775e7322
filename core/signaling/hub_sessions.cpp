// Hello, resume, and how sessions start, wait and end (PROTOCOL.md sections 2 and 3).
#include <algorithm>
#include <utility>

#include "core/base/base64url.h"
#include "core/base/close_code.h"
#include "core/base/crypto.h"
#include "core/signaling/hub_impl.h"
#include "core/signaling/model/name.h"

namespace visavis::signaling {
namespace {

constexpr std::size_t kSessionIdChars = (SessionId::kSize * 4 + 2) / 3;

}  // namespace

void Hub::Impl::on_message_before_hello(Connection& connection, std::string_view text,
                                        Instant now) {
  const bool too_many = ++connection.messages_before_hello > limits_.messages_before_hello_max;
  const auto decoded = decoder_.decode(text);
  if (too_many) {
    refuse(connection.id, std::nullopt, ErrorCode::kRateLimited, {}, {},
           "messages_before_hello_max");
    close_connection(connection, kClosePolicy, "rate_limited", now);
  } else if (!decoded) {
    refuse(connection.id, decoded.error().id, decoded.error().code, decoded.error().message);
  } else if (const auto* hello = std::get_if<Hello>(&decoded->body)) {
    say_hello(connection, decoded->id, *hello, now);
  } else if (const auto* look = std::get_if<RoomLook>(&decoded->body)) {
    look_before_hello(connection, decoded->id, *look, now);
  } else {
    refuse(connection.id, decoded->id, ErrorCode::kHelloRequired);
  }
}

// `known`: whom a good token names; it is this person's budget then. False with the error sent.
bool Hub::Impl::pays_hello(Connection& connection, RequestId id, const std::optional<UserId>& known,
                           Instant now) {
  if (known ? payers_.pay_hello_of(*known, now) : payers_.pay_step_of(connection.address, now)) {
    return true;
  }
  refuse(connection.id, id, ErrorCode::kRateLimited,
         known ? "Your devices connect too often. Wait a moment and try again."
               : "Too many requests from your network. Wait a moment and try again.",
         seconds(1), known ? "person_hellos_per_second" : "hellos_per_second");
  return false;
}

// For a preview before a name is known. It may take as much as a hello, since it tells more.
void Hub::Impl::look_before_hello(Connection& connection, RequestId id, const RoomLook& look,
                                  Instant now) {
  if (!pays_hello(connection, id, std::nullopt, now)) return;
  const Room* room = rooms_.find(look.room);
  const bool tells_who = room != nullptr && !room->rules.knock && !room->rules.locked;
  send_uncounted(connection.id,
                 encode_room_state(id, look.room, room, tells_who, limits_.participants_max));
}

void Hub::Impl::say_hello(Connection& connection, RequestId id, const Hello& hello, Instant now) {
  Session* const session = hello.resume ? find_by_token(hello.resume->token) : nullptr;
  const auto identity =
      hello.identity ? verify_identity(signer_, *hello.identity) : std::optional<UserId>();
  // What fails below is charged to the address, since no token says who is to blame.
  const auto known = session != nullptr ? session->user->id : identity;
  if (!pays_hello(connection, id, known, now)) return;
  auto name = clean_name(hello.name, limits_.name_chars_max);
  if (!name) {
    refuse(connection.id, id, ErrorCode::kInvalidField,
           explain(name.error(), limits_.name_chars_max));
    return;
  }
  if (!hello.resume) {
    if (hello.identity && !identity) {
      return refuse(connection.id, id, ErrorCode::kIdentityInvalid);
    }
    start_session(connection, id, identity, std::move(*name), now);
  } else if (session != nullptr && can_resume(*session, *hello.resume, now)) {
    resume_session(connection, *session, id, *hello.resume, std::move(*name), now);
  } else {
    refuse(connection.id, id, ErrorCode::kResumeExpired);
  }
}

Session* Hub::Impl::find_by_token(std::string_view token) {
  const auto id = parse_id<SessionId>(token.substr(0, kSessionIdChars));
  if (!id) return nullptr;
  const auto it = sessions_.find(*id);
  if (it == sessions_.end()) return nullptr;
  const std::string expected = resume_token(*it->second);
  return equal_constant_time(as_bytes(expected), as_bytes(token)) ? it->second.get() : nullptr;
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
    send_uncounted(old.id,
                   encode_bye(ByeCode::kReplaced, "This session goes on elsewhere.", std::nullopt));
    close_connection(old, kCloseReplaced, "replaced", now);
  }
  // Before the session has its new connection: nothing may come before welcome, which tells the
  // name.
  const bool renamed = name != session.user->name;
  if (renamed && !request.received) rename(*session.user, std::move(name), nullptr, {}, now);
  if (!request.received) stop_knocking(session, now);  // a page loaded again knows nothing of it
  session.stranger = false;
  attach(connection, session);
  const std::size_t before = session.replay.bytes();
  if (request.received) {
    session.replay.acknowledge(*request.received);
  } else {
    session.replay.reset();
    session.received = 0;
  }
  replay_bytes_ -= before - session.replay.bytes();
  session.unacked_count = 0;
  session.unacked_bytes = 0;
  ++counters_.sessions_resumed;
  send_welcome(session, id, true);
  if (!request.received) return;
  for (const auto& entry : session.replay.after(*request.received)) {
    send_uncounted(connection.id, entry.frame);
  }
}

void Hub::Impl::start_session(Connection& connection, RequestId id,
                              const std::optional<UserId>& known, std::string name, Instant now) {
  const UserId user_id = known ? *known : make_random_id<UserId>(random_);
  const User* existing = find_user(user_id);
  if ((existing != nullptr && existing->sessions.size() >= limits_.sessions_per_user_max) ||
      !has_place_for_session({connection.address.limit_key(), known.has_value()}, existing, now)) {
    refuse(connection.id, id, ErrorCode::kTooManySessions);
    close_connection(connection, kCloseTryAgainLater, "too_many_sessions", now);
    return;
  }
  User& user = find_or_make_user(user_id, std::move(name), connection.address, now);
  auto owned = std::make_unique<Session>(Budget(session_allowance(limits_), now),
                                         make_random_id<SessionId>(random_),
                                         make_random_id<ResumeSecret>(random_), user);
  Session& session = *owned;
  session.stranger = !known;
  sessions_.emplace(session.id, std::move(owned));
  user.sessions.push_back(&session);
  ++counters_.sessions_started;
  attach(connection, session);
  send_welcome(session, id, false);
  ring_late_device(session);
}

// Where an address has as many as it may have, one that waits to be resumed makes place: the
// person's own, or a stranger's for a stranger. `person` is null for who is not here yet.
bool Hub::Impl::has_place_for_session(const Source& source, const User* person, Instant now) {
  if (address_sessions_.has_place(source)) return true;
  if (!address_sessions_.has_place_instead_of_one(source)) return false;
  Session* waiting = nullptr;
  if (source.known) {
    if (person == nullptr) return false;
    const auto own = std::ranges::find_if(person->sessions, [&](const Session* session) {
      return !session->connection && session->counted == source;
    });
    if (own != person->sessions.end()) waiting = *own;
  } else if (const auto first = address_sessions_.first_that_waits(source)) {
    waiting = sessions_.at(*first).get();
  }
  if (waiting == nullptr) return false;
  end_session(*waiting, EndReason::kLost, now);
  return true;
}

User& Hub::Impl::find_or_make_user(const UserId& id, std::string name, const IpAddress& address,
                                   Instant now) {
  if (User* user = find_user(id)) {
    if (user->name != name) rename(*user, std::move(name), nullptr, {}, now);
    return *user;
  }
  auto owned = std::make_unique<User>();
  User& user = *owned;
  user.id = id;
  user.site = address.site_key();
  users_.emplace(id, std::move(owned));
  appear(user, std::move(name), now);
  return user;
}

void Hub::Impl::attach(Connection& connection, Session& session) {
  if (!session.connection && session.resume_deadline != Instant{}) {
    stop_waiting_to_be_resumed(session);
  }
  if (session.counted) address_sessions_.remove(*session.counted);
  hello_deadlines_.clear(connection.hello_deadline, connection.id);
  connection.session = &session;
  session.reached = std::exchange(connection.reached, {});
  session.address = connection.address;
  session.counted = session.source();
  address_sessions_.add(*session.counted);
  session.connection = connection.id;
}

void Hub::Impl::detach(Session& session, Duration window, Instant now) {
  end_relay_test(session);  // it takes a place, and whoever is away checks nothing
  session.connection.reset();
  session.resume_deadline = now + window;
  resume_deadlines_.set(session.resume_deadline, session.id);
  address_sessions_.begin_to_wait(*session.counted, session.resume_deadline, session.id);
}

void Hub::Impl::stop_waiting_to_be_resumed(Session& session) {
  resume_deadlines_.clear(session.resume_deadline, session.id);
  address_sessions_.stop_waiting(*session.counted, session.resume_deadline, session.id);
}

void Hub::Impl::send_welcome(Session& session, RequestId id, bool resumed) {
  const std::string identity = sign_identity(signer_, session.user->id);
  const std::string servers =
      ice_servers_json(options_.relay, session.reached, nullptr, options_.ice_servers_json);
  std::vector<ForReceiver> calls;
  calls.reserve(session.calls.size());
  for (Call* call : session.calls) calls.push_back(for_receiver(*call, *call->find(session)));
  send_uncounted(*session.connection,
                 encode_welcome({id, epoch_, session, identity, resumed, presence_.list_json(),
                                 presence_.total(), limits_, servers, calls}));
}

void Hub::Impl::end_session(Session& session, EndReason reason, Instant now) {
  while (!session.calls.empty()) leave(*session.calls.back(), session, reason, {}, now);
  while (!session.silent_calls.empty()) {
    leave(*session.silent_calls.back(), session, reason, {}, now);
  }
  stop_knocking(session, now);
  end_relay_test(session);
  if (!session.connection) stop_waiting_to_be_resumed(session);
  address_sessions_.remove(*session.counted);
  replay_bytes_ -= session.replay.bytes();
  User& user = *session.user;
  std::erase(user.sessions, &session);
  if (user.sessions.empty()) {
    disappear(user, now);
    users_.erase(user.id);
  }
  sessions_.erase(session.id);
}

}  // namespace visavis::signaling

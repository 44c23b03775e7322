#include "core/signaling/parts/sessions.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/base/base64url.h"
#include "core/base/crypto.h"
#include "core/signaling/parts/payers.h"
#include "core/signaling/wire/encode.h"

namespace visavis::signaling {
namespace {

constexpr std::size_t kSessionIdChars = (SessionId::kSize * 4 + 2) / 3;

}  // namespace

Session* Sessions::find(std::string_view token) {
  const auto id = parse_id<SessionId>(token.substr(0, kSessionIdChars));
  if (!id) return nullptr;
  const auto it = sessions_.find(*id);
  if (it == sessions_.end()) return nullptr;
  const std::string expected = resume_token(*it->second);
  return equal_constant_time(as_bytes(expected), as_bytes(token)) ? it->second.get() : nullptr;
}

Session* Sessions::who_makes_place(const Source& source, const User* person) {
  if (!addresses_.has_place_instead_of_one(source)) return nullptr;
  if (source.known) {
    if (person == nullptr) return nullptr;
    const auto own = std::ranges::find_if(person->sessions, [&](const Session* session) {
      return !session->connection && session->counted == source;
    });
    return own == person->sessions.end() ? nullptr : *own;
  }
  const auto first = addresses_.first_that_waits(source);
  return first ? sessions_.at(*first).get() : nullptr;
}

Session& Sessions::make(User& user, bool stranger, Instant now) {
  const auto id = make_random_id<SessionId>(random_);
  auto owned = std::make_unique<Session>(Budget(session_allowance(limits_), now), id,
                                         make_random_id<ResumeSecret>(random_), user);
  Session& session = *owned;
  session.stranger = stranger;
  sessions_.emplace(id, std::move(owned));
  user.sessions.push_back(&session);
  return session;
}

void Sessions::attach(Session& session, ConnectionId connection, const IpAddress& address,
                      Reached reached) {
  if (!session.connection && session.resume_deadline != Instant{}) stop_waiting(session);
  if (session.counted) addresses_.remove(*session.counted);
  session.reached = std::move(reached);
  session.address = address;
  session.counted = session.source();
  addresses_.add(*session.counted);
  session.connection = connection;
}

void Sessions::wait_to_be_resumed(Session& session, Instant until) {
  session.connection.reset();
  session.resume_deadline = until;
  deadlines_.set(until, session.id);
  addresses_.begin_to_wait(*session.counted, until, session.id);
}

void Sessions::stop_waiting(Session& session) {
  deadlines_.clear(session.resume_deadline, session.id);
  addresses_.stop_waiting(*session.counted, session.resume_deadline, session.id);
}

void Sessions::erase(Session& session) {
  if (!session.connection) stop_waiting(session);
  addresses_.remove(*session.counted);
  std::erase(session.user->sessions, &session);
  sessions_.erase(SessionId(session.id));
}

Session* Sessions::pop_lost(Instant now) {
  const auto id = deadlines_.pop_due(now);
  return id ? sessions_.at(*id).get() : nullptr;
}

}  // namespace visavis::signaling

#include "core/signaling/parts/people.h"

#include <algorithm>
#include <utility>

#include "core/signaling/model/name.h"

namespace visavis::signaling {

User* People::find(const UserId& id) {
  const auto it = users_.find(id);
  return it == users_.end() ? nullptr : it->second.get();
}

User& People::find_or_make(const UserId& id, std::string name, const IpAddress& address,
                           Instant now) {
  if (User* known = find(id)) {
    if (known->name != name) rename(*known, std::move(name), now);
    return *known;
  }
  User& user = *users_.emplace(id, std::make_unique<User>()).first->second;
  user.id = id;
  user.site = address.site_key();
  user.folded_name = fold_for_search(name);
  user.name = std::move(name);
  index_.add(user);
  look_alikes_.add(user);
  presence_.add(user, now);
  return user;
}

void People::rename(User& user, std::string name, Instant now, Session* asker, RequestId id) {
  index_.remove(user);
  user.folded_name = fold_for_search(name);
  user.name = std::move(name);
  index_.add(user);
  for (const User* other : look_alikes_.rename(user)) presence_.update(*other, now);
  presence_.update(user, now);
  const Frame changed = encode_name_changed({}, user.name);
  for (Session* session : user.sessions) {
    outbox_.send(*session, session == asker && id ? encode_name_changed(id, user.name) : changed);
  }
}

void People::forget(User& user, Instant now) {
  index_.remove(user);
  for (const User* other : look_alikes_.remove(user)) presence_.update(*other, now);
  presence_.remove(user, now);
  users_.erase(UserId(user.id));
}

void People::refresh_in_call(User& user, Instant now) {
  const bool in_call =
      std::any_of(user.sessions.begin(), user.sessions.end(), [](const Session* session) {
        return std::any_of(session->calls.begin(), session->calls.end(), [session](Call* call) {
          const Participant* own = call->find(*session);
          return own != nullptr && own->state == ParticipantState::kJoined;
        });
      });
  if (std::exchange(user.in_call, in_call) != in_call) presence_.update(user, now);
}

void People::search(Session& session, RequestId id, std::string_view query) {
  if (session.replay.bytes_of(ReplayBuffer::kSearches) >= limits_.search_share_bytes) {
    return outbox_.refuse(session, id,
                          {ErrorCode::kRateLimited,
                           "Acknowledge the results that you have received, then search again."});
  }
  const auto found = index_.search(
      fold_for_search(query), session.user,
      {.results_max = limits_.search_results_max, .entries_max = limits_.search_entries_max});
  outbox_.send(session, encode_people_found(id, found.people, found.more), ReplayBuffer::kSearches);
}

void People::on_timeout(Instant now) {
  if (!presence_.next_flush() || *presence_.next_flush() > now) return;
  const auto changes = presence_.flush([this](const UserId& id) { return find(id); }, now);
  if (changes.for_all) {
    for (const auto& [id, user] : users_) {
      for (const Session* session : user->sessions) {
        if (session->connection) outbox_.send_uncounted(*session->connection, changes.for_all);
      }
    }
  }
  for (const UserId& id : changes.unlisted) {
    const User* user = find(id);
    if (user == nullptr) continue;  // its calls have ended, so nobody here was told of it any more
    tell_those_in_calls_with(*user, presence_.encode_one(id, user));
  }
}

void People::tell_those_in_calls_with(const User& user, const Frame& frame) {
  for (const Session* session : user.sessions) {
    for (const auto* calls : {&session->calls, &session->silent_calls}) {
      for (const Call* call : *calls) {
        for (const Participant& other : call->participants) {
          if (other.session->user != &user && !other.silent && other.session->connection) {
            outbox_.send_uncounted(*other.session->connection, frame);
          }
        }
      }
    }
  }
}

}  // namespace visavis::signaling

// Presence, names and search (PROTOCOL.md section 5).
#include <utility>

#include "core/signaling/hub_impl.h"
#include "core/signaling/model/name.h"

namespace visavis::signaling {

User* Hub::Impl::find_user(const UserId& id) {
  const auto it = users_.find(id);
  return it == users_.end() ? nullptr : it->second.get();
}

void Hub::Impl::appear(User& user, std::string name, Instant now) {
  user.folded_name = fold_for_search(name);
  user.name = std::move(name);
  people_index_.add(user);
  look_alikes_.add(user);
  presence_.add(user, now);
}

void Hub::Impl::disappear(User& user, Instant now) {
  people_index_.remove(user);
  for (const User* other : look_alikes_.remove(user)) presence_.update(*other, now);
  presence_.remove(user, now);
}

void Hub::Impl::rename(User& user, std::string name, Session* asker, RequestId id, Instant now) {
  people_index_.remove(user);
  user.folded_name = fold_for_search(name);
  user.name = std::move(name);
  people_index_.add(user);
  for (const User* other : look_alikes_.rename(user)) presence_.update(*other, now);
  presence_.update(user, now);
  const Frame changed = encode_name_changed({}, user.name);
  for (Session* session : user.sessions) {
    send(*session, session == asker && id ? encode_name_changed(id, user.name) : changed);
  }
}

void Hub::Impl::handle(Session& session, RequestId id, const NameSet& set, Instant now) {
  auto name = clean_name(set.name, limits_.name_chars_max);
  if (!name) {
    send_error(session, id, ErrorCode::kInvalidField,
               explain(name.error(), limits_.name_chars_max));
    return;
  }
  rename(*session.user, std::move(*name), &session, id, now);
}

void Hub::Impl::handle(Session& session, RequestId id, const PeopleSearch& search, Instant) {
  if (session.replay.bytes_of(ReplayBuffer::kSearches) >= limits_.search_share_bytes) {
    return send_error(session, id, ErrorCode::kRateLimited,
                      "Acknowledge the results that you have received, then search again.");
  }
  const auto found = people_index_.search(
      fold_for_search(search.query), session.user,
      {.results_max = limits_.search_results_max, .entries_max = limits_.search_entries_max});
  send(session, encode_people_found(id, found.people, found.more), ReplayBuffer::kSearches);
}

// To the others in this call.
void Hub::Impl::tell_presence(const Call& call, const User& user, const Frame& frame) {
  for (const Participant& other : call.participants) {
    if (other.session->user != &user && !other.silent && other.session->connection) {
      send_uncounted(*other.session->connection, frame);
    }
  }
}

void Hub::Impl::flush_presence(Instant now) {
  const auto changes = presence_.flush([this](const UserId& id) { return find_user(id); }, now);
  if (changes.for_all) {
    for (const auto& [id, connection] : connections_) {
      if (connection.session != nullptr) send_uncounted(id, changes.for_all);
    }
  }
  for (const UserId& id : changes.unlisted) {
    const User* user = find_user(id);
    if (user == nullptr) continue;  // its calls have ended, so nobody here was told of it any more
    const Frame frame = presence_.encode_one(id, user);
    for (const Session* session : user->sessions) {
      for (const auto* calls : {&session->calls, &session->silent_calls}) {
        for (const Call* call : *calls) tell_presence(*call, *user, frame);
      }
    }
  }
}

}  // namespace visavis::signaling

// Presence, names and search (PROTOCOL.md section 5).
#include <algorithm>
#include <utility>

#include "core/signaling/hub_impl.h"
#include "core/signaling/name.h"

namespace visavis::signaling {

User* Hub::Impl::find_user(const UserId& id) {
  const auto it = users_.find(id);
  return it == users_.end() ? nullptr : it->second.get();
}

void Hub::Impl::rename(User& user, std::string name, Session* asker, RequestId id, Instant now) {
  user.folded_name = fold_for_search(name);
  user.name = std::move(name);
  presence_.update(user, now);
  const Frame changed = encode_name_changed({}, user.name);
  for (Session* session : user.sessions) {
    send(*session, session == asker && id ? encode_name_changed(id, user.name) : changed);
  }
}

void Hub::Impl::handle(Session& session, RequestId id, const NameSet& set, Instant now) {
  auto name = clean_name(set.name, limits_.name_chars_max);
  if (!name) {
    send_error(
        session, id, ErrorCode::kInvalidField,
        "name must have 1 to " + std::to_string(limits_.name_chars_max) + " visible characters.");
    return;
  }
  rename(*session.user, std::move(*name), &session, id, now);
}

void Hub::Impl::handle(Session& session, RequestId id, const PeopleSearch& search, Instant) {
  const std::string query = fold_for_search(search.query);
  std::vector<const User*> found;
  for (const auto& [user_id, user] : users_) {
    if (user.get() != session.user && matches_search(user->folded_name, query)) {
      found.push_back(user.get());
    }
  }
  const bool more = found.size() > limits_.search_results_max;
  const auto end = found.begin() +
                   static_cast<std::ptrdiff_t>(std::min(found.size(), limits_.search_results_max));
  std::partial_sort(found.begin(), end, found.end(), [](const User* a, const User* b) {
    return std::tie(a->folded_name, a->id) < std::tie(b->folded_name, b->id);
  });
  found.erase(end, found.end());
  send(session, encode_people_found(id, found, more));
}

void Hub::Impl::flush_presence() {
  const auto changes = presence_.flush([this](const UserId& id) { return find_user(id); });
  if (changes.for_all) {
    for (const auto& [id, connection] : connections_) {
      if (connection.session != nullptr) send_uncounted(id, changes.for_all);
    }
  }
  for (const UserId& id : changes.unlisted) {
    const User* user = find_user(id);
    if (user == nullptr) continue;  // its calls have ended, so nobody here was told of it any more
    const Frame frame = presence_.encode_one(id, user);
    for (Session* session : user->sessions) {
      for (Call* call : session->calls) {
        for (const Participant& other : call->participants) {
          if (other.session->user != user && other.session->connection) {
            send_uncounted(*other.session->connection, frame);
          }
        }
      }
    }
  }
}

}  // namespace visavis::signaling

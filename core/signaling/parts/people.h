// The people who are online: who they are, how everybody is told of them, and how they are found
// (PROTOCOL.md section 5).
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/base/ip_address.h"
#include "core/signaling/model/limits.h"
#include "core/signaling/model/look_alikes.h"
#include "core/signaling/model/model.h"
#include "core/signaling/model/people_index.h"
#include "core/signaling/parts/outbox.h"
#include "core/signaling/parts/presence.h"

namespace visavis::signaling {

class People {
 public:
  // Both must outlive it.
  People(const Limits& limits, Outbox& outbox)
      : limits_(limits), outbox_(outbox), presence_(limits) {}

  // Null: nobody of this id is here. Whoever is stays where they are until forget().
  User* find(const UserId& id);
  std::size_t size() const { return users_.size(); }

  // Under this name (clean) from now on. `address`: from where they come.
  User& find_or_make(const UserId& id, std::string name, const IpAddress& address, Instant now);
  // Tells all their devices; `asker`, one of them, with the request's id.
  void rename(User& user, std::string name, Instant now, Session* asker = nullptr,
              RequestId id = {});
  // Precondition: no session is left. `user` dangles afterwards.
  void forget(User& user, Instant now);
  // Others see whether somebody is in a call; this looks anew.
  void refresh_in_call(User& user, Instant now);

  // Answers with whom the words of `query` find.
  void search(Session& session, RequestId id, std::string_view query);

  // The list as a newcomer is told it, a JSON array, and of how many it is part.
  const std::string& list_json() { return presence_.list_json(); }
  std::size_t total() const { return presence_.total(); }

  std::optional<Instant> next_timeout() const { return presence_.next_flush(); }
  // Tells everybody who is connected what has changed.
  void on_timeout(Instant now);

 private:
  void tell_those_in_calls_with(const User& user, const Frame& frame);

  const Limits& limits_;
  Outbox& outbox_;
  std::unordered_map<UserId, std::unique_ptr<User>> users_;
  Presence presence_;
  PeopleIndex index_;
  LookAlikes look_alikes_;
};

}  // namespace visavis::signaling

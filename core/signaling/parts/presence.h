// Who is online, as everybody sees it (PROTOCOL.md section 5): a capped list, and changes gathered
// over a short time into one message that is the same for all.
//
// Whoever changes often is told of once a second, as they are then; and what everybody is told has
// a rate in bytes: what is beyond it comes later, in the order in which it began to wait.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/base/time.h"
#include "core/signaling/model/command.h"
#include "core/signaling/model/limits.h"
#include "core/signaling/model/model.h"
#include "core/signaling/model/token_bucket.h"
#include "core/signaling/parts/people_list.h"

namespace visavis::signaling {

class Presence {
 public:
  explicit Presence(const Limits& limits) : limits_(limits), people_(limits.presence_list_max) {}

  // `user` must stay valid until remove(). Sets user.arrival and user.listed.
  void add(User& user, Instant now);
  // Name or in_call changed.
  void update(const User& user, Instant now);
  void remove(User& user, Instant now);

  // When flush() is due; nothing while there is nothing to tell.
  std::optional<Instant> next_flush() const { return flush_at_; }

  struct Changes {
    Frame for_all;                 // null when nothing of the list changed
    std::vector<UserId> unlisted;  // changed, but not in the list: for those in a call with them
  };
  // Takes of what has gathered as much as may be told now. `find_user` maps an id to its User, or
  // null when gone.
  template <typename FindUser>
  Changes flush(FindUser find_user, Instant now) {
    begin_flush(now);
    for (const UserId& id : std::exchange(waiting_to_be_told_, {})) {
      if (!may_be_told(id, now)) continue;
      const User* user = find_user(id);
      if (!dirty_.at(id)) {
        changes_.unlisted.push_back(id);
      } else if (user != nullptr && user->listed) {
        tell_here(*user);
      } else {
        tell_gone(id);
      }
      was_told(id, now);
    }
    return finish_flush(now);
  }

  // The presence message that tells of one person only.
  Frame encode_one(const UserId& id, const User* user) const;

  // The list as a JSON array. It may be as old as the last flush; whatever changed since is in the
  // next.
  const std::string& list_json();
  // People whose last change is remembered; for tests.
  std::size_t remembered() const { return told_.size(); }
  std::size_t total() const { return people_.size(); }

 private:
  void mark(const UserId& id, bool listed, Instant now);
  void list(User& user);
  void begin_flush(Instant now);
  bool may_be_told(const UserId& id, Instant now);
  void tell_here(const User& user);
  void tell_gone(const UserId& id);
  void was_told(const UserId& id, Instant now);
  Changes finish_flush(Instant now);
  Frame encode(const std::vector<std::string>& here, const std::vector<UserId>& gone) const;

  const Limits& limits_;
  std::uint64_t arrivals_ = 0;
  PeopleList people_;
  struct Listed {
    User* user;
    std::string json;  // the person's entry; empty when it must be made anew
  };
  const std::string& entry_of(Listed& listed);

  std::map<std::uint64_t, Listed> listed_;  // by arrival
  // Who has changed: true where listed, or listed until it went. Both in step.
  std::unordered_map<UserId, bool> dirty_;
  std::vector<UserId> waiting_to_be_told_;
  // Whom the others have been told of within presence_person_interval, by when.
  std::unordered_map<UserId, Instant> told_;
  std::set<std::pair<Instant, UserId>> told_by_time_;
  std::optional<TokenBucket> bytes_;  // from the first flush on
  std::optional<Instant> flush_at_;
  // While a flush goes on:
  Changes changes_;
  std::vector<std::string> here_;
  std::vector<UserId> gone_;
  bool out_of_bytes_ = false;
  std::optional<Instant> next_due_;
  // Made again in the same memory: a list of 500 with long names has 200 KB.
  std::string list_json_;
  bool list_is_stale_ = true;
};

}  // namespace visavis::signaling

// Who is online, as everybody sees it (PROTOCOL.md section 5): a capped list, and changes gathered
// over a short time into one message that is the same for all.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/signaling/command.h"
#include "core/signaling/limits.h"
#include "core/signaling/model.h"

namespace visavis::signaling {

class Presence {
 public:
  explicit Presence(const Limits& limits) : limits_(limits) {}

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
  // Takes what has gathered. `find_user` maps an id to its User, or null when gone.
  template <typename FindUser>
  Changes flush(FindUser find_user) {
    std::vector<const User*> here;
    std::vector<UserId> gone;
    for (const UserId& id : dirty_) {
      const User* user = find_user(id);
      if (user != nullptr && user->listed) {
        here.push_back(user);
      } else {
        gone.push_back(id);
      }
    }
    return finish_flush(here, gone);
  }

  // The presence message that tells of one person only.
  Frame encode_one(const UserId& id, const User* user) const;

  // The list as a JSON array. It may be as old as the last flush; whatever changed since is in the
  // next.
  const std::string& list_json();
  std::size_t total() const { return listed_.size() + waiting_.size(); }

 private:
  void mark(const UserId& id, bool listed, Instant now);
  void list_first_waiting(Instant now);
  Changes finish_flush(const std::vector<const User*>& here, const std::vector<UserId>& gone);
  Frame encode(const std::vector<std::string>& here, const std::vector<UserId>& gone) const;

  const Limits& limits_;
  std::uint64_t arrivals_ = 0;
  struct Listed {
    User* user;
    std::string json;  // the person's entry; empty when it must be made anew
  };
  const std::string& entry_of(Listed& listed);

  std::map<std::uint64_t, Listed> listed_;  // by arrival
  std::map<std::uint64_t, User*> waiting_;  // beyond the cap, by arrival
  std::set<UserId> dirty_;                  // listed, or listed until it went
  std::set<UserId> dirty_unlisted_;
  std::optional<Instant> flush_at_;
  std::optional<std::string> list_json_;
};

}  // namespace visavis::signaling

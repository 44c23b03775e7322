// A call with a name, and what is remembered of it while nobody is inside (PROTOCOL.md section 12).
// Plain data; Hub::Impl keeps it consistent, and RoomBook owns it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/source.h"
#include "core/base/time.h"
#include "core/signaling/model/budget.h"
#include "core/signaling/model/ids.h"
#include "core/signaling/model/room_rules.h"
#include "core/signaling/model/token_bucket.h"

namespace visavis::signaling {

struct Call;
struct Session;

// One session that waits to be let in.
struct Knock {
  KnockId id;
  Session* session = nullptr;
};

// Somebody who may enter without knocking.
struct Admission {
  UserId user;
  // Of the token by which they came. None for who was let in here: rules of another way that the
  // room went do not know them.
  std::optional<RoomRevision> shown;
};

enum class AtDoor : std::uint8_t { kEnters, kKnocks, kLocked, kRemoved };

struct Room {
  std::string name;
  RoomRules rules;
  // Made in the first moments after a restart by somebody without a token: whose it is shows when
  // they are over. Until then everybody waits, and `rules` are those that the first asked for.
  bool unclaimed = false;
  std::vector<Admission> admitted;  // who was admitted first comes first
  // Removed by who stood in for the hosts: outside until one of these comes.
  std::vector<UserId> kept_out;
  std::vector<UserId> inside_when_locked;  // may come back
  // Of those who were removed, for the hosts who see the list.
  std::map<UserId, std::string> removed_names;
  std::optional<UserId> told_stand_in;  // as those inside know it
  // Other rules are being put in force: nobody is told of them, or given a token of them, before
  // whoever may not stay has gone.
  bool settling = false;

  Call* call = nullptr;                                    // none while nobody is inside
  std::vector<Knock> knocks;                               // in the order in which they came
  std::optional<Instant> forget_at;                        // only while nobody is inside or knocks
  AccountBook<UserId, TokenBucket> changes{kChangersMax};  // of the rules, by whoever makes them

  // RoomBook's: on whose account it is remembered.
  UserId maker;
  Source maker_source;
  bool counted_as_restricted = false;

  // More than can be hosts of one: the creator, those named, who stands in.
  static constexpr std::size_t kChangersMax = 16;

  bool is_barred(const UserId& user) const {
    return rules.is_removed(user) ||
           std::find(kept_out.begin(), kept_out.end(), user) != kept_out.end();
  }
  bool is_admitted(const UserId& user) const {
    return std::any_of(admitted.begin(), admitted.end(),
                       [&](const Admission& admission) { return admission.user == user; });
  }
  AtDoor at_door(const UserId& user) const {
    if (is_barred(user)) return AtDoor::kRemoved;
    if (unclaimed) return AtDoor::kKnocks;
    if (rules.is_host(user)) return AtDoor::kEnters;
    if (rules.locked) {
      const bool was_inside = std::find(inside_when_locked.begin(), inside_when_locked.end(),
                                        user) != inside_when_locked.end();
      return was_inside ? AtDoor::kEnters : AtDoor::kLocked;
    }
    return !rules.knock || is_admitted(user) ? AtDoor::kEnters : AtDoor::kKnocks;
  }
  bool lets_in(const UserId& user) const { return at_door(user) == AtDoor::kEnters; }
};

}  // namespace visavis::signaling

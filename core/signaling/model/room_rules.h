// Who may enter a room, and who has a say in it: what a server must know again after a restart.
// Plain values; a room token carries them (room_token.h).
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/base/time.h"
#include "core/signaling/model/ids.h"
#include "core/signaling/model/room_revision.h"

namespace visavis::signaling {

// Of any configuration: so many fit in a token.
inline constexpr std::size_t kRoomHostsMax = 8;
inline constexpr std::size_t kRoomRemovedMax = 32;

struct RoomRules {
  RoomInstance instance;  // made with the room: two rooms of one name are two
  WallTime created;
  RoomRevision revision = RoomRevision::first();
  bool knock = false;             // whoever is not known must knock
  bool locked = false;            // nobody new comes in
  std::optional<UserId> creator;  // always there where the rules are complete
  std::vector<UserId> hosts;      // named by the creator
  std::vector<UserId> removed;    // must stay outside; who was removed last is last
  // Somebody is not in `removed` any more, because there were too many: tokens of earlier revisions
  // might be theirs.
  RoomRevision admits_from;
  // False where they came from a membership, which knows neither hosts nor who was removed.
  bool complete = true;

  bool is_host(const UserId& user) const;  // the creator, or named
  bool is_removed(const UserId& user) const;
  // Whether forgetting them would let in, or give a say to, somebody who has none.
  bool restrict_anybody() const { return knock || locked || !hosts.empty() || !removed.empty(); }

  // Puts somebody outside who is neither creator nor, afterwards, host.
  void remove(const UserId& user, std::size_t removed_max);
  void take_back(const UserId& user);  // of being removed

  friend bool operator==(const RoomRules&, const RoomRules&) = default;
};

// Whether a room goes by `shown` where it has gone by `live`: of two rooms of one name the earlier
// wins, of two states of one room the later.
bool takes_precedence(const RoomRules& shown, const RoomRules& live);

// Whether somebody who was let in under `shown` need not knock under `live`. Where nobody had to
// knock, being let in meant nothing.
bool still_admits(const RoomRules& shown, const RoomRules& live);

}  // namespace visavis::signaling

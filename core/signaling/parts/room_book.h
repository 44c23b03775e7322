// The rooms that are remembered, by name, and on whose account. A person's next room may push out
// their own oldest empty one; nobody's room pushes out another person's.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/address_shares.h"
#include "core/signaling/model/budget.h"
#include "core/signaling/model/limits.h"
#include "core/signaling/model/room.h"
#include "core/signaling/parts/deadlines.h"

namespace visavis::signaling {

class RoomBook {
 public:
  explicit RoomBook(const Limits& limits)
      : limits_(limits),
        shares_(limits.rooms_max, limits.rooms_per_address_max),
        given_up_(limits.rooms_max) {}

  Room* find(std::string_view name);
  std::size_t size() const { return rooms_.size(); }

  // Nobody is in it yet; see forget_later(). Null where there are too many, all in all or on this
  // account. Precondition: there is none of this name.
  Room* make(std::string_view name, const UserId& maker, const Source& source);
  // Whether this room has made place for another of its creator's. They have given it up: its
  // tokens are of no use any more.
  bool was_given_up(const RoomInstance& instance) { return given_up_.find(instance) != nullptr; }
  // On whose account it is from now on.
  void charge(Room& room, const UserId& maker, const Source& source);

  // Somebody is there: it is remembered until forget_later().
  void keep(Room& room);
  void forget_later(Room& room, Instant when);
  void forget(Room& room);  // `room` dangles afterwards
  void forget_due(Instant now);
  std::optional<Instant> next() const { return deadlines_.next(); }

  // After a room's rules have changed.
  void note_rules(Room& room);
  // Whether any room's rules restrict anybody.
  bool any_restricted() const { return restricted_ > 0; }

  template <typename Visit>
  void for_each(Visit visit) {
    for (const auto& [name, room] : rooms_) visit(*room);
  }

 private:
  void discharge(Room& room);
  Room* oldest_empty_of(const UserId& maker);

  const Limits& limits_;
  std::unordered_map<std::string, std::unique_ptr<Room>> rooms_;
  std::unordered_map<UserId, std::vector<Room*>> by_maker_;
  AddressShares shares_;
  Deadlines<std::string> deadlines_;  // of rooms where nobody is; these may be forgotten
  std::size_t restricted_ = 0;
  struct GivenUp {};
  AccountBook<RoomInstance, GivenUp> given_up_;
};

}  // namespace visavis::signaling

// Those whom allocations count for: users, calls or addresses, by name. Who has none any more is
// remembered for a while, so that nobody gets a new budget by letting the last one go.
#pragma once

#include <array>
#include <cstddef>
#include <list>
#include <optional>
#include <unordered_map>
#include <utility>

#include "core/base/time.h"
#include "core/turn/ledger.h"

namespace visavis::turn {

template <typename Cell>
struct Party {
  std::size_t allocations = 0;
  std::size_t reservations = 0;
  std::array<Cell, kFlows> bytes{};
  Cell made;  // allocations
};

template <typename Key, typename Cell>
class Parties {
  struct Entry;
  using Map = std::unordered_map<Key, Entry>;

 public:
  using Member = std::pair<const Key, Entry>;

  // Pointers hold until it is let go. To be followed by let_go(), at once or later.
  Member* get(const Key& key) {
    Member& member = *map_.try_emplace(key).first;
    if (auto& place = member.second.place) {
      idle_.erase(*place);
      place.reset();
    }
    return &member;
  }
  static Party<Cell>& party(Member* member) { return member->second.party; }

  // Remembers it for kMemory if it has nothing any more, but no more than `idle_max` that are so.
  void let_go(Member* member, Instant now, std::size_t idle_max) {
    Entry& entry = member->second;
    if (entry.party.allocations != 0 || entry.party.reservations != 0 || entry.place) return;
    entry.idle_since = now;
    entry.place = idle_.insert(idle_.end(), member);
    while (idle_.size() > idle_max) forget_first();
  }
  void forget(Instant now) {
    while (!idle_.empty() && idle_.front()->second.idle_since + kMemory <= now) forget_first();
  }

  std::size_t size() const { return map_.size(); }

 private:
  // Until then every budget of a second or a minute is whole again.
  static constexpr Duration kMemory = minutes(2);

  struct Entry {
    Party<Cell> party;
    Instant idle_since{};
    std::optional<typename std::list<Member*>::iterator> place;  // among those that are idle
  };

  void forget_first() {
    const Key key = idle_.front()->first;
    idle_.pop_front();
    map_.erase(key);
  }

  Map map_;
  std::list<Member*> idle_;  // in the order in which they are forgotten
};

}  // namespace visavis::turn

// All allocations of one loop, by what leads to them, with who they count for and when they end.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "core/base/random.h"
#include "core/turn/allocation.h"
#include "core/turn/credentials.h"
#include "core/turn/limits.h"
#include "core/turn/types.h"

namespace visavis::turn {

// The digest that stands for a call's id on the data path.
CallKey call_key(std::string_view call);

struct FiveTupleHash {
  std::size_t operator()(const FiveTuple& tuple) const noexcept;
};

class Allocations {
 public:
  // `limits` must outlive it. Of calls without allocations no more than `idle_calls_max` are
  // remembered.
  Allocations(const Limits& limits, std::size_t idle_calls_max)
      : limits_(limits), idle_calls_max_(idle_calls_max) {}

  // Null: there is none. Pointers hold until the allocation is erased.
  Allocation* find(const FiveTuple& client);
  Allocation* find(RelayId relay);
  Call* find(const CallKey& call);
  static Allocation* find(const Call& call, std::uint16_t port);

  // Precondition: the client has none. The caller fills in the rest.
  Allocation& insert(const FiveTuple& client, const Identity& identity, Instant expires);
  // Closed mode: the port that others of the call reach it by. False: all are used up.
  bool give_port(Allocation& allocation, const VirtualPorts& ports, bool even, Random& random);
  // Open mode: from now on find() knows it by this.
  void give_relay(Allocation& allocation, RelayId relay) { by_relay_[relay] = &allocation; }
  void take_relay(RelayId relay) { by_relay_.erase(relay); }
  void set_expires(Allocation& allocation, Instant expires);
  // The relays are the caller's to close.
  void erase(Allocation& allocation, Instant now);

  // Nothing more will come of this call: its ports need not be remembered. Precondition: it has no
  // allocations.
  void forget(const CallKey& call);

  std::optional<Instant> next_expiry() const;
  // The first that ends at or before `now`; null: none.
  Allocation* due(Instant now);

  std::size_t size() const { return by_client_.size(); }

 private:
  using Calls = std::unordered_map<CallKey, Call>;

  void join(Allocation& allocation, std::string_view call);
  void leave(Allocation& allocation, Instant now);
  void forget_idle_calls(Instant now);

  const Limits& limits_;
  const std::size_t idle_calls_max_;
  std::unordered_map<FiveTuple, Allocation, FiveTupleHash> by_client_;
  Allocation* last_found_ = nullptr;  // packets of one client come in batches
  std::unordered_map<RelayId, Allocation*> by_relay_;
  Calls calls_;
  IdleCalls idle_calls_;
  std::set<std::pair<Instant, Allocation*>> expiries_;
};

}  // namespace visavis::turn

// The calls that there are, on whose account, and when something is due in them.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>

#include "core/base/address_shares.h"
#include "core/signaling/model/limits.h"
#include "core/signaling/model/model.h"
#include "core/signaling/parts/deadlines.h"

namespace visavis::signaling {

class CallBook {
 public:
  // `limits` must outlive it.
  explicit CallBook(const Limits& limits)
      : limits_(limits), shares_(limits.calls_max, limits.calls_per_address_max) {}

  Call* find(const CallId& id);
  std::size_t size() const { return calls_.size(); }
  // Whether there may be one more, all in all and of this address.
  bool has_place(const Source& maker) const { return shares_.has_place(maker); }

  // Nobody is in it yet. Precondition: there is none of this id.
  Call& make(const CallId& id, bool video, const Source& maker, Instant now);
  // `call` dangles afterwards.
  void erase(Call& call);
  // Of calls from an earlier epoch that have ended since: they do not come back a second time.
  bool has_ended(const CallId& id) const;
  void forget_ended(const CallId& id) { std::erase(ended_restored_, id); }

  // To be told after who is invited has changed.
  void set_ring_deadline(Call& call);
  // Others may come back until then. Where they do, or are not waited for any more: stop_waiting().
  void wait_for_others(Call& call, Instant until);
  void stop_waiting(Call& call);

  std::optional<Instant> next_timeout() const;
  // The next call of which an invitation has rung for its whole time, and the next that others did
  // not come back to in time; null when there is none.
  Call* pop_rung_out(Instant now);
  Call* pop_not_returned_to(Instant now);

 private:
  const Limits& limits_;
  std::unordered_map<CallId, std::unique_ptr<Call>> calls_;
  AddressShares shares_;
  Deadlines<CallId> ring_deadlines_;
  Deadlines<CallId> restore_deadlines_;
  std::deque<CallId> ended_restored_;  // oldest first
};

}  // namespace visavis::signaling

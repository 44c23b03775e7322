// How many sessions each address has, and which of them wait to be resumed: so that one address
// cannot take all that the server keeps. A plain value; the hub owns it.
#pragma once

#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "core/base/address_shares.h"
#include "core/base/source.h"
#include "core/base/time.h"
#include "core/signaling/model/ids.h"
#include "core/signaling/model/limits.h"

namespace visavis::signaling {

class AddressSessions {
 public:
  explicit AddressSessions(const Limits& limits)
      : shares_(limits.sessions_max, limits.sessions_per_address_max) {}

  bool has_place(const Source& source) const { return shares_.has_place(source); }
  // The same, once one of its own has ended.
  bool has_place_instead_of_one(const Source& source) const {
    return shares_.has_place_instead_of_one(source);
  }
  void add(const Source& source) { shares_.add(source); }
  // Precondition: it has been added, and does not wait.
  void remove(const Source& source) { shares_.remove(source); }

  void begin_to_wait(const Source& source, Instant until, const SessionId& session) {
    waiting_[source].emplace(until, session);
  }
  // Does nothing where it does not wait.
  void stop_waiting(const Source& source, Instant until, const SessionId& session) {
    const auto it = waiting_.find(source);
    if (it == waiting_.end()) return;
    it->second.erase({until, session});
    if (it->second.empty()) waiting_.erase(it);
  }

  // The one that would end first by itself.
  std::optional<SessionId> first_that_waits(const Source& source) const {
    const auto it = waiting_.find(source);
    if (it == waiting_.end()) return std::nullopt;
    return it->second.begin()->second;
  }

 private:
  AddressShares shares_;
  std::unordered_map<Source, std::set<std::pair<Instant, SessionId>>> waiting_;
};

}  // namespace visavis::signaling

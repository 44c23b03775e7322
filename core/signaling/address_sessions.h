// How many sessions each address has, and which of them wait to be resumed: so that one address
// cannot take all that the server keeps. A plain value; the hub owns it.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "core/base/ip_address.h"
#include "core/base/time.h"
#include "core/signaling/ids.h"

namespace visavis::signaling {

// `address` is IpAddress::limit_key() everywhere.
class AddressSessions {
 public:
  void add(const IpAddress& address) { ++of_[address].count; }
  // Precondition: it has been added, and does not wait.
  void remove(const IpAddress& address) {
    const auto it = of_.find(address);
    if (--it->second.count == 0) of_.erase(it);
  }

  void begin_to_wait(const IpAddress& address, Instant until, const SessionId& session) {
    of_[address].waiting.emplace(until, session);
  }
  void stop_waiting(const IpAddress& address, Instant until, const SessionId& session) {
    of_[address].waiting.erase({until, session});
  }

  std::size_t count(const IpAddress& address) const {
    const auto it = of_.find(address);
    return it == of_.end() ? 0 : it->second.count;
  }
  // The one that would end first by itself.
  std::optional<SessionId> first_that_waits(const IpAddress& address) const {
    const auto it = of_.find(address);
    if (it == of_.end() || it->second.waiting.empty()) return std::nullopt;
    return it->second.waiting.begin()->second;
  }

 private:
  struct Sessions {
    std::size_t count = 0;
    std::set<std::pair<Instant, SessionId>> waiting;
  };
  std::unordered_map<IpAddress, Sessions> of_;
};

}  // namespace visavis::signaling

// What the bearers of a check code may have relayed in all, for as long as a code can be good. The
// allocations of one code share one number of bytes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "core/base/time.h"
#include "core/turn/ephemeral_credential.h"
#include "core/turn/types.h"

namespace visavis::turn {

// The calls of connection checks are named by this and the id of the code. No id of the hub's calls
// has a dot.
inline constexpr std::string_view kCheckCallPrefix = "check.";

// Under its owner's mutex, except take() and give_back(), which touch a Cell (rate.h) and nothing
// else.
template <typename Cell>
class CheckBudgets {
 public:
  struct Budget {
    Cell taken;
    std::size_t allocations = 0;
    Instant idle_since{};
  };
  using Member = std::pair<const CallKey, Budget>;

  CheckBudgets(std::uint64_t bytes_max, std::size_t codes_max)
      : bytes_max_(static_cast<std::int64_t>(bytes_max)), codes_max_(codes_max) {}

  // For one allocation; stays where it is until let_go(). Null: all is used up, or as many codes
  // are remembered as may be. Forgetting one sooner would give it a new budget.
  Member* hold(const CallKey& code, Instant now) {
    auto it = codes_.find(code);
    if (it == codes_.end()) {
      forget(now);
      if (codes_.size() >= codes_max_) return nullptr;
      it = codes_.try_emplace(code).first;
    }
    if (it->second.taken.load() >= bytes_max_) return nullptr;
    ++it->second.allocations;
    return &*it;
  }
  void let_go(Member& member, Instant now) {
    if (--member.second.allocations == 0) member.second.idle_since = now;
  }

  // At least `least` and at most `most`; 0: there is less than `least`. Precondition: 0 < least <=
  // most.
  std::uint64_t take(Member& member, std::uint64_t least, std::uint64_t most) const {
    Cell& cell = member.second.taken;
    std::int64_t seen = cell.load();
    while (true) {
      const auto left = static_cast<std::uint64_t>(std::max<std::int64_t>(bytes_max_ - seen, 0));
      if (left < least) return 0;
      const std::uint64_t taken = std::min(left, most);
      if (cell.replace(seen, seen + static_cast<std::int64_t>(taken))) return taken;
    }
  }
  void give_back(Member& member, std::uint64_t amount) const {
    if (amount == 0) return;
    Cell& cell = member.second.taken;
    std::int64_t seen = cell.load();
    while (!cell.replace(seen, seen - static_cast<std::int64_t>(amount))) {
    }
  }

  std::uint64_t left(const CallKey& code) const {
    const auto it = codes_.find(code);
    const std::int64_t taken = it == codes_.end() ? 0 : it->second.taken.load();
    return static_cast<std::uint64_t>(std::max<std::int64_t>(bytes_max_ - taken, 0));
  }

  std::size_t size() const { return codes_.size(); }

 private:
  // No code is good for longer after its last use.
  static constexpr Duration kMemory = kCredentialLifetimeMax;

  void forget(Instant now) {
    std::erase_if(codes_, [now](const Member& member) {
      return member.second.allocations == 0 && member.second.idle_since + kMemory <= now;
    });
  }

  const std::int64_t bytes_max_;
  const std::size_t codes_max_;
  std::unordered_map<CallKey, Budget> codes_;
};

}  // namespace visavis::turn

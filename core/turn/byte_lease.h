// What an allocation may send without asking the ledger: some bytes, for a tenth of a second. So a
// packet costs two comparisons, and atomic numbers that all loops share are touched ten times a
// second for each allocation, whatever it sends.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "core/base/time.h"
#include "core/turn/ledger.h"

namespace visavis::turn {

// As large as the flow is: it doubles where it does not last, and is cut to what was used where it
// does. Who sends a packet now and then takes hardly more than that packet from what others of the
// same user or call may send.
class ByteLease {
 public:
  static constexpr Duration kLifetime = milliseconds(100);
  static constexpr std::uint64_t kBytesMax = std::uint64_t{1} << 28U;

  // Whether so many bytes may pass; counts them. Otherwise renew() decides.
  bool take(std::uint64_t bytes, Instant now) {
    if (bytes > left_ || now >= until_) return false;
    left_ -= bytes;
    return true;
  }

  // The same, with a new lease. Null: they may pass; else why not.
  std::optional<Refusal> renew(Account& account, Flow flow, std::uint64_t bytes, Instant now) {
    const bool ran_out = now < until_;
    const std::uint64_t wanted = (ran_out ? 2 * granted_ : granted_ - left_) + bytes;
    const std::uint64_t least = std::max<std::uint64_t>(bytes, 1);
    // What was not needed long ago has leaked away by now.
    const std::uint64_t unused = now < until_ + kLifetime ? left_ : 0;
    const auto granted =
        account.lease(flow, {least, std::clamp(wanted, least, kBytesMax), unused}, now);
    granted_ = left_ = granted ? *granted : 0;
    until_ = now + kLifetime;
    if (!granted) return granted.error();
    left_ -= bytes;
    return std::nullopt;
  }

 private:
  std::uint64_t granted_ = 0;
  std::uint64_t left_ = 0;
  Instant until_{};
};

}  // namespace visavis::turn

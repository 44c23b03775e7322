// How often somebody may knock at rooms and enter them, and how long whoever was refused waits
// before they may knock there again (PROTOCOL.md section 12). By person and by address; what is
// kept is bounded, and the person or address that was not heard for longest is forgotten first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/source.h"
#include "core/base/time.h"
#include "core/signaling/model/budget.h"
#include "core/signaling/model/ids.h"
#include "core/signaling/model/limits.h"
#include "core/signaling/model/token_bucket.h"

namespace visavis::signaling {

class DoorLimits {
 public:
  explicit DoorLimits(const Limits& limits);

  struct Visitor {
    UserId user;
    Source source;
  };

  // Nothing, and the knock is counted, where they may knock at this room; else after which time.
  std::optional<Duration> knock(const Visitor& visitor, std::string_view room, Instant now);
  // The same for entering a room; each entry makes the others' browsers connect anew.
  std::optional<Duration> enter(const Visitor& visitor, Instant now);

  void refused(const Visitor& visitor, std::string_view room, Instant now);
  void admitted(const UserId& user, std::string_view room);

 private:
  struct Pause {
    std::uint32_t refusals = 0;
    Instant last{};
  };
  using Buckets = AccountBook<Source, TokenBucket>;
  using UserBuckets = AccountBook<UserId, TokenBucket>;

  Duration left_of_pause(const std::string& key, int share, Instant now);
  void count_refusal(const std::string& key, Instant now);
  // Takes from both, or from neither.
  std::optional<Duration> take(UserBuckets& users, Rate of_user, Buckets& addresses,
                               Rate of_address, const Visitor& visitor, Instant now);

  const Limits& limits_;
  AccountBook<std::string, Pause> pauses_;  // by room and person, or by room and address
  UserBuckets user_knocks_;
  Buckets address_knocks_;
  UserBuckets user_entries_;
  Buckets address_entries_;
};

}  // namespace visavis::signaling

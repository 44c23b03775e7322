#include "core/turn/challenge_limiter.h"

#include <algorithm>
#include <cstring>

namespace visavis::turn {
namespace {

std::uint64_t mixed(std::uint64_t value) {
  value = (value ^ value >> 32U) * 0xD6E8FEB86659FD93U;
  value = (value ^ value >> 32U) * 0xD6E8FEB86659FD93U;
  return value ^ value >> 32U;
}

}  // namespace

ChallengeLimiter::ChallengeLimiter(const Limits& limits, Random& random)
    : interval_(limits.challenges_per_second == 0
                    ? Duration::zero()
                    : Duration(seconds(1)) / limits.challenges_per_second),
      ahead_max_(interval_ * std::max<std::int64_t>(limits.challenges_burst, 1)),
      slots_(std::max<std::size_t>(limits.challenge_addresses_max, 1)) {
  std::array<std::uint8_t, sizeof key_> bytes{};
  random.fill(bytes);
  std::memcpy(key_.data(), bytes.data(), bytes.size());
}

Instant& ChallengeLimiter::slot_of(const IpAddress& client) {
  const IpAddress address = client.limit_key();
  std::array<std::uint64_t, 2> halves{};
  std::memcpy(halves.data(), address.bytes().data(), sizeof halves);
  const std::uint64_t hash =
      mixed(mixed(mixed(halves[0] ^ key_[0]) + (halves[1] ^ key_[1])) ^ key_[2]);
  return slots_[hash % slots_.size()];
}

bool ChallengeLimiter::take(const IpAddress& client, Instant now) {
  Instant& empty_at = slot_of(client);
  const Instant next = std::max(empty_at, now) + interval_;
  if (next > now + ahead_max_) return false;
  empty_at = next;
  return true;
}

}  // namespace visavis::turn

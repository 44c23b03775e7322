// Keeps 401 and 438 from being a way to send somebody packets in another's name: a rate for each
// IPv4 address or IPv6 /64 of those who may not be there, and one for each client that is.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "core/base/random.h"
#include "core/turn/ledger.h"
#include "core/turn/limits.h"
#include "core/turn/rate.h"

namespace visavis::turn {

// Of a fixed size from the start, so that a flood from made-up addresses makes it neither grow nor
// forget: they share slots, by a keyed hash that nobody outside can aim with. Strangers and those
// who have proven their address have slots apart, so that the ones cannot spend what the others
// have.
template <typename Cell>
class ChallengeLimiter {
 public:
  ChallengeLimiter(const Limits& limits, Random& random)
      : rates_{rate(limits.challenges_per_second, limits.challenges_burst),
               rate(limits.challenges_per_second_per_client, limits.challenges_burst_per_client)},
        slots_{Slots(std::max<std::size_t>(limits.challenge_addresses_max, 1)),
               Slots(std::max<std::size_t>(limits.challenge_addresses_max, 1))} {
    std::array<std::uint8_t, sizeof key_> bytes{};
    random.fill(bytes);
    std::memcpy(key_.data(), bytes.data(), bytes.size());
  }

  // Whether one more may be sent to this client; counts it.
  bool take(Asker asker, const FiveTuple& client, Instant now) {
    const auto table = static_cast<std::size_t>(asker);
    Slots& slots = slots_[table];
    return turn::take(slots[hash(asker, client) % slots.size()], rates_[table], 1, 1, now) == 1;
  }

 private:
  using Slots = std::vector<Cell>;

  static Rate rate(std::uint32_t per_second, std::uint32_t burst) {
    if (per_second == 0) return {};
    return {static_cast<double>(per_second),
            Duration(seconds(1)) * std::max<std::int64_t>(burst, 1) / per_second};
  }
  static std::uint64_t mixed(std::uint64_t value) {
    value = (value ^ value >> 32U) * 0xD6E8FEB86659FD93U;
    value = (value ^ value >> 32U) * 0xD6E8FEB86659FD93U;
    return value ^ value >> 32U;
  }
  // Of the address, or of the whole client.
  std::uint64_t hash(Asker asker, const FiveTuple& client) const {
    const bool proven = asker == Asker::kProven;
    const IpAddress address = proven ? client.client.address : client.client.address.limit_key();
    std::array<std::uint64_t, 2> halves{};
    std::memcpy(halves.data(), address.bytes().data(), sizeof halves);
    const std::uint64_t of_address = mixed(mixed(halves[0] ^ key_[0]) + (halves[1] ^ key_[1]));
    if (!proven) return mixed(of_address ^ key_[2]);
    return mixed(mixed(of_address ^ key_[2] ^ client.client.port) + client.link);
  }

  std::array<Rate, 2> rates_;
  std::array<std::uint64_t, 3> key_{};
  std::array<Slots, 2> slots_;  // by Asker
};

}  // namespace visavis::turn

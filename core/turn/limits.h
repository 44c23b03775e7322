// Every limit of the relay, with its default and the reason for it. Each is a key of the same name,
// with `relay_` before it, under [limits] in the configuration. Each loop keeps its own account:
// what is said "in all" is divided among the loops, what is said of one user, call or address holds
// on each loop.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/time.h"

namespace visavis::turn {

struct Limits {
  // RFC 8656 section 7.2.
  Duration allocation_lifetime = minutes(10);
  Duration allocation_lifetime_max = minutes(60);

  // Allocations. A browser makes one per network interface and TURN URL, and again at an ICE
  // restart.
  std::size_t allocations_max = 20'000;
  std::size_t allocations_per_user_max = 48;
  std::size_t allocations_per_call_max = 288;
  std::size_t permissions_per_allocation_max = 64;
  std::size_t channels_per_allocation_max = 64;
  // Open mode: RESERVATION-TOKENs given out and not yet redeemed.
  std::size_t reservations_max = 256;

  // Bytes of application data received from clients for others, per second and at once. What is
  // beyond is dropped, as a network would. Zero: no limit.
  std::uint64_t bytes_per_second_per_user_max = 4'000'000;  // 32 Mbit/s: a mesh of six in HD
  std::uint64_t bytes_per_second_per_call_max = 24'000'000;
  std::uint64_t bytes_per_second_max = 0;

  // Answers 401 and 438 to one address: fifty people behind one NAT, each with several interfaces
  // and TURN URLs, join at once; a flood does not.
  std::uint32_t challenges_per_second = 100;
  std::uint32_t challenges_burst = 2'000;
  std::size_t challenge_addresses_max = 65'536;

  // Calls that have ended while credentials for them are still valid.
  std::size_t ended_calls_max = 65'536;

  Duration nonce_lifetime = minutes(60);
};

}  // namespace visavis::turn

// Every limit of the relay, with its default and the reason for it. Each is a key of the same name,
// with `relay_` before it, under [limits] in the configuration. They hold for the process, however
// many loops it has (ledger.h).
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
  // From one IPv4 address or IPv6 /64: a quarter of all, which is a thousand people behind one NAT.
  std::size_t allocations_per_address_max = 5'000;
  // New ones of one user: an ICE restart, with all interfaces, every few seconds. Each takes a port
  // of its call that is not used again, so that without this rate one participant could use up
  // those of all the others.
  std::uint32_t new_allocations_per_second_per_user = 2;
  std::uint32_t new_allocations_burst_per_user = 96;
  std::size_t permissions_per_allocation_max = 64;
  std::size_t channels_per_allocation_max = 64;
  // Open mode: RESERVATION-TOKENs given out and not yet redeemed. As many of one user as it may
  // have allocations: coturn's turnutils_uclient leaves one behind each time it is started.
  std::size_t reservations_max = 2'048;
  std::size_t reservations_per_user_max = 48;

  // Bytes of application data, per second and at once: those received from clients for others, and
  // in open mode those received from peers for clients, which a user has as many of again. What is
  // beyond is dropped, as a network would. Zero: no limit.
  std::uint64_t bytes_per_second_per_user_max = 4'000'000;  // 32 Mbit/s: a mesh of six in HD
  std::uint64_t bytes_per_second_per_call_max = 24'000'000;
  // In each direction, since what comes in goes out. 640 Mbit/s, some 720 with all headers: it fits
  // into an uplink of one gigabit and leaves a quarter to pages, signaling and the answers of the
  // relay itself. That is 250 calls of two in HD that have no other way. Beyond it, addresses have
  // equal shares (basic_ledger.h). More is for hosts with a faster uplink.
  std::uint64_t bytes_per_second_max = 80'000'000;

  // Answers 401 and 438 to one address over UDP, where a sender may have made it up: fifty people
  // behind one NAT, each with several interfaces and TURN URLs, join at once; a flood does not.
  std::uint32_t challenges_per_second = 100;
  std::uint32_t challenges_burst = 2'000;
  // The same to one client that has proven its address: over TCP and TLS, and where it brings a
  // nonce that was given to it. It takes one or two, and another when its nonce grows old.
  std::uint32_t challenges_per_second_per_client = 10;
  std::uint32_t challenges_burst_per_client = 50;
  std::size_t challenge_addresses_max = 65'536;

  // Open mode: wrong passwords of a name from one address before the first pause, and five times as
  // many of all names from there (login_throttle.h). A browser makes some attempts at once.
  std::uint32_t failed_logins_free = 10;
  Duration failed_login_pause = seconds(1);
  Duration failed_login_pause_max = seconds(60);
  Duration failed_login_memory = minutes(10);
  std::size_t failed_logins_max = 65'536;  // names and addresses that are remembered

  // Calls that have ended while credentials for them are still valid.
  std::size_t ended_calls_max = 65'536;

  Duration nonce_lifetime = minutes(60);

  // Connection checks with a code that the operator gave out (PROTOCOL.md section 14). A check
  // sends some 10 MB. A code's uses at once are checks begun within five minutes, the life of the
  // credentials that each one gets.
  Duration check_code_lifetime = std::chrono::hours(24);
  std::uint32_t check_uses_per_code_max = 8;
  std::size_t check_bytes_per_code_max = std::size_t{64} << 20U;
  std::size_t check_codes_max = 4'096;  // that are remembered, each for a day after its last use
};

}  // namespace visavis::turn

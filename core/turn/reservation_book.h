// Ports that were bound for a RESERVATION-TOKEN (RFC 8656 section 7.2) and wait for whoever brings
// it.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "core/turn/types.h"

namespace visavis::turn {

// A port that is reserved counts until this is destroyed.
class Claim {
 public:
  virtual ~Claim() = default;
};

struct Reservation {
  std::uint64_t token = 0;  // unpredictable
  std::string user;         // who reserved it; nobody else may have it
  RelayId relay;            // under which the shell keeps the port aside
  bool ipv6 = false;
  Instant expires;
  std::unique_ptr<Claim> claim;
};

struct ExpiredReservations {
  std::vector<Reservation> reservations;  // their ports are the caller's to close
  std::optional<Instant> next;            // when the first of those that are left expires
};

// Not thread-safe. Bounded by who hands out the claims.
class ReservationBook {
 public:
  // All lifetimes are equal, so that they expire in the order in which they come.
  void keep(Reservation reservation);
  // The reservation with this token, if it is this user's and has not expired: once.
  std::optional<Reservation> redeem(std::uint64_t token, std::string_view user, Instant now);
  // Takes out those that nobody has redeemed by `now`: each of them once.
  ExpiredReservations expire(Instant now);

 private:
  std::list<Reservation> reservations_;
};

}  // namespace visavis::turn

#include "core/turn/reservation_book.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace visavis::turn {

void ReservationBook::keep(Reservation reservation) {
  // Clocks of loops differ by a moment: behind all that expire no later.
  auto place = reservations_.end();
  while (place != reservations_.begin() && reservation.expires < std::prev(place)->expires) --place;
  reservations_.insert(place, std::move(reservation));
}

std::optional<Reservation> ReservationBook::redeem(std::uint64_t token, std::string_view user,
                                                   Instant now) {
  const auto it = std::ranges::find(reservations_, token, &Reservation::token);
  if (it == reservations_.end() || it->user != user || it->expires <= now) return std::nullopt;
  std::optional<Reservation> found = std::move(*it);
  reservations_.erase(it);
  return found;
}

ExpiredReservations ReservationBook::expire(Instant now) {
  ExpiredReservations expired;
  while (!reservations_.empty() && reservations_.front().expires <= now) {
    expired.reservations.push_back(std::move(reservations_.front()));
    reservations_.pop_front();
  }
  if (!reservations_.empty()) expired.next = reservations_.front().expires;
  return expired;
}

}  // namespace visavis::turn

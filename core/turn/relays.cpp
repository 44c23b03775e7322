// Open mode: the sockets behind relayed transport addresses. Binding one takes the shell some time;
// the client gets its response when that is done (RFC 8656 section 7.2).
#include <algorithm>
#include <utility>

#include "core/base/byte_order.h"
#include "core/turn/attributes.h"
#include "core/turn/server_impl.h"

namespace visavis::turn {

using stun::ErrorCode;

namespace {

constexpr Duration kReservationLifetime = seconds(30);  // section 7.2

}  // namespace

Outcome Server::Impl::allocate_open(const Request& request, const Wish& wish,
                                    std::unique_ptr<Account> account) {
  if (wish.reservation_token) return redeem(request, wish, std::move(account));
  std::unique_ptr<Claim> next_port;
  if (wish.reserve_next_port) {
    expire_reservations(request.at.now);
    auto claim = ledger_.reserve(Credentials::identity(request.who).user, request.at.now);
    if (!claim) {
      const bool own = claim.error() == Refusal::kQuota;
      return refuse(request,
                    own ? ErrorCode::kAllocationQuotaReached : ErrorCode::kInsufficientCapacity,
                    claim.error());
    }
    next_port = std::move(*claim);
  }
  Allocation& allocation = make_allocation(request, wish, std::move(account));
  allocation.next_port_claim = std::move(next_port);
  for (const std::size_t family : {0, 1}) {
    if (wish.families[family]) bind(allocation, family, wish);
  }
  return SuccessResponse{};
}

// Every loop counts in steps of its own.
RelayId Server::Impl::new_relay() {
  return {1 + options_.loop + std::uint64_t{options_.loops} * relays_made_++};
}

void Server::Impl::bind(Allocation& allocation, std::size_t family, const Wish& wish) {
  Relayed& relayed = allocation.relayed[family];
  relayed.state = Relayed::State::kBinding;
  relayed.relay = new_relay();
  if (wish.reserve_next_port) allocation.next_port = new_relay();
  allocations_.give_relay(allocation, relayed.relay);
  commands_.emplace_back(
      BindRelay{relayed.relay, family == 1, wish.even_port, allocation.next_port});
}

// The port was bound for the user who has got the token, on whichever loop.
Outcome Server::Impl::redeem(const Request& request, const Wish& wish,
                             std::unique_ptr<Account> account) {
  const auto reservation = ledger_.redeem(*wish.reservation_token,
                                          Credentials::identity(request.who).user, request.at.now);
  if (!reservation) {
    return refuse(request, ErrorCode::kInsufficientCapacity, Refusal::kUnsupported);
  }
  Allocation& allocation = make_allocation(request, wish, std::move(account));
  Relayed& relayed = allocation.relayed[reservation->ipv6 ? 1 : 0];
  relayed.state = Relayed::State::kBinding;
  relayed.relay = reservation->relay;
  allocations_.give_relay(allocation, relayed.relay);
  commands_.emplace_back(TakeRelay{relayed.relay});
  return SuccessResponse{};
}

// Without an allocation that waits for it the shell has been told already to close the socket.
void Server::Impl::on_relay_bound(RelayId relay, const TransportAddress& relayed, Instant now) {
  Allocation* allocation = allocations_.find(relay);
  if (allocation == nullptr) return;
  const auto it = std::ranges::find(allocation->relayed, relay, &Relayed::relay);
  if (it == allocation->relayed.end() || it->state != Relayed::State::kBinding) return;
  it->state = Relayed::State::kBound;
  it->address = relayed;
  reserve_next_port(*allocation, !relayed.address.is_v4(), now);
  finish_allocate(*allocation, now);
}

void Server::Impl::on_relay_failed(RelayId relay, Instant now) {
  Allocation* allocation = allocations_.find(relay);
  if (allocation == nullptr) return;
  const auto it = std::ranges::find(allocation->relayed, relay, &Relayed::relay);
  if (it == allocation->relayed.end() || it->state != Relayed::State::kBinding) return;
  allocations_.take_relay(relay);
  *it = {Relayed::State::kFailed, {}, {}};
  allocation->next_port = {};
  allocation->next_port_claim.reset();
  finish_allocate(*allocation, now);
}

void Server::Impl::reserve_next_port(Allocation& allocation, bool ipv6, Instant now) {
  const RelayId relay = std::exchange(allocation.next_port, {});
  if (relay.value == 0) return;
  std::array<std::uint8_t, 8> bytes{};
  random_.fill(bytes);
  bytes[0] |= 1U;  // never 0
  allocation.reservation_token = parse_reservation_token(bytes).value();
  const Instant expires = now + kReservationLifetime;
  ledger_.keep({.token = allocation.reservation_token,
                .user = allocation.user,
                .relay = relay,
                .ipv6 = ipv6,
                .expires = expires,
                .claim = std::move(allocation.next_port_claim)});
  if (!reservations_due_) reservations_due_ = expires;
}

// A host without IPv6 always fails to bind it.
ErrorCode Server::Impl::bind_error(std::size_t family) {
  return family == 0 ? ErrorCode::kInsufficientCapacity : ErrorCode::kAddressFamilyNotSupported;
}

void Server::Impl::finish_allocate(Allocation& allocation, Instant now) {
  if (allocation.is_pending()) return;
  const auto is_bound = [](const Relayed& r) { return r.state == Relayed::State::kBound; };
  if (std::ranges::any_of(allocation.relayed, is_bound)) {
    ++counters_.allocations_made;
    return send(*allocation.client, allocated(allocation, now).bytes);
  }
  const bool only_ipv6 = allocation.relayed[0].state == Relayed::State::kNone;
  ErrorResponse response =
      error(ReplyTo(allocation), bind_error(only_ipv6 ? 1 : 0), Refusal::kUnsupported);
  count(response.why);
  send(*allocation.client, std::move(response.bytes));
  free(allocation, now);
}

void Server::Impl::close_relayed(Relayed& relayed) {
  if (relayed.relay.value != 0) {
    allocations_.take_relay(relayed.relay);
    commands_.emplace_back(CloseRelay{relayed.relay});
  }
  relayed = {};
}

void Server::Impl::close_relays(Allocation& allocation) {
  for (Relayed& relayed : allocation.relayed) close_relayed(relayed);
  if (allocation.next_port.value != 0) commands_.emplace_back(CloseRelay{allocation.next_port});
}

void Server::Impl::expire_reservations(Instant now) {
  const ExpiredReservations expired = ledger_.expire_reservations(now);
  for (const Reservation& reservation : expired.reservations) {
    commands_.emplace_back(CloseRelay{reservation.relay});
  }
  reservations_due_ = expired.next;
}

}  // namespace visavis::turn

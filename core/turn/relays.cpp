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
    if (!claim) return refuse(request, ErrorCode::kInsufficientCapacity, claim.error());
    next_port = std::move(*claim);
  }
  Allocation& allocation = make_allocation(request, wish, std::move(account));
  allocation.next_port_claim = std::move(next_port);
  for (const std::size_t family : {0, 1}) {
    if (wish.families[family]) bind(allocation, family, wish);
  }
  return SuccessResponse{};
}

void Server::Impl::bind(Allocation& allocation, std::size_t family, const Wish& wish) {
  Relayed& relayed = allocation.relayed[family];
  relayed.state = Relayed::State::kBinding;
  relayed.relay = {++relays_made_};
  if (wish.reserve_next_port) allocation.next_port = {++relays_made_};
  allocations_.give_relay(allocation, relayed.relay);
  commands_.emplace_back(
      BindRelay{relayed.relay, family == 1, wish.even_port, allocation.next_port});
}

// The port was bound for the user who has got the token.
Outcome Server::Impl::redeem(const Request& request, const Wish& wish,
                             std::unique_ptr<Account> account) {
  expire_reservations(request.at.now);
  const auto user = Credentials::identity(request.who).user;
  const auto it = std::ranges::find(reservations_, *wish.reservation_token, &Reservation::token);
  if (it == reservations_.end() || it->user != user) {
    return refuse(request, ErrorCode::kInsufficientCapacity, Refusal::kUnsupported);
  }
  Allocation& allocation = make_allocation(request, wish, std::move(account));
  Relayed& relayed = allocation.relayed_for(it->address.address);
  relayed = {Relayed::State::kBound, it->address, it->relay};
  allocations_.give_relay(allocation, it->relay);
  reservations_.erase(it);
  ++counters_.allocations_made;
  return allocated(allocation, request.at.now);
}

// Without an allocation that waits for it the shell has been told already to close the socket.
void Server::Impl::on_relay_bound(RelayId relay, const TransportAddress& relayed, Instant now) {
  Allocation* allocation = allocations_.find(relay);
  if (allocation == nullptr) return;
  const auto it = std::ranges::find(allocation->relayed, relay, &Relayed::relay);
  if (it == allocation->relayed.end() || it->state != Relayed::State::kBinding) return;
  it->state = Relayed::State::kBound;
  it->address = relayed;
  reserve_next_port(*allocation, relayed, now);
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

void Server::Impl::reserve_next_port(Allocation& allocation, const TransportAddress& relayed,
                                     Instant now) {
  const RelayId relay = std::exchange(allocation.next_port, {});
  if (relay.value == 0) return;
  std::array<std::uint8_t, 8> bytes{};
  random_.fill(bytes);
  bytes[0] |= 1U;  // never 0
  allocation.reservation_token = parse_reservation_token(bytes).value();
  TransportAddress next = relayed;
  ++next.port;
  reservations_.push_back({allocation.reservation_token, allocation.user, relay, next,
                           now + kReservationLifetime, std::move(allocation.next_port_claim)});
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
  while (!reservations_.empty() && reservations_.front().expires <= now) {
    commands_.emplace_back(CloseRelay{reservations_.front().relay});
    reservations_.pop_front();
  }
}

}  // namespace visavis::turn

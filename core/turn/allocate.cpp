// Allocate (RFC 8656 section 7).
#include <optional>
#include <utility>

#include "core/stun/attributes/address.h"
#include "core/turn/attributes.h"
#include "core/turn/check_budgets.h"
#include "core/turn/server_impl.h"

namespace visavis::turn {

using stun::AttributeType;
using stun::ErrorCode;

namespace {

Refusal refusal_of(ErrorCode code) {
  return code == ErrorCode::kBadRequest ? Refusal::kMalformed : Refusal::kUnsupported;
}

std::optional<ErrorCode> check_transport(const stun::Message& message) {
  const auto attribute = message.find(AttributeType::kRequestedTransport);
  if (!attribute) return ErrorCode::kBadRequest;
  const auto transport = parse_requested_transport(attribute->value);
  if (!transport) return ErrorCode::kBadRequest;
  if (*transport != kTransportUdp) return ErrorCode::kUnsupportedTransport;
  return std::nullopt;
}

// One family, IPv4 unless it says which, or with ADDITIONAL-ADDRESS-FAMILY, which can say nothing
// but IPv6, both.
Result<std::array<bool, 2>, ErrorCode> read_families(const stun::Message& message) {
  const auto requested = message.find(AttributeType::kRequestedAddressFamily);
  const auto additional = message.find(AttributeType::kAdditionalAddressFamily);
  if (additional) {
    const auto family = parse_address_family(additional->value);
    if (requested || family != stun::AddressFamily::kIpv6) return Failure{ErrorCode::kBadRequest};
    return std::array{true, true};
  }
  if (!requested) return std::array{true, false};
  const auto family = parse_address_family(requested->value);
  if (!family) return Failure{ErrorCode::kBadRequest};
  if (*family == stun::AddressFamily::kIpv4) return std::array{true, false};
  if (*family == stun::AddressFamily::kIpv6) return std::array{false, true};
  return Failure{ErrorCode::kAddressFamilyNotSupported};
}

}  // namespace

Result<Server::Impl::Wish, ErrorCode> Server::Impl::read_wish(const stun::Message& message) const {
  if (const auto code = check_transport(message)) return Failure{*code};
  Wish wish;
  const auto families = read_families(message);
  if (!families) return Failure{families.error()};
  wish.families = *families;
  const bool both = wish.families[0] && wish.families[1];

  if (const auto attribute = message.find(AttributeType::kEvenPort)) {
    const auto reserve = parse_even_port(attribute->value);
    if (!reserve || (*reserve && both)) return Failure{ErrorCode::kBadRequest};
    wish.even_port = true;
    wish.reserve_next_port = *reserve;
  }
  if (const auto attribute = message.find(AttributeType::kReservationToken)) {
    wish.reservation_token = parse_reservation_token(attribute->value);
    if (!wish.reservation_token || wish.even_port || both ||
        message.has(AttributeType::kRequestedAddressFamily)) {
      return Failure{ErrorCode::kBadRequest};
    }
  }
  const auto lifetime = lifetime_of(message);
  if (!lifetime) return Failure{ErrorCode::kBadRequest};
  wish.lifetime = *lifetime == Duration::zero() ? options_.limits.allocation_lifetime : *lifetime;
  return wish;
}

Outcome Server::Impl::allocate(const Request& request) {
  if (const Allocation* allocation = request.allocation) {
    // Section 7.2: the client's request or our response may have been lost; it gets what it has.
    const bool again = allocation->transaction_id == request.message.transaction_id() &&
                       allocation->username == request.who.as.username;
    if (!again) return refuse(request, ErrorCode::kAllocationMismatch, Refusal::kMismatch);
    if (allocation->is_pending()) return SuccessResponse{};
    return allocated(*allocation, request.at.now);
  }
  const auto wish = read_wish(request.message);
  if (!wish) return refuse(request, wish.error(), refusal_of(wish.error()));
  const Identity identity = Credentials::identity(request.who);
  const CallKey key = identity.call.empty() ? CallKey{} : call_key(identity.call);
  auto account = ledger_.open({.user = identity.user,
                               .call = identity.call.empty() ? nullptr : &key,
                               .address = request.client.client.address,
                               .is_check = identity.call.starts_with(kCheckCallPrefix)},
                              request.at.now);
  if (!account) return refuse(request, ErrorCode::kAllocationQuotaReached, account.error());
  return request.who.closed ? allocate_closed(request, *wish, std::move(*account))
                            : allocate_open(request, *wish, std::move(*account));
}

// Nothing is bound. A port can be had even; its successor cannot be reserved for another
// allocation, since nobody needs that here.
Outcome Server::Impl::allocate_closed(const Request& request, const Wish& wish,
                                      std::unique_ptr<Account> account) {
  if (wish.reserve_next_port || wish.reservation_token) {
    return refuse(request, ErrorCode::kInsufficientCapacity, Refusal::kUnsupported);
  }
  Allocation& allocation = make_allocation(request, wish, std::move(account));
  if (!allocations_.give_port(allocation, ports_, wish.even_port, random_)) {
    free(allocation, request.at.now);
    return refuse(request, ErrorCode::kInsufficientCapacity, Refusal::kQuota);
  }
  for (const std::size_t family : {0, 1}) {
    if (!wish.families[family]) continue;
    allocation.relayed[family].state = Relayed::State::kBound;
    allocation.relayed[family].address.address = virtual_address(family == 1);
  }
  ++counters_.allocations_made;
  return allocated(allocation, request.at.now);
}

Allocation& Server::Impl::make_allocation(const Request& request, const Wish& wish,
                                          std::unique_ptr<Account> account) {
  Allocation& allocation = allocations_.insert(request.client, Credentials::identity(request.who),
                                               request.at.now + wish.lifetime);
  counters_.allocations = allocations_.size();
  allocation.began = request.at.now;
  allocation.account = std::move(account);
  allocation.closed = request.who.closed;
  allocation.username = request.who.as.username;
  allocation.key = request.who.as.key;
  allocation.integrity = request.who.as.integrity;
  allocation.fingerprint = request.message.has(AttributeType::kFingerprint);
  allocation.transaction_id = request.message.transaction_id();
  return allocation;
}

SuccessResponse Server::Impl::allocated(const Allocation& allocation, Instant now) {
  return success(ReplyTo(allocation), [&](stun::MessageBuilder& message) {
    for (const std::size_t family : {0, 1}) {
      const Relayed& relayed = allocation.relayed[family];
      if (relayed.state == Relayed::State::kBound) {
        stun::add_xor_address(message, AttributeType::kXorRelayedAddress, relayed.address);
      } else if (relayed.state == Relayed::State::kFailed) {
        add_address_error_code(message, kFamilies[family], bind_error(family));
      }
    }
    // Of what is left a second that has begun counts.
    add_lifetime(message, std::chrono::ceil<std::chrono::seconds>(allocation.expires - now));
    stun::add_xor_address(message, AttributeType::kXorMappedAddress, allocation.client->client);
    if (allocation.reservation_token != 0) {
      add_reservation_token(message, allocation.reservation_token);
    }
  });
}

}  // namespace visavis::turn

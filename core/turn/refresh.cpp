// Refresh (RFC 8656 section 8): an allocation lives on, or ends.
#include <algorithm>

#include "core/turn/attributes.h"
#include "core/turn/server_impl.h"

namespace visavis::turn {

using stun::AttributeType;
using stun::ErrorCode;

// Sections 7.2 and 8.2: what the client proposes, but at least the default and at most the maximum.
std::optional<Duration> Server::Impl::lifetime_of(const stun::Message& message) const {
  const auto attribute = message.find(AttributeType::kLifetime);
  if (!attribute) return options_.limits.allocation_lifetime;
  const auto proposed = parse_lifetime(attribute->value);
  if (!proposed) return std::nullopt;
  if (*proposed == std::chrono::seconds(0)) return Duration::zero();
  return std::max(options_.limits.allocation_lifetime,
                  std::min<Duration>(*proposed, options_.limits.allocation_lifetime_max));
}

// Section 8.2: only one of two families may be meant. Null: not any one; the error: not one that it
// has.
Result<std::optional<std::size_t>, ErrorCode> Server::Impl::family_of(const Request& request) {
  const auto attribute = request.message.find(AttributeType::kRequestedAddressFamily);
  if (!attribute) return std::optional<std::size_t>();
  const auto family = parse_address_family(attribute->value);
  if (!family) return Failure{ErrorCode::kBadRequest};
  for (const std::size_t index : {0, 1}) {
    if (*family == kFamilies[index] &&
        request.allocation->relayed[index].state == Relayed::State::kBound) {
      return std::optional<std::size_t>(index);
    }
  }
  return Failure{ErrorCode::kPeerAddressFamilyMismatch};
}

Outcome Server::Impl::refresh(const Request& request) {
  Allocation& allocation = *request.allocation;
  const auto lifetime = lifetime_of(request.message);
  if (!lifetime) return refuse(request, ErrorCode::kBadRequest, Refusal::kMalformed);
  const auto family = family_of(request);
  if (!family) {
    return refuse(
        request, family.error(),
        family.error() == ErrorCode::kBadRequest ? Refusal::kMalformed : Refusal::kUnsupported);
  }
  SuccessResponse response = success(
      ReplyTo(request), [&](stun::MessageBuilder& message) { add_lifetime(message, *lifetime); });
  if (*lifetime > Duration::zero()) {
    allocations_.set_expires(allocation, request.at.now + *lifetime);
  } else if (*family && allocation.relayed[1 - **family].state == Relayed::State::kBound) {
    close_relayed(allocation.relayed[**family]);
  } else {
    end(allocation, AllocationEnd::kReleased, request.at.now);
  }
  return response;
}

}  // namespace visavis::turn

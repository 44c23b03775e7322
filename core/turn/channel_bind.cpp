// ChannelBind (RFC 8656 section 12): a number of four bytes in place of a peer's address, and a
// permission for it.
#include "core/stun/attributes/address.h"
#include "core/turn/attributes.h"
#include "core/turn/server_impl.h"

namespace visavis::turn {
namespace {

using stun::AttributeType;
using stun::ErrorCode;

struct Binding {
  std::uint16_t number = 0;
  TransportAddress peer;
};

std::optional<Binding> read(const stun::Message& message) {
  const auto number_attribute = message.find(AttributeType::kChannelNumber);
  const auto peer_attribute = message.find(AttributeType::kXorPeerAddress);
  if (!number_attribute || !peer_attribute) return std::nullopt;
  const auto number = parse_channel_number(number_attribute->value);
  const auto peer = stun::parse_xor_address(peer_attribute->value, message.transaction_id());
  if (!number || !peer) return std::nullopt;
  if (*number < kChannelNumberMin || *number > kChannelNumberMax) return std::nullopt;
  return Binding{*number, peer->address};
}

}  // namespace

Outcome Server::Impl::channel_bind(const Request& request) {
  const auto binding = read(request.message);
  if (!binding) return refuse(request, ErrorCode::kBadRequest, Refusal::kMalformed);
  Allocation& allocation = *request.allocation;
  if (const auto code = peer_error(allocation, binding->peer.address)) {
    return refuse(request, *code,
                  *code == ErrorCode::kForbidden ? Refusal::kForbiddenPeer : Refusal::kUnsupported);
  }
  const Limits& limits = options_.limits;
  const Instant now = request.at.now;
  switch (allocation.channels.can_bind(binding->number, binding->peer, now,
                                       limits.channels_per_allocation_max)) {
    case Channels::Bind::kTaken:
      return refuse(request, ErrorCode::kBadRequest, Refusal::kMalformed);
    case Channels::Bind::kFull:
      return refuse(request, ErrorCode::kInsufficientCapacity, Refusal::kQuota);
    case Channels::Bind::kBound:
      break;
  }
  if (!allocation.permissions.install({binding->peer.address}, now,
                                      limits.permissions_per_allocation_max)) {
    return refuse(request, ErrorCode::kInsufficientCapacity, Refusal::kQuota);
  }
  allocation.channels.bind(binding->number, binding->peer, now);
  return success(ReplyTo(request), [](stun::MessageBuilder& /*message*/) {});
}

}  // namespace visavis::turn

// CreatePermission (RFC 8656 section 10): whose data a client takes.
#include "core/stun/attributes/address.h"
#include "core/turn/server_impl.h"

namespace visavis::turn {

using stun::AttributeType;
using stun::ErrorCode;

// Closed mode has no other answer than 403: browsers take it for "not this peer" and go on with
// others, while Firefox gives its whole allocation up on anything else.
std::optional<ErrorCode> Server::Impl::peer_error(const Allocation& allocation,
                                                  const IpAddress& peer) const {
  const bool reaches = allocation.can_reach(peer);
  if (options_.mode == Mode::kClosed) {
    if (is_virtual(peer) && reaches) return std::nullopt;
    return ErrorCode::kForbidden;
  }
  if (!reaches) return ErrorCode::kPeerAddressFamilyMismatch;
  if (!options_.peers.allows(peer)) return ErrorCode::kForbidden;
  return std::nullopt;
}

Outcome Server::Impl::create_permission(const Request& request) {
  std::vector<IpAddress> peers;
  for (const stun::Attribute& attribute : request.message) {
    if (attribute.type != AttributeType::kXorPeerAddress) continue;
    const auto peer = stun::parse_xor_address(attribute.value, request.message.transaction_id());
    if (!peer) return refuse(request, ErrorCode::kBadRequest, Refusal::kMalformed);
    peers.push_back(peer->address.address);
  }
  if (peers.empty()) return refuse(request, ErrorCode::kBadRequest, Refusal::kMalformed);
  for (const IpAddress& peer : peers) {
    const auto code = peer_error(*request.allocation, peer);
    if (!code) continue;
    return refuse(request, *code,
                  *code == ErrorCode::kForbidden ? Refusal::kForbiddenPeer : Refusal::kUnsupported);
  }
  if (!request.allocation->permissions.install(peers, request.at.now,
                                               options_.limits.permissions_per_allocation_max)) {
    return refuse(request, ErrorCode::kInsufficientCapacity, Refusal::kQuota);
  }
  return success(ReplyTo(request), [](stun::MessageBuilder& /*message*/) {});
}

}  // namespace visavis::turn

// What is forwarded (RFC 8656 sections 11 and 12): Send indications and ChannelData from clients, a
// Data indication or ChannelData to them. Nothing here allocates memory.
#include <algorithm>
#include <cassert>
#include <cstring>

#include "core/base/byte_order.h"
#include "core/stun/attributes/address.h"
#include "core/turn/attributes.h"
#include "core/turn/server_impl.h"

namespace visavis::turn {
namespace {

using stun::AttributeType;

constexpr std::size_t kChannelDataHeaderBytes = 4;
constexpr std::size_t kPeerAddressBytesV4 = 8;
constexpr std::size_t kPeerAddressBytesV6 = 20;

void add_to(Traffic& traffic, ByteView data) {
  ++traffic.packets;
  traffic.bytes += data.size();
}

std::size_t peer_address_bytes(const TransportAddress& peer) {
  return peer.address.is_v4() ? kPeerAddressBytesV4 : kPeerAddressBytesV6;
}

// XOR-PEER-ADDRESS in place; core/stun has the wire diagram. `header` is a message's beginning,
// whose cookie and transaction id are the mask.
void write_peer_address(ByteView header, const TransportAddress& peer, MutableByteView out) {
  const bool v4 = peer.address.is_v4();
  const ByteView mask = header.subspan(4);
  const ByteView address = ByteView(peer.address.bytes()).subspan(v4 ? 12 : 0);
  store_u16(out, static_cast<std::uint16_t>(AttributeType::kXorPeerAddress));
  store_u16(out.subspan(2), static_cast<std::uint16_t>(peer_address_bytes(peer)));
  store_u16(out.subspan(4), static_cast<std::uint16_t>(kFamilies[v4 ? 0 : 1]));
  store_u16(out.subspan(6), static_cast<std::uint16_t>(peer.port ^ load_u16(mask)));
  for (std::size_t i = 0; i < address.size(); ++i) out[8 + i] = address[i] ^ mask[i];
}

}  // namespace

Forward Server::Impl::on_channel_data(const FiveTuple& client, ByteView packet, Instant now) {
  if (packet.size() < kChannelDataHeaderBytes) return drop(Refusal::kMalformed);
  const std::size_t size = load_u16(packet.subspan(2));
  // More than the length says is padding, also over UDP (section 12.5).
  if (size > packet.size() - kChannelDataHeaderBytes) {
    return drop(Refusal::kMalformed);
  }
  Allocation* allocation = live(allocations_.find(client), now);
  const Channel* channel =
      allocation == nullptr ? nullptr : allocation->channels.find(load_u16(packet), now);
  if (channel == nullptr) return drop(Refusal::kNoPermission);
  return from_client(*allocation, channel->peer, packet.subspan(kChannelDataHeaderBytes, size),
                     false, now);
}

Forward Server::Impl::on_send(const FiveTuple& client, const stun::Message& message, Instant now) {
  const auto peer_attribute = message.find(AttributeType::kXorPeerAddress);
  const auto data = message.find(AttributeType::kData);
  if (!peer_attribute || !data || !unknown_attributes(message).empty()) {
    return drop(Refusal::kMalformed);
  }
  const auto peer = stun::parse_xor_address(peer_attribute->value, message.transaction_id());
  if (!peer) return drop(Refusal::kMalformed);
  Allocation* allocation = live(allocations_.find(client), now);
  if (allocation == nullptr || !allocation->permissions.hold(peer->address.address, now)) {
    return drop(Refusal::kNoPermission);
  }
  return from_client(*allocation, peer->address, data->value,
                     message.has(AttributeType::kDontFragment), now);
}

Forward Server::Impl::from_client(Allocation& allocation, const TransportAddress& peer,
                                  ByteView data, bool dont_fragment, Instant now) {
  const Relayed& from = allocation.relayed_for(peer.address);
  // A family that a Refresh has ended, with permissions that still stand.
  if (from.state != Relayed::State::kBound) return drop(Refusal::kNoPermission);
  if (const auto why = take_bandwidth(allocation, Flow::kFromClient, data.size(), now)) {
    return drop(*why);
  }
  add_to(counters_.from_clients[static_cast<std::size_t>(allocation.client->transport)], data);
  allocation.bytes_from_client += data.size();
  if (!allocation.closed) {
    add_to(counters_.to_peers, data);
    return ToPeer{from.relay, peer, data, dont_fragment};
  }
  const Hairpin over{allocation.call->first, from.address, peer, data};
  const unsigned loop = ports_.loop_of(peer.port);
  if (loop != options_.loop) {
    ++counters_.hairpins_remote;
    return ToLoop{loop, over};
  }
  return hairpin(over, &allocation.call->second, now);
}

std::optional<Refusal> Server::Impl::take_bandwidth(Allocation& allocation, Flow flow,
                                                    std::size_t bytes, Instant now) {
  ByteLease& lease = allocation.leases[static_cast<std::size_t>(flow)];
  if (lease.take(bytes, now)) return std::nullopt;
  return lease.renew(*allocation.account, flow, bytes, now);
}

Forward Server::Impl::on_hairpin(const Hairpin& over, Instant now) {
  return hairpin(over, allocations_.find(over.call), now);
}

Forward Server::Impl::hairpin(const Hairpin& over, const Call* call, Instant now) {
  Allocation* to = call == nullptr ? nullptr : Allocations::find(*call, over.to.port);
  if (to == nullptr || now >= to->expires || !to->can_reach(over.to.address)) {
    return drop(Refusal::kNoPeer);
  }
  if (!to->permissions.hold(over.from.address, now)) {
    return drop(Refusal::kNoPermission);
  }
  if (ports_.loop_of(over.from.port) == options_.loop) ++counters_.hairpins_local;
  return to_client(*to, over.from, over.data, now);
}

Forward Server::Impl::on_peer_datagram(RelayId relay, const TransportAddress& peer, ByteView data,
                                       Instant now) {
  Allocation* allocation = live(allocations_.find(relay), now);
  if (allocation == nullptr || !allocation->permissions.hold(peer.address, now)) {
    return drop(Refusal::kNoPermission);
  }
  if (const auto why = take_bandwidth(*allocation, Flow::kFromPeers, data.size(), now)) {
    return drop(*why);
  }
  add_to(counters_.from_peers, data);
  return to_client(*allocation, peer, data, now);
}

Forward Server::Impl::to_client(Allocation& allocation, const TransportAddress& peer, ByteView data,
                                Instant now) {
  const Channel* channel = allocation.channels.find(peer, now);
  add_to(counters_.to_clients[static_cast<std::size_t>(allocation.client->transport)], data);
  allocation.bytes_to_client += data.size();
  return ToClient{allocation.client, channel == nullptr ? std::uint16_t{0} : channel->number, peer,
                  data};
}

// Section 11.5: in place of data, what became of it.
void Server::Impl::on_peer_icmp(RelayId relay, const TransportAddress& peer, const IcmpError& error,
                                Instant now) {
  const Allocation* allocation = live(allocations_.find(relay), now);
  if (allocation == nullptr || !allocation->permissions.hold(peer.address, now)) return;
  std::vector<std::uint8_t> bytes;
  stun::MessageBuilder message(bytes, stun::Class::kIndication, stun::Method::kData,
                               next_indication_id());
  stun::add_xor_address(message, AttributeType::kXorPeerAddress, peer);
  add_icmp(message, error);
  send(*allocation->client, std::move(bytes));
}

// Never twice the same, which is all that an indication needs.
stun::TransactionId Server::Impl::next_indication_id() {
  std::uint64_t count = 0;
  std::memcpy(&count, indication_id_.data() + 4, sizeof count);
  ++count;
  std::memcpy(indication_id_.data() + 4, &count, sizeof count);
  return indication_id_;
}

std::size_t Server::header_size(const ToClient& forward) {
  if (forward.channel != 0) return kChannelDataHeaderBytes;
  return stun::kHeaderBytes + 2 * stun::kAttributeHeaderBytes + peer_address_bytes(forward.peer);
}

void Server::Impl::write_header(const ToClient& forward, MutableByteView out) {
  assert(out.size() == header_size(forward) && forward.data.size() <= 0xFFFF);
  const auto size = static_cast<std::uint16_t>(forward.data.size());
  if (forward.channel != 0) {
    store_u16(out, forward.channel);
    store_u16(out.subspan(2), size);
    return;
  }
  const std::size_t length = out.size() - stun::kHeaderBytes + size + padding_size(forward);
  store_u16(out, stun::message_type(stun::Class::kIndication, stun::Method::kData));
  store_u16(out.subspan(2), static_cast<std::uint16_t>(length));
  store_u32(out.subspan(4), stun::kMagicCookie);
  const auto id = next_indication_id();
  std::ranges::copy(id, out.begin() + 8);
  write_peer_address(out, forward.peer, out.subspan(stun::kHeaderBytes));
  const MutableByteView data_header = out.last(stun::kAttributeHeaderBytes);
  store_u16(data_header, static_cast<std::uint16_t>(AttributeType::kData));
  store_u16(data_header.subspan(2), size);
}

}  // namespace visavis::turn

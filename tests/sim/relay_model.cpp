#include "tests/sim/relay_model.h"

#include <gtest/gtest.h>

namespace visavis::sim {

using stun::Method;

RelayModel::Allocation* RelayModel::find(const turn::FiveTuple& client, Instant now) {
  const auto it = allocations_.find(client);
  if (it == allocations_.end()) return nullptr;
  if (now < it->second.expires) return &it->second;
  allocations_.erase(it);
  return nullptr;
}

bool RelayModel::has_ended(const Spoken& request) const {
  return ended_.contains(request.call) || ended_.contains(request.call + ":" + request.participant);
}

bool RelayModel::is_stale(const std::string& nonce, Instant now) const {
  const auto whole = [](Instant when) {
    return std::chrono::floor<seconds>(when.time_since_epoch());
  };
  const auto it = nonces_.find(nonce);
  return it == nonces_.end() || whole(now) - whole(it->second) > limits_.nonce_lifetime;
}

bool RelayModel::conflicts(const Allocation& allocation, const Spoken& request, Instant now) {
  for (const auto& [number, channel] : allocation.channels) {
    if (now >= channel.expires + minutes(5)) continue;
    if ((number == request.channel) != (channel.peer == request.peer)) return true;
  }
  return false;
}

int RelayModel::expect(const Spoken& request, const turn::Clock& at) {
  if (request.nonce.empty()) return 401;
  const Allocation* allocation = find(request.client, at.now);
  const bool owner = allocation != nullptr && allocation->request.username == request.username;
  if (!owner && (request.expiry <= at.wall || has_ended(request))) return 401;
  if (is_stale(request.nonce, at.now)) return 438;
  if (request.method == Method::kAllocate) {
    const bool again = owner && allocation->request.id == request.id;
    return allocation == nullptr || again ? 0 : 437;
  }
  if (allocation == nullptr) return 437;
  if (!owner) return 441;
  if (request.method == Method::kRefresh) return 0;
  if (request.peer.address != turn::virtual_address(false)) return 403;
  const bool bind = request.method == Method::kChannelBind;
  return bind && conflicts(*allocation, request, at.now) ? 400 : 0;
}

void RelayModel::succeed(const Spoken& request, const TransportAddress& relayed, Instant now) {
  Allocation* allocation = find(request.client, now);
  switch (request.method) {
    case Method::kAllocate:
      if (allocation != nullptr) {
        EXPECT_EQ(relayed, allocation->relayed) << "a retransmission gets the same";
        break;
      }
      EXPECT_TRUE(ever_.emplace(request.call, relayed).second) << "a port is used twice in a call";
      allocations_[request.client] = {request, relayed, now + limits_.allocation_lifetime, now, {}};
      break;
    case Method::kRefresh:
      allocation->expires = now + request.lifetime;
      break;
    case Method::kChannelBind:
      std::erase_if(allocation->channels,
                    [&](const auto& c) { return now >= c.second.expires + minutes(5); });
      allocation->channels[request.channel] = {request.peer, now + minutes(10)};
      [[fallthrough]];
    default:
      allocation->permission_expires = now + minutes(5);
  }
}

void RelayModel::end_call(const std::string& call, const std::optional<std::string>& participant) {
  ended_.insert(participant ? call + ":" + *participant : call);
  std::erase_if(allocations_, [&](const auto& entry) {
    const Spoken& request = entry.second.request;
    return request.call == call && (!participant || request.participant == *participant);
  });
}

std::optional<RelayModel::Way> RelayModel::from_client(const turn::FiveTuple& client,
                                                       std::uint16_t channel, Instant now) {
  const Allocation* allocation = find(client, now);
  if (allocation == nullptr) return std::nullopt;
  const auto it = allocation->channels.find(channel);
  if (it == allocation->channels.end() || now >= it->second.expires) return std::nullopt;
  return Way{allocation->request.call, allocation->relayed, it->second.peer};
}

std::optional<RelayModel::Way> RelayModel::from_client(const turn::FiveTuple& client,
                                                       const TransportAddress& peer, Instant now) {
  const Allocation* allocation = find(client, now);
  if (allocation == nullptr || now >= allocation->permission_expires ||
      peer.address != turn::virtual_address(false)) {
    return std::nullopt;
  }
  return Way{allocation->request.call, allocation->relayed, peer};
}

std::string RelayModel::to_client(const Way& way, Instant now) {
  for (const auto& [client, allocation] : allocations_) {
    if (allocation.request.call != way.call || allocation.relayed != way.to) continue;
    if (now >= allocation.expires || now >= allocation.permission_expires) return "nothing";
    for (const auto& [number, channel] : allocation.channels) {
      if (channel.peer != way.from || now >= channel.expires) continue;
      return words({&client, number, way.from, {}});
    }
    return words({&client, 0, way.from, {}});
  }
  return "nothing";
}

std::string RelayModel::words(const turn::ToClient& forward) {
  return std::to_string(forward.client->link) + " on " + std::to_string(forward.channel) +
         " from " + forward.peer.to_string();
}

std::vector<Instant> RelayModel::deadlines(const turn::FiveTuple& client) const {
  const auto it = allocations_.find(client);
  if (it == allocations_.end()) return {};
  std::vector<Instant> all = {it->second.expires, it->second.permission_expires};
  for (const auto& [number, channel] : it->second.channels) {
    all.push_back(channel.expires);
    all.push_back(channel.expires + minutes(5));
  }
  return all;
}

std::size_t RelayModel::alive(Instant now) const {
  std::size_t count = 0;
  for (const auto& entry : allocations_) count += now < entry.second.expires ? 1 : 0;
  return count;
}

const std::string* RelayModel::call_of(const turn::FiveTuple& client) const {
  const auto it = allocations_.find(client);
  return it == allocations_.end() ? nullptr : &it->second.request.call;
}

}  // namespace visavis::sim

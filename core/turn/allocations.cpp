#include "core/turn/allocations.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "core/base/crypto.h"

namespace visavis::turn {
namespace {

std::uint64_t with(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15U;
  return hash ^ hash >> 32U;
}

std::uint64_t with(std::uint64_t hash, const TransportAddress& address) {
  std::array<std::uint64_t, 2> halves{};
  std::memcpy(halves.data(), address.address.bytes().data(), sizeof halves);
  return with(with(hash, halves[0] + address.port), halves[1]);
}

}  // namespace

std::size_t FiveTupleHash::operator()(const FiveTuple& tuple) const noexcept {
  const auto transport = static_cast<std::uint64_t>(tuple.transport);
  return with(with(with(tuple.link << 2U | transport, tuple.client), tuple.server), 0);
}

CallKey call_key(std::string_view call) {
  CallKey key;
  const Sha256Digest digest = sha256(as_bytes(call));
  std::copy_n(digest.begin(), key.bytes.size(), key.bytes.begin());
  return key;
}

Allocation* Allocations::find(const FiveTuple& client) {
  if (last_found_ != nullptr && *last_found_->client == client) return last_found_;
  const auto it = by_client_.find(client);
  if (it == by_client_.end()) return nullptr;
  last_found_ = &it->second;
  return last_found_;
}

Allocation* Allocations::find(RelayId relay) {
  const auto it = by_relay_.find(relay);
  return it == by_relay_.end() ? nullptr : it->second;
}

Call* Allocations::find(const CallKey& call) {
  const auto it = calls_.find(call);
  return it == calls_.end() ? nullptr : &it->second;
}

Allocation* Allocations::find(const Call& call, std::uint16_t port) {
  const auto it = std::ranges::lower_bound(call.members, port, {}, &Call::Member::port);
  return it == call.members.end() || it->port != port ? nullptr : it->allocation;
}

Allocation& Allocations::insert(const FiveTuple& client, const Identity& identity,
                                Instant expires) {
  const auto [it, inserted] = by_client_.try_emplace(client);
  assert(inserted);
  Allocation& allocation = it->second;
  allocation.client = &it->first;
  allocation.expires = expires;
  expiries_.emplace(expires, &allocation);
  allocation.user = identity.user;
  if (!identity.call.empty()) join(allocation, identity.call);
  return allocation;
}

void Allocations::join(Allocation& allocation, std::string_view call) {
  allocation.call = &*calls_.try_emplace(call_key(call)).first;
  if (auto& idle = allocation.call->second.idle) {
    idle_calls_.erase(*idle);
    idle.reset();
  }
  auto& members = allocation.call->second.members;
  members.insert(members.begin(), {0, &allocation});
}

bool Allocations::give_port(Allocation& allocation, const VirtualPorts& ports, bool even,
                            Random& random) {
  Call& call = allocation.call->second;
  if (call.ports.used == 0) call.ports = ports.start(random);
  const auto port = ports.next(call.ports, even);
  if (!port) return false;
  std::erase_if(call.members, [&](const auto& m) { return m.allocation == &allocation; });
  const auto at = std::ranges::lower_bound(call.members, *port, {}, &Call::Member::port);
  call.members.insert(at, {*port, &allocation});
  for (Relayed& relayed : allocation.relayed) relayed.address.port = *port;
  return true;
}

void Allocations::set_expires(Allocation& allocation, Instant expires) {
  expiries_.erase({allocation.expires, &allocation});
  allocation.expires = expires;
  expiries_.emplace(expires, &allocation);
}

void Allocations::erase(Allocation& allocation, Instant now) {
  if (last_found_ == &allocation) last_found_ = nullptr;
  expiries_.erase({allocation.expires, &allocation});
  for (const Relayed& relayed : allocation.relayed) by_relay_.erase(relayed.relay);
  leave(allocation, now);
  by_client_.erase(by_client_.find(*allocation.client));
}

void Allocations::leave(Allocation& allocation, Instant now) {
  if (allocation.call == nullptr) return;
  auto& [key, call] = *allocation.call;
  std::erase_if(call.members, [&](const auto& m) { return m.allocation == &allocation; });
  if (!call.members.empty()) return;
  call.idle = idle_calls_.insert(idle_calls_.end(), {now + limits_.allocation_lifetime_max, key});
  forget_idle_calls(now);
}

void Allocations::forget(const CallKey& call) {
  const auto it = calls_.find(call);
  if (it == calls_.end()) return;
  if (it->second.idle) idle_calls_.erase(*it->second.idle);
  calls_.erase(it);
}

void Allocations::forget_idle_calls(Instant now) {
  while (!idle_calls_.empty() &&
         (idle_calls_.front().first <= now || idle_calls_.size() > idle_calls_max_)) {
    calls_.erase(idle_calls_.front().second);
    idle_calls_.pop_front();
  }
}

std::optional<Instant> Allocations::next_expiry() const {
  if (expiries_.empty()) return std::nullopt;
  return expiries_.begin()->first;
}

Allocation* Allocations::due(Instant now) {
  if (expiries_.empty() || expiries_.begin()->first > now) return nullptr;
  return expiries_.begin()->second;
}

}  // namespace visavis::turn

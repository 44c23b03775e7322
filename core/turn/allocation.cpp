#include "core/turn/allocation.h"

#include <algorithm>

namespace visavis::turn {

bool Permissions::hold(const IpAddress& peer, Instant now) const {
  for (const Permission& permission : permissions_) {
    if (permission.peer == peer) return now < permission.expires;
  }
  return false;
}

Permissions::Permission* Permissions::find(const IpAddress& peer) {
  const auto it = std::ranges::find(permissions_, peer, &Permission::peer);
  return it == permissions_.end() ? nullptr : &*it;
}

bool Permissions::install(const std::vector<IpAddress>& peers, Instant now, std::size_t max) {
  std::erase_if(permissions_, [now](const auto& old) { return now >= old.expires; });
  const std::size_t before = permissions_.size();
  for (const IpAddress& peer : peers) {
    if (find(peer) != nullptr) continue;
    if (permissions_.size() >= max) {
      permissions_.resize(before);
      return false;
    }
    permissions_.push_back({peer, now});
  }
  for (const IpAddress& peer : peers) find(peer)->expires = now + kPermissionLifetime;
  return true;
}

const Channel* Channels::find(std::uint16_t number, Instant now) const {
  for (const Channel& channel : channels_) {
    if (channel.number == number) return now < channel.expires ? &channel : nullptr;
  }
  return nullptr;
}

const Channel* Channels::find(const TransportAddress& peer, Instant now) const {
  for (const Channel& channel : channels_) {
    if (channel.peer == peer) return now < channel.expires ? &channel : nullptr;
  }
  return nullptr;
}

Channels::Bind Channels::can_bind(std::uint16_t number, const TransportAddress& peer, Instant now,
                                  std::size_t max) {
  std::erase_if(channels_,
                [now](const auto& old) { return now >= old.expires + kChannelCoolDown; });
  for (const Channel& channel : channels_) {
    const bool same_number = channel.number == number;
    const bool same_peer = channel.peer == peer;
    if (same_number && same_peer) return Bind::kBound;
    if (same_number || same_peer) return Bind::kTaken;
  }
  return channels_.size() < max ? Bind::kBound : Bind::kFull;
}

void Channels::bind(std::uint16_t number, const TransportAddress& peer, Instant now) {
  const auto it = std::ranges::find(channels_, number, &Channel::number);
  if (it == channels_.end()) {
    channels_.push_back({peer, number, now + kChannelLifetime});
  } else {
    it->expires = now + kChannelLifetime;
  }
}

}  // namespace visavis::turn

#include "server/net/connection_limiter.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace visavis::net {
namespace {

// The /48 of a limit_key(); nothing for IPv4.
std::optional<IpAddress> site_of(const IpAddress& key) {
  if (key.is_v4()) return std::nullopt;
  std::array<std::uint8_t, 16> bytes{};
  constexpr std::size_t kSiteBytes = 6;
  std::copy_n(key.bytes().begin(), kSiteBytes, bytes.begin());
  return IpAddress::v6(bytes);
}

void subtract(std::unordered_map<IpAddress, std::size_t>& counts, const IpAddress& key) {
  const auto found = counts.find(key);
  if (--found->second == 0) counts.erase(found);
}

}  // namespace

Admission::Admission(Admission&& other) noexcept
    : limiter_(std::exchange(other.limiter_, nullptr)),
      granted_(other.granted_),
      counted_for_(other.counted_for_) {}

Admission::~Admission() {
  if (limiter_ != nullptr) limiter_->release(*this);
}

bool Admission::count_for(const IpAddress& client) {
  if (counted_for_) return true;
  const std::lock_guard lock(limiter_->mutex_);
  if (!limiter_->count_for(client.limit_key())) return false;
  counted_for_ = client.limit_key();
  return true;
}

std::optional<Admission> ConnectionLimiter::admit(const std::optional<IpAddress>& client) {
  const std::lock_guard lock(mutex_);
  if (connections_ < connections_max_ && (!client || count_for(client->limit_key()))) {
    ++connections_;
    Admission admission(*this, true);
    if (client) admission.counted_for_ = client->limit_key();
    return admission;
  }
  if (refusals_ >= kRefusalsMax) return std::nullopt;
  ++refusals_;
  return Admission(*this, false);
}

bool ConnectionLimiter::count_for(const IpAddress& key) {
  const auto site = site_of(key);
  const auto count = by_address_.find(key);
  if (count != by_address_.end() && count->second >= per_address_max_) return false;
  if (site) {
    const auto site_count = by_site_.find(*site);
    if (site_count != by_site_.end() && site_count->second / kPerSite >= per_address_max_) {
      return false;
    }
    ++by_site_[*site];
  }
  ++by_address_[key];
  return true;
}

void ConnectionLimiter::release(const Admission& admission) {
  const std::lock_guard lock(mutex_);
  --(admission.granted_ ? connections_ : refusals_);
  if (!admission.counted_for_) return;
  subtract(by_address_, *admission.counted_for_);
  if (const auto site = site_of(*admission.counted_for_)) subtract(by_site_, *site);
}

}  // namespace visavis::net

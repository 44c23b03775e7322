#include "server/net/connection_limiter.h"

#include <utility>

namespace visavis::net {

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
  if (!shares_.has_place({key})) return false;
  shares_.add({key});
  return true;
}

void ConnectionLimiter::release(const Admission& admission) {
  const std::lock_guard lock(mutex_);
  --(admission.granted_ ? connections_ : refusals_);
  if (admission.counted_for_) shares_.remove({*admission.counted_for_});
}

}  // namespace visavis::net

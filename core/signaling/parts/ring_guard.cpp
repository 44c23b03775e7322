#include "core/signaling/parts/ring_guard.h"

#include <algorithm>

namespace {

std::size_t mix(std::size_t a, std::size_t b) { return a * 1'000'003 ^ b; }

}  // namespace

std::size_t std::hash<visavis::signaling::CallerAndCallee>::operator()(
    const visavis::signaling::CallerAndCallee& pair) const noexcept {
  using visavis::signaling::UserId;
  return mix(std::hash<UserId>{}(pair.caller), std::hash<UserId>{}(pair.callee));
}

std::size_t std::hash<visavis::signaling::SourceAndCallee>::operator()(
    const visavis::signaling::SourceAndCallee& pair) const noexcept {
  return mix(std::hash<visavis::Source>{}(pair.source),
             std::hash<visavis::signaling::UserId>{}(pair.callee));
}

namespace visavis::signaling {
namespace {

// A bucket counts per second; a ring costs so many of its tokens that the rate is one per minute.
constexpr std::uint32_t kTokensPerRing = 60;

Rate per_minute(std::uint32_t rings, std::uint32_t burst) {
  return {rings, burst * kTokensPerRing};
}

// Of `rings` at once. Never more than a full bucket holds: a call to everybody is possible, too.
float cost(std::size_t rings, Rate rate) {
  return std::min(static_cast<float>(rings * kTokensPerRing), static_cast<float>(rate.burst));
}

template <typename Key>
Duration wait_for(const AccountBook<Key, TokenBucket>& buckets, const Key& key, Rate rate,
                  std::size_t rings, Instant now) {
  const TokenBucket* const bucket = buckets.find(key);
  if (bucket == nullptr) return Duration::zero();  // as good as full
  return bucket->until(rate, now, cost(rings, rate));
}

template <typename Key>
void take(AccountBook<Key, TokenBucket>& buckets, const Key& key, Rate rate, std::size_t rings,
          Instant now) {
  buckets.use(key, [&] { return TokenBucket(rate, now); }).take(rate, now, cost(rings, rate));
}

Rate caller_rate(const Limits& limits) {
  return per_minute(limits.rings_per_minute, limits.rings_burst);
}

Rate address_rate(const Limits& limits) {
  return per_minute(limits.address_rings_per_minute, limits.address_rings_burst);
}

Rate address_at_person_rate(const Limits& limits) {
  return per_minute(limits.address_callee_rings_per_minute, limits.address_callee_rings_burst);
}

}  // namespace

RingGuard::RingGuard(const Limits& limits)
    : limits_(limits),
      histories_(limits.ring_records_max),
      callers_(limits.ring_records_max),
      addresses_(limits.ring_records_max),
      addresses_at_people_(limits.ring_records_max) {}

std::optional<RingGuard::Refusal> RingGuard::check(const Caller& caller,
                                                   std::span<const UserId> callees,
                                                   Instant now) const {
  std::size_t strangers = 0;
  for (const UserId& callee : callees) {
    const Duration pause = pause_left({caller.user, callee}, now);
    if (pause > Duration::zero()) return Refusal{Reason::kNotAnswered, callee, pause};
    if (is_welcome(caller.user, callee, now)) continue;
    ++strangers;
    const Duration wait = wait_for(addresses_at_people_, SourceAndCallee{caller.source, callee},
                                   address_at_person_rate(limits_), 1, now);
    if (wait > Duration::zero()) return Refusal{Reason::kAddressAtOnePerson, callee, wait};
  }
  const Duration own_wait =
      wait_for(callers_, caller.user, caller_rate(limits_), callees.size(), now);
  if (own_wait > Duration::zero()) return Refusal{Reason::kCaller, {}, own_wait};
  if (caller.source.known) return std::nullopt;
  const Duration address_wait =
      wait_for(addresses_, caller.source.address, address_rate(limits_), strangers, now);
  if (address_wait > Duration::zero()) return Refusal{Reason::kAddress, {}, address_wait};
  return std::nullopt;
}

void RingGuard::on_ring(const Caller& caller, std::span<const UserId> callees, Instant now) {
  std::size_t strangers = 0;
  for (const UserId& callee : callees) {
    if (!is_welcome(caller.user, callee, now)) {
      ++strangers;
      take(addresses_at_people_, SourceAndCallee{caller.source, callee},
           address_at_person_rate(limits_), 1, now);
    }
    welcome({callee, caller.user}, now);  // whoever is called may call back
  }
  take(callers_, caller.user, caller_rate(limits_), callees.size(), now);
  if (strangers > 0 && !caller.source.known)
    take(addresses_, caller.source.address, address_rate(limits_), strangers, now);
}

void RingGuard::on_unanswered(const UserId& caller, const UserId& callee, Instant now) {
  History& history = histories_.use({caller, callee}, [] { return History{}; });
  if (now - history.last_unanswered >= limits_.ring_pause_memory) history.unanswered = 0;
  if (history.unanswered < kRingPauses.size()) ++history.unanswered;
  history.last_unanswered = now;
}

void RingGuard::on_answered(const UserId& caller, const UserId& callee, Instant now) {
  welcome({caller, callee}, now);
}

bool RingGuard::is_welcome(const UserId& caller, const UserId& callee, Instant now) const {
  const History* const history = histories_.find({caller, callee});
  return history != nullptr && history->welcomed &&
         now - *history->welcomed < limits_.ring_pause_memory;
}

Duration RingGuard::pause_left(const CallerAndCallee& pair, Instant now) const {
  const History* const history = histories_.find(pair);
  if (history == nullptr || history->unanswered == 0) return Duration::zero();
  const Duration since = now - history->last_unanswered;
  if (since >= limits_.ring_pause_memory) return Duration::zero();
  return std::max(kRingPauses.at(history->unanswered - 1U) - since, Duration::zero());
}

void RingGuard::welcome(const CallerAndCallee& pair, Instant now) {
  History& history = histories_.use(pair, [] { return History{}; });
  history.unanswered = 0;
  history.welcomed = now;
}

}  // namespace visavis::signaling

#include "core/signaling/parts/door_limits.h"

#include <algorithm>
#include <array>

#include "core/base/bytes.h"

namespace visavis::signaling {
namespace {

// After the first, second, third and every further refusal in a row.
constexpr std::array<Duration, 4> kPauses = {seconds(0), seconds(10), seconds(30), seconds(120)};
// Many share an address: it waits half as long.
constexpr int kOfPerson = 1;
constexpr int kOfAddress = 2;

// Rates are per minute; a bucket counts in sixtieths.
constexpr float kPerMinute = 60.0F;
Rate per_minute(std::uint32_t count) { return {count, count * 60}; }

std::string key_of(std::string_view room, const UserId& user) {
  return std::string(room).append(1, '\0').append(as_text(user.bytes));
}

std::string key_of(std::string_view room, const Source& source) {
  return std::string(room).append(1, source.known ? '\2' : '\1').append(source.address.to_string());
}

}  // namespace

DoorLimits::DoorLimits(const Limits& limits)
    : limits_(limits),
      pauses_(limits.door_memory_max),
      user_knocks_(limits.door_memory_max),
      address_knocks_(limits.door_memory_max),
      user_entries_(limits.door_memory_max),
      address_entries_(limits.door_memory_max) {}

std::optional<Duration> DoorLimits::knock(const Visitor& visitor, std::string_view room,
                                          Instant now) {
  const Duration pause = std::max(left_of_pause(key_of(room, visitor.user), kOfPerson, now),
                                  left_of_pause(key_of(room, visitor.source), kOfAddress, now));
  if (pause > Duration::zero()) return pause;
  return take(user_knocks_, per_minute(limits_.knocks_per_minute), address_knocks_,
              per_minute(limits_.address_knocks_per_minute), visitor, now);
}

std::optional<Duration> DoorLimits::enter(const Visitor& visitor, Instant now) {
  return take(user_entries_, per_minute(limits_.room_entries_per_minute), address_entries_,
              per_minute(limits_.address_room_entries_per_minute), visitor, now);
}

void DoorLimits::refused(const Visitor& visitor, std::string_view room, Instant now) {
  count_refusal(key_of(room, visitor.user), now);
  count_refusal(key_of(room, visitor.source), now);
}

void DoorLimits::admitted(const UserId& user, std::string_view room) {
  if (Pause* const pause = pauses_.find(key_of(room, user))) *pause = {};
}

Duration DoorLimits::left_of_pause(const std::string& key, int share, Instant now) {
  const Pause* pause = pauses_.find(key);
  if (pause == nullptr || pause->refusals == 0 || now - pause->last >= limits_.door_pause_memory) {
    return Duration::zero();
  }
  const std::size_t index = std::min<std::size_t>(pause->refusals, kPauses.size()) - 1;
  return pause->last + kPauses.at(index) / share - now;
}

void DoorLimits::count_refusal(const std::string& key, Instant now) {
  Pause& pause = pauses_.use(key, [] { return Pause{}; });
  if (pause.refusals > 0 && now - pause.last >= limits_.door_pause_memory) pause.refusals = 0;
  ++pause.refusals;
  pause.last = now;
}

std::optional<Duration> DoorLimits::take(UserBuckets& users, Rate of_user, Buckets& addresses,
                                         Rate of_address, const Visitor& visitor, Instant now) {
  TokenBucket& user = users.use(visitor.user, [&] { return TokenBucket(of_user, now); });
  TokenBucket& address =
      addresses.use(visitor.source, [&] { return TokenBucket(of_address, now); });
  const TokenBucket before = user;
  if (!user.take(of_user, now, kPerMinute)) return user.until(of_user, now, kPerMinute);
  if (address.take(of_address, now, kPerMinute)) return std::nullopt;
  user = before;
  return address.until(of_address, now, kPerMinute);
}

}  // namespace visavis::signaling

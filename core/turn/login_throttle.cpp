#include "core/turn/login_throttle.h"

#include <algorithm>
#include <string>

#include "core/base/crypto.h"

namespace visavis::turn {
namespace {

// An address has so many times as many for free as a name from there has.
constexpr std::uint32_t kNamesOfAnAddress = 5;
// A name is under attack when so many times as many were wrong, from all addresses.
constexpr std::uint32_t kAttack = 10;

}  // namespace

LoginThrottle::Key LoginThrottle::key_of(Kind kind, std::string_view name,
                                         const IpAddress& client) {
  std::string text;
  if (kind != Kind::kName) {
    const IpAddress address = client.limit_key();
    text.append(as_text(address.bytes()));
  }
  if (kind != Kind::kAddress) text.append(name);
  const Sha256Digest digest = sha256(as_bytes(text));
  Key key;
  key[0] = static_cast<std::uint8_t>(kind);
  std::copy_n(digest.begin(), key.size() - 1, key.begin() + 1);
  return key;
}

const LoginThrottle::Entry* LoginThrottle::find(const Key& key, Instant now) const {
  const auto it = index_.find(key);
  if (it == index_.end() || it->second->last + limits_.failed_login_memory <= now) return nullptr;
  return &*it->second;
}

LoginThrottle::Entry& LoginThrottle::touch(const Key& key, Instant now) {
  const auto it = index_.find(key);
  if (it != index_.end()) {
    Entry& entry = *it->second;
    if (entry.last + limits_.failed_login_memory <= now) entry = {.key = key};
    entries_.splice(entries_.end(), entries_, it->second);
  } else {
    entries_.push_back({.key = key});
    index_.emplace(key, std::prev(entries_.end()));
    if (entries_.size() > std::max<std::size_t>(limits_.failed_logins_max, 1)) {
      index_.erase(entries_.front().key);
      entries_.pop_front();
    }
  }
  entries_.back().last = now;
  return entries_.back();
}

bool LoginThrottle::may_try(std::string_view name, const IpAddress& client, Instant now) const {
  const Entry* pair = find(key_of(Kind::kPair, name, client), now);
  if (pair != nullptr && now < pair->paused_until) return false;
  if (pair != nullptr && pair->good) return true;
  const Entry* address = find(key_of(Kind::kAddress, {}, client), now);
  return address == nullptr || now >= address->paused_until;
}

void LoginThrottle::failed(std::string_view name, const IpAddress& client, Instant now) {
  const std::uint32_t free = limits_.failed_logins_free;
  Entry& of_name = touch(key_of(Kind::kName, name, client), now);
  const bool attack = of_name.failures >= kAttack * free;
  ++of_name.failures;
  fail(touch(key_of(Kind::kPair, name, client), now), attack ? 1 : free,
       attack ? limits_.failed_login_pause_max : limits_.failed_login_pause, now);
  fail(touch(key_of(Kind::kAddress, {}, client), now), kNamesOfAnAddress * free,
       limits_.failed_login_pause, now);
}

void LoginThrottle::fail(Entry& entry, std::uint32_t free, Duration first_pause,
                         Instant now) const {
  ++entry.failures;
  if (entry.failures < free) return;
  const std::uint32_t doublings = std::min(entry.failures - free, 20U);
  entry.paused_until =
      now + std::min(first_pause * (std::int64_t{1} << doublings), limits_.failed_login_pause_max);
}

void LoginThrottle::succeeded(std::string_view name, const IpAddress& client, Instant now) {
  Entry& pair = touch(key_of(Kind::kPair, name, client), now);
  pair.failures = 0;
  pair.good = true;
}

}  // namespace visavis::turn

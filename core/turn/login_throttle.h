// Slows down whoever guesses names and passwords, and nobody else: what counts against somebody are
// wrong ones from their own address (IPv4, IPv6 /64), never those that others send in their name.
//
// - A name, from one address: after some wrong passwords each next one is followed by a pause,
// twice
//   as long as the one before. Meanwhile the right one is not taken either, from there.
// - An address, whatever the names: the same, with five times as many for free. Who has logged in
//   from there with that name a short time ago is not concerned.
// - A name that is guessed from many addresses: each of these has one wrong password for free, then
//   the longest pause. So the first attempt from a new address is always looked at.
#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <map>
#include <string_view>

#include "core/base/ip_address.h"
#include "core/base/time.h"
#include "core/turn/limits.h"

namespace visavis::turn {

class LoginThrottle {
 public:
  // `limits` must outlive it.
  explicit LoginThrottle(const Limits& limits) : limits_(limits) {}

  // Whether a password is to be looked at.
  bool may_try(std::string_view name, const IpAddress& client, Instant now) const;
  // The password was wrong. Only to be called where the client has proven its address.
  void failed(std::string_view name, const IpAddress& client, Instant now);
  void succeeded(std::string_view name, const IpAddress& client, Instant now);

  std::size_t size() const { return index_.size(); }

 private:
  enum class Kind : std::uint8_t { kPair, kAddress, kName };
  using Key = std::array<std::uint8_t, 17>;  // the kind and a digest: names may be long
  struct Entry {
    Key key{};
    std::uint32_t failures = 0;
    bool good = false;  // the right password has come since
    Instant paused_until{};
    Instant last{};
  };
  using Entries = std::list<Entry>;

  static Key key_of(Kind kind, std::string_view name, const IpAddress& client);
  const Entry* find(const Key& key, Instant now) const;
  // The newest from now on; new if it has been forgotten.
  Entry& touch(const Key& key, Instant now);
  void fail(Entry& entry, std::uint32_t free, Duration first_pause, Instant now) const;

  const Limits& limits_;
  Entries entries_;  // the one that was used last is the last
  std::map<Key, Entries::iterator> index_;
};

}  // namespace visavis::turn

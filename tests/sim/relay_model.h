// What one loop of a relay in closed mode must do, written down a second time, as plainly as
// possible: no caches, no shared tables, no timers.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/stun/types.h"
#include "core/turn/server.h"

namespace visavis::sim {

// A request as its client meant it.
struct Spoken {
  stun::Method method{};
  turn::FiveTuple client;
  std::string username;
  std::chrono::sys_seconds expiry;  // these three stand in the username
  std::string call;
  std::string participant;
  std::string nonce;  // empty: not signed
  stun::TransactionId id{};
  std::chrono::seconds lifetime{};  // of a Refresh
  TransportAddress peer;
  std::uint16_t channel = 0;
};

class RelayModel {
 public:
  explicit RelayModel(const turn::Limits& limits) : limits_(limits) {}

  // The number of the error, or 0 for success.
  int expect(const Spoken& request, const turn::Clock& at);
  // It was answered with success.
  void succeed(const Spoken& request, const TransportAddress& relayed, Instant now);
  void challenged(const std::string& nonce, Instant now) { nonces_.emplace(nonce, now); }
  void end_call(const std::string& call, const std::optional<std::string>& participant);

  // Where data goes: an address to hand it to, or what a client gets of it, in words.
  struct Way {
    std::string call;
    TransportAddress from;
    TransportAddress to;
  };
  std::optional<Way> from_client(const turn::FiveTuple& client, std::uint16_t channel, Instant now);
  std::optional<Way> from_client(const turn::FiveTuple& client, const TransportAddress& peer,
                                 Instant now);
  std::string to_client(const Way& way, Instant now);
  // As to_client() says it.
  static std::string words(const turn::ToClient& forward);

  // When what this client has changes by itself.
  std::vector<Instant> deadlines(const turn::FiveTuple& client) const;
  std::size_t alive(Instant now) const;
  const std::string* call_of(const turn::FiveTuple& client) const;

 private:
  struct Channel {
    TransportAddress peer;
    Instant expires;
  };
  struct Allocation {
    Spoken request;
    TransportAddress relayed;
    Instant expires;
    Instant permission_expires;
    std::map<std::uint16_t, Channel> channels;
  };

  Allocation* find(const turn::FiveTuple& client, Instant now);
  bool has_ended(const Spoken& request) const;
  bool is_stale(const std::string& nonce, Instant now) const;
  static bool conflicts(const Allocation& allocation, const Spoken& request, Instant now);

  turn::Limits limits_;
  std::map<turn::FiveTuple, Allocation> allocations_;
  std::map<std::string, Instant> nonces_;
  std::set<std::string> ended_;                              // "call" or "call:participant"
  std::set<std::pair<std::string, TransportAddress>> ever_;  // relayed addresses, by call
};

}  // namespace visavis::sim

// What one client has: an allocation with its permissions and channels (RFC 8656 section 3.2). Flat
// and small; each has few of either.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/time.h"
#include "core/stun/long_term.h"
#include "core/turn/byte_lease.h"
#include "core/turn/ledger.h"
#include "core/turn/types.h"
#include "core/turn/virtual_ports.h"

namespace visavis::turn {

inline constexpr Duration kPermissionLifetime = minutes(5);  // RFC 8656 section 9
inline constexpr Duration kChannelLifetime = minutes(10);    // section 12
// So long neither number nor peer of an expired channel gets another partner (section 12).
inline constexpr Duration kChannelCoolDown = minutes(5);

// RFC 8656 section 12 takes the numbers from 0x5000 away, for other protocols on the same port (RFC
// 7983), of which none that begins so is spoken here. Clients of RFC 5766 still choose from all.
inline constexpr std::uint16_t kChannelNumberMin = 0x4000;
inline constexpr std::uint16_t kChannelNumberMax = 0x7FFF;

// Addresses from which a client takes data. They expire by comparison, without timers.
class Permissions {
 public:
  bool hold(const IpAddress& peer, Instant now) const;
  // For all of them or, if that would make more than `max`, for none. New ones and refreshed ones
  // last equally long.
  bool install(const std::vector<IpAddress>& peers, Instant now, std::size_t max);

 private:
  struct Permission {
    IpAddress peer;
    Instant expires;
  };
  Permission* find(const IpAddress& peer);

  std::vector<Permission> permissions_;
};

struct Channel {
  TransportAddress peer;
  std::uint16_t number = 0;
  Instant expires;
};

class Channels {
 public:
  // Those that are bound now; null: none.
  const Channel* find(std::uint16_t number, Instant now) const;
  const Channel* find(const TransportAddress& peer, Instant now) const;

  enum class Bind : std::uint8_t {
    kBound,  // or refreshed
    kTaken,  // number or peer is bound, or was until just now, to another one
    kFull,
  };
  Bind can_bind(std::uint16_t number, const TransportAddress& peer, Instant now, std::size_t max);
  // Precondition: can_bind() has just said so.
  void bind(std::uint16_t number, const TransportAddress& peer, Instant now);

 private:
  std::vector<Channel> channels_;
};

struct Allocation;

// Calls without members, and when they are forgotten, the first one first.
using IdleCalls = std::list<std::pair<Instant, CallKey>>;

// On one loop, while it has allocations and some time longer, so that no port is used twice.
struct Call {
  struct Member {
    std::uint16_t port = 0;  // closed mode
    Allocation* allocation = nullptr;
  };
  std::vector<Member> members;  // in the order of their ports
  PortCursor ports;
  std::optional<IdleCalls::iterator> idle;  // while it has no members
};

// One of the at most two relayed transport addresses of an allocation.
struct Relayed {
  enum class State : std::uint8_t { kNone, kBinding, kBound, kFailed };
  State state = State::kNone;
  TransportAddress address;
  RelayId relay;  // open mode
};

struct Allocation {
  const FiveTuple* client = nullptr;
  bool closed = true;  // within a call; else a relay to anywhere
  std::string username;
  stun::LongTermKey key;
  stun::Integrity integrity{};
  bool fingerprint = false;              // the Allocate request had one
  stun::TransactionId transaction_id{};  // of the Allocate request
  Instant began;
  Instant expires;
  std::uint64_t bytes_from_client = 0;  // application data that was carried, for the log
  std::uint64_t bytes_to_client = 0;

  std::string user;  // what quotas are kept for; the same for renewed credentials
  std::unique_ptr<Account> account;
  std::array<ByteLease, kFlows> leases;            // by Flow
  std::pair<const CallKey, Call>* call = nullptr;  // none for names without a call

  std::array<Relayed, 2> relayed;  // IPv4, IPv6
  Permissions permissions;
  Channels channels;

  // Open mode: a RESERVATION-TOKEN for the next higher port was asked for.
  RelayId next_port;
  std::unique_ptr<Claim> next_port_claim;
  std::uint64_t reservation_token = 0;  // 0: none given

  const Relayed& relayed_for(const IpAddress& peer) const { return relayed[peer.is_v4() ? 0 : 1]; }
  bool can_reach(const IpAddress& peer) const {
    return relayed_for(peer).state == Relayed::State::kBound;
  }
  bool is_pending() const {
    return relayed[0].state == Relayed::State::kBinding ||
           relayed[1].state == Relayed::State::kBinding;
  }
};

}  // namespace visavis::turn

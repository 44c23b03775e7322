// Tries STUN and TURN as a browser would, with our own client. Blocks. See web_probe.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "server/doctor/observations.h"

namespace visavis::doctor {

// stun:, turn: or turns: (RFC 7064, RFC 7065) in parts.
struct RelayUrl {
  bool turn = false;
  bool tls = false;
  bool tcp = false;
  std::string host{};
  std::uint16_t port = 3478;

  static std::optional<RelayUrl> parse(const std::string& text);
};

// One for each family in which the host has an address and this machine a way.
// `public_only`: addresses inside other networks are not asked, see StunSeen::is_inside.
std::vector<StunSeen> try_stun(const std::string& url, bool public_only, Random& random);

struct TurnPlan {
  std::string own_host{};      // servers of others are told apart by it
  Duration throughput_for{};   // 0: some packets only
  bool udp_is_silent = false;  // STUN was not answered
  bool public_only = false;    // as of try_stun()
};
// Without credentials only whether a TURN server is there; with them two allocations, and packets
// from each to the other.
TurnSeen try_turn(const IceServer& server, const TurnPlan& plan, Random& random);

}  // namespace visavis::doctor

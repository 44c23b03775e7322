// STUN and TURN.
#include <fmt/format.h>

#include <algorithm>

#include "server/doctor/addresses.h"
#include "server/doctor/diagnosis.h"
#include "server/doctor/relay_probe.h"

namespace visavis::doctor {
namespace {

constexpr double kLossWarning = 0.05;
constexpr double kLossFailure = 0.25;

double milliseconds_of(Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

std::string open_port(const char* transport, std::uint16_t port) {
  return fmt::format(
      "Open {0} {1} all the way:\n  Docker:  -p {1}:8443/{0} (for each of tcp and udp)\n  ufw:     "
      "ufw allow {1}/{0}\n  nftables: {0} dport {1} accept\n  Cloud:   allow {0} {1} in the "
      "provider's rules for this machine; a router has to forward it.",
      transport, port);
}

constexpr auto kNoUdp =
    "Calls have no UDP to the server: direct calls fail more often, and relayed ones stutter over "
    "TCP, "
    "or do not connect at all.";

constexpr auto kInnerAddress =
    "Name an address in relay_url that people reach from outside. Where it is meant to be an inner "
    "one, check from inside that network.";

Finding about_stun(const StunSeen& stun) {
  return {.severity = Severity::kOk,
          .check = stun.server.address.is_v4() ? "stun-ipv4" : "stun-ipv6",
          .code = {},
          .tried = fmt::format("Ask {} at {} for this machine's address over UDP", stun.url,
                               stun.server.to_string()),
          .seen = {},
          .means = {},
          .change = {}};
}

void diagnose_unanswered(const Observations& seen, const StunSeen& stun, Finding& finding) {
  const bool other_answers = std::ranges::any_of(
      seen.stun, [](const StunSeen& one) { return one.reach == Reach::kReached; });
  if (stun.reach == Reach::kNoRoute) {
    finding.severity = Severity::kSkipped;
    finding.seen = fmt::format("this machine has no {} to try it with",
                               stun.server.address.is_v4() ? "IPv4" : "IPv6");
    return;
  }
  finding.severity = other_answers ? Severity::kWarning : Severity::kFailure;
  finding.means = kNoUdp;
  if (stun.reach == Reach::kRefused) {
    finding.code = "udp_closed";
    finding.seen = "the machine says that nothing listens at this UDP port";
    finding.change = open_port("udp", stun.server.port);
    finding.change +=
        "\nvisavis listens on UDP at each address of listen; behind a proxy, relay_url has to name "
        "one "
        "that is reached past it.";
  } else {
    finding.code = "udp_blocked";
    finding.seen = stun.error.empty() ? "nobody answered" : stun.error;
    finding.change = open_port("udp", stun.server.port) +
                     "\nIf other servers do not answer over UDP either, it is the network of this "
                     "machine that lets none out.";
  }
}

// A mapped address that nobody on the Internet can have.
bool is_of_a_proxy(const StunSeen& stun) {
  const IpAddress& mapped = stun.mapped.address;
  if (mapped == stun.local.address) return false;
  if (mapped.is_loopback()) return !stun.local.address.is_loopback();
  return is_internal(mapped) && !is_internal(stun.server.address);
}

void diagnose_one_stun(const Observations& seen, const StunSeen& stun, Findings& findings) {
  Finding finding = about_stun(stun);
  if (stun.is_inside) {
    finding.severity = Severity::kWarning;
    finding.code = "inner_address";
    finding.seen =
        fmt::format("{} is inside another network: not tried", stun.server.address.to_string());
    finding.means = "People outside that network do not reach it.";
    finding.change = kInnerAddress;
  } else if (stun.reach != Reach::kReached) {
    diagnose_unanswered(seen, stun, finding);
  } else if (is_of_a_proxy(stun)) {
    // From a private network it may be that network's own router.
    finding.severity = is_internal(stun.local.address) ? Severity::kWarning : Severity::kFailure;
    finding.code = "address_of_a_proxy";
    finding.seen = fmt::format("it answers {}, which is no address of this machine ({})",
                               stun.mapped.to_string(), stun.local.address.to_string());
    finding.means =
        "People are told a wrong address of themselves: calls that could be direct go over the "
        "relay, "
        "or fail.";
    finding.change =
        "Something forwards UDP in user space and hides where it comes from.\n  Docker:  --network "
        "host "
        "(compose: network_mode: host), or \"userland-proxy\": false in /etc/docker/daemon.json\n"
        "If this machine is in the server's own network, its router may do it for this network "
        "only: "
        "try from elsewhere.";
  } else {
    finding.seen = fmt::format(
        "it answers {} after {:.0f} ms{}", stun.mapped.to_string(), milliseconds_of(stun.took),
        stun.mapped.address == stun.local.address
            ? ""
            : fmt::format(" (a NAT stands before {})", stun.local.address.to_string()));
  }
  findings.push_back(std::move(finding));
}

bool has_relay(const CheckSeen& check) {
  return !check.relay_urls.empty() ||
         std::ranges::any_of(check.ice_servers, [](const IceServer& server) {
           return server.url.starts_with("turn");
         });
}

void diagnose_offer(const Observations& seen, Findings& findings) {
  if (!seen.check || !seen.check->understood) return;
  const CheckSeen& check = *seen.check;
  if (has_relay(check)) return;
  Finding finding{.severity = Severity::kWarning,
                  .check = "relay",
                  .code = "relay_off",
                  .tried = "Ask the server which STUN and TURN servers it tells people of",
                  .seen = check.ice_servers.empty() ? "none" : "STUN only",
                  .means = "People behind strict NATs and firewalls cannot call.",
                  .change = "visavis.toml:  relay = \"closed\""};
  const bool knows_off = seen.host && seen.host->relay_mode == "off";
  if (!knows_off && (check.forwarded || check.ice_servers.empty())) {
    finding.severity = Severity::kFailure;
    finding.code = "relay_not_named";
    finding.means =
        "People who come through the proxy are told of no way for a call but the direct one: "
        "behind "
        "NATs and firewalls it fails.";
    finding.change = fmt::format(
        "Let visavis listen past the proxy, open that port for UDP and TCP, and name it:\n  "
        "visavis.toml:  listen = [\"127.0.0.1:8080\", \"0.0.0.0:3478\"]\n                 "
        "relay_url = "
        "[\"turn:{0}:3478?transport=udp\", \"turn:{0}:3478?transport=tcp\"]",
        seen.target.host);
  }
  findings.push_back(std::move(finding));
}

const char* check_of(const RelayUrl& url) {
  if (url.tls) return "turn-tls";
  return url.tcp ? "turn-tcp" : "turn-udp";
}

const char* means_without(const RelayUrl& url) {
  if (url.tls) return "People in networks that let nothing but TLS out cannot call.";
  if (url.tcp) return "People in networks that let no UDP out cannot call.";
  return kNoUdp;
}

void diagnose_turn_connect(const TurnSeen& turn, const RelayUrl& url, Finding& finding) {
  const char* transport = url.tcp ? "tcp" : "udp";
  const bool refused = turn.reach == Reach::kRefused;
  finding.code = fmt::format("{}_{}", transport, refused ? "closed" : "blocked");
  finding.change = open_port(transport, url.port);
  if (refused) {
    finding.change += fmt::format(
        "\nDoes visavis listen there?  visavis.toml:  listen = [\"0.0.0.0:{}\"]", url.port);
  }
}

void diagnose_turn_refusal(const TurnSeen& turn, Finding& finding) {
  switch (turn.error_code) {
    case 401:
    case 441:
      finding.code = "wrong_credentials";
      finding.change =
          turn.is_ours
              ? "The credentials are fresh, so another server answers at this port, or one "
                "with another relay.key. Look at relay_url, and at what listens there."
              : "Look at the username and credential of this ice_server.";
      break;
    case 486:
      finding.code = "quota";
      finding.means = "Nothing is known of relayed calls: the relay gave this check nothing more.";
      finding.change =
          "What may be relayed with this code is used up, or this network has too many "
          "allocations. Make "
          "a new code:  visavis check --issue";
      break;
    case 508:
      finding.code = "full";
      finding.change = "The relay carries as much as it may: relay_allocations_max under [limits].";
      break;
    default:
      finding.code = "refused";
      finding.change = "Is it a TURN server that answers at this port?";
  }
}

void diagnose_turn_stage(const TurnSeen& turn, const RelayUrl& url, Finding& finding) {
  switch (turn.failed_at) {
    case TurnStage::kResolve:
      finding.code = turn.is_inside ? "inner_address" : "no_address";
      finding.change = turn.is_inside
                           ? kInnerAddress
                           : "Make an A record for it, or name another host in relay_url.";
      break;
    case TurnStage::kConnect:
      diagnose_turn_connect(turn, url, finding);
      break;
    case TurnStage::kTls:
      finding.code = "no_tls";
      finding.change = fmt::format(
          "TURN over TLS needs a certificate that browsers trust, for {}: tls_cert and tls_key.",
          url.host);
      break;
    case TurnStage::kChallenge:
    case TurnStage::kAllocate:
    case TurnStage::kPermission:
      if (turn.error_code != 0) {
        diagnose_turn_refusal(turn, finding);
      } else if (url.tcp && turn.reach == Reach::kFailed) {
        finding.code = "not_turn";
        finding.change =
            "A proxy for HTTP passes no TURN. Name a port that is reached past it in relay_url.";
      } else {
        diagnose_turn_connect(turn, url, finding);
      }
      break;
    case TurnStage::kData:
      finding.code = "no_data";
      finding.change =
          "Allocations stand, but nothing passes. Look into the server's log and metrics "
          "(visavis_relay_refusals_total).";
      break;
    case TurnStage::kDone:
      finding.seen = "it answers";
      break;
  }
}

void diagnose_throughput(const Throughput& flow, Finding& finding) {
  finding.seen =
      fmt::format("{:.1f} of {:.1f} Mbit/s came through, {:.1f} % lost, {:.0f} ms there and back",
                  flow.received_bits_per_second / 1e6, flow.sent_bits_per_second / 1e6,
                  flow.lost * 100, milliseconds_of(flow.round_trip));
  if (flow.lost > kLossWarning) {
    finding.severity = flow.lost > kLossFailure ? Severity::kFailure : Severity::kWarning;
    finding.code = "loss";
    finding.means = "Relayed calls stutter and lose their picture.";
    finding.change =
        "Is the uplink of the server, or of this machine, full? Has the server socket buffers "
        "for "
        "bursts (deploy/sysctl.conf)? relay_bytes_per_second_… under [limits] may be too low.";
  }
}

void diagnose_one_turn(const TurnSeen& turn, Findings& findings) {
  const auto url = RelayUrl::parse(turn.url);
  if (!url) return;
  Finding finding{
      .check = check_of(*url),
      .tried = fmt::format("{} {}",
                           turn.has_credentials ? "Send packets between two allocations at"
                                                : "Ask whether a TURN server answers at",
                           turn.url),
      .seen = turn.error};
  if (!turn.is_ours) finding.check += "-other";
  if (turn.failed_at != TurnStage::kDone) {
    finding.severity = Severity::kFailure;
    finding.means = means_without(*url);
  }
  diagnose_turn_stage(turn, *url, finding);
  if (turn.failed_at == TurnStage::kDone && turn.throughput) {
    diagnose_throughput(*turn.throughput, finding);
  }
  findings.push_back(std::move(finding));
}

// Other applications' peers have to reach what an allocation is told, and people at the other end
// of a call who connect to it directly.
void diagnose_relayed(const Observations& seen, Findings& findings) {
  const auto hidden = std::ranges::find_if(seen.turn, [](const TurnSeen& turn) {
    return turn.is_ours && turn.relayed && is_internal(turn.relayed->address) &&
           !is_internal(turn.server.address);
  });
  if (hidden == seen.turn.end()) return;
  findings.push_back(
      {.severity = Severity::kWarning,
       .check = "relay-address",
       .code = "private_address",
       .tried = fmt::format("Allocate at {}", hidden->url),
       .seen = fmt::format("the relay gave {}, which nobody outside its network reaches",
                           hidden->relayed->to_string()),
       .means = "Other applications cannot use this relay, and calls of this server "
                "need it at both ends.",
       .change =
           fmt::format("visavis.toml:  external_ip = \"{}\"", hidden->server.address.to_string())});
}

// Where addresses of these are routed without translation, they are one network, as companies have
// it. Homes do not route between their small ones.
bool are_one_network(const IpAddress& one, const IpAddress& other) {
  for (const char* text : {"10.0.0.0/8", "172.16.0.0/12", "100.64.0.0/10"}) {
    const auto network = IpNetwork::parse(text);
    if (network->contains(one)) return network->contains(other);
  }
  return false;
}

// A router of another private network behind the first one: what leaves is translated twice.
void diagnose_nats(const Observations& seen, Findings& findings) {
  const auto translated = std::ranges::find_if(seen.stun, [](const StunSeen& stun) {
    return stun.reach == Reach::kReached && stun.server.address.is_v4() &&
           stun.mapped.address != stun.local.address;
  });
  if (translated == seen.stun.end() || seen.first_hops.size() < 2) return;
  const IpAddress& first = seen.first_hops[0];
  const IpAddress& second = seen.first_hops[1];
  const bool is_double = is_internal(first) && is_internal(second) &&
                         !is_internal(translated->server.address) &&
                         !are_one_network(translated->local.address, second);
  if (!is_double) return;
  findings.push_back(
      {.severity = Severity::kWarning,
       .check = "nat",
       .code = "double_nat",
       .tried = "Ask the first routers on the way out who they are",
       .seen = fmt::format("{} and behind it {}, both with private addresses, so that two NATs "
                           "stand before this machine",
                           first.to_string(), second.to_string()),
       .means = "From here more calls need the relay. A server that stands here is reached by "
                "nobody unless both routers forward its ports.",
       .change = "Let the inner router be an access point (bridge mode), so that one NAT is left. "
                 "If the outer one is the provider's (100.64.0.0/10), ask them for a public "
                 "address. For a server here, forward TCP and UDP on both, or run it elsewhere."});
}

}  // namespace

void diagnose_stun(const Observations& seen, Findings& findings) {
  diagnose_offer(seen, findings);
  if (seen.check && seen.stun.empty() && seen.check->ice_servers.empty() &&
      !seen.check->understood) {
    findings.push_back({.severity = Severity::kSkipped,
                        .check = "stun",
                        .code = "not_known",
                        .tried = "Ask the server which STUN and TURN servers it tells people of",
                        .seen = "it did not say: not known until the above is mended",
                        .means = {},
                        .change = {}});
  }
  for (const StunSeen& stun : seen.stun) diagnose_one_stun(seen, stun, findings);
  diagnose_nats(seen, findings);
}

void diagnose_turn(const Observations& seen, Findings& findings) {
  for (const TurnSeen& turn : seen.turn) diagnose_one_turn(turn, findings);
  diagnose_relayed(seen, findings);
  if (seen.cut_short) {
    findings.push_back(
        {.severity = Severity::kWarning,
         .check = "relay",
         .code = "too_many_servers",
         .tried = "Try each STUN and TURN server that people are told of",
         .seen = "there are too many of them, or they take too long: not all were tried",
         .means = "Browsers warn of more than a few, and calls connect later.",
         .change = "Leave two or three in relay_url and ice_server."});
  }
  const bool reachability_only =
      !seen.turn.empty() && std::ranges::none_of(seen.turn, &TurnSeen::has_credentials);
  if (!reachability_only) return;
  findings.push_back({.severity = Severity::kSkipped,
                      .check = "relay",
                      .code = "no_code",
                      .tried = "Send packets through the relay",
                      .seen = "only somebody with a check code may",
                      .means = {},
                      .change = "On the server: visavis check --issue, and here: --code CODE"});
}

}  // namespace visavis::doctor

#include "server/services/relay_metrics.h"

#include <array>
#include <string_view>

namespace visavis::services {
namespace {

// By turn::Refusal.
constexpr auto kRefusalNames = std::to_array<std::string_view>(
    {"malformed", "unauthenticated", "expired", "stale_nonce", "forbidden_peer", "mismatch",
     "unsupported", "quota", "address_quota", "server_full", "allocation_rate",
     "challenges_limited", "logins_limited", "no_permission", "no_peer", "bandwidth",
     "bandwidth_shared", "check_used_up"});
static_assert(kRefusalNames.size() == turn::kRefusals);

// By turn::Transport.
constexpr auto kTransportNames = std::to_array<std::string_view>({"udp", "tcp", "tls"});

struct Flow {
  std::string_view side;  // of whom the traffic comes, or to whom it goes
  std::string_view direction;
  std::string_view transport;
  const turn::Traffic& traffic;
};

std::vector<Flow> flows(const turn::Counters& counters) {
  std::vector<Flow> all;
  for (std::size_t i = 0; i < kTransportNames.size(); ++i) {
    all.push_back({"client", "in", kTransportNames[i], counters.from_clients[i]});
    all.push_back({"client", "out", kTransportNames[i], counters.to_clients[i]});
  }
  all.push_back({"peer", "in", "udp", counters.from_peers});
  all.push_back({"peer", "out", "udp", counters.to_peers});
  return all;
}

void write_traffic(const turn::Counters& counters, ops::MetricWriter& writer) {
  for (const Flow& flow : flows(counters)) {
    writer.counter(
        "visavis_relay_packets_total", "Relayed packets of application data.",
        static_cast<double>(flow.traffic.packets),
        {{"side", flow.side}, {"direction", flow.direction}, {"transport", flow.transport}});
  }
  for (const Flow& flow : flows(counters)) {
    writer.counter(
        "visavis_relay_bytes_total", "Relayed bytes of application data.",
        static_cast<double>(flow.traffic.bytes),
        {{"side", flow.side}, {"direction", flow.direction}, {"transport", flow.transport}});
  }
}

void write_hairpins(const RelayReport& report, ops::MetricWriter& writer) {
  constexpr std::string_view kName = "visavis_relay_hairpins_total";
  constexpr std::string_view kHelp =
      "Packets from one client to another one: on the same event loop, to another one, or lost on "
      "the way to another one that was too far behind.";
  writer.counter(kName, kHelp, static_cast<double>(report.turn.hairpins_local), {{"way", "local"}});
  writer.counter(kName, kHelp, static_cast<double>(report.turn.hairpins_remote),
                 {{"way", "remote"}});
  writer.counter(kName, kHelp, static_cast<double>(report.hairpins_dropped), {{"way", "dropped"}});
}

}  // namespace

std::string_view name_of(turn::Refusal refusal) {
  return kRefusalNames[static_cast<std::size_t>(refusal)];
}

std::vector<RefusalCount> refusals(const RelayReport& report) {
  std::vector<RefusalCount> all;
  all.reserve(turn::kRefusals + 1);
  for (std::size_t i = 0; i < turn::kRefusals; ++i) {
    all.push_back({kRefusalNames[i], report.turn.refusals[i]});
  }
  all.push_back({"loop_behind", report.hairpins_dropped});
  return all;
}

void write_relay_metrics(const RelayReport& report, ops::MetricWriter& writer) {
  const turn::Counters& counters = report.turn;
  writer.gauge("visavis_relay_allocations", "Allocations now.",
               static_cast<double>(counters.allocations));
  writer.counter("visavis_relay_allocations_total", "Allocations made.",
                 static_cast<double>(counters.allocations_made));
  writer.counter("visavis_stun_bindings_total", "STUN Binding requests answered.",
                 static_cast<double>(counters.bindings));
  writer.counter("visavis_relay_challenges_total", "Requests answered by asking for credentials.",
                 static_cast<double>(counters.challenges));
  for (const RefusalCount& refusal : refusals(report)) {
    writer.counter("visavis_relay_refusals_total",
                   "Requests refused and packets that went nowhere, by reason.",
                   static_cast<double>(refusal.count), {{"reason", refusal.kind}});
  }
  write_traffic(counters, writer);
  write_hairpins(report, writer);
}

}  // namespace visavis::services

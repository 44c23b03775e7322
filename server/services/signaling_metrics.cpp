#include "server/services/signaling_metrics.h"

#include "server/services/net_metrics.h"

namespace visavis::services {

void add_signaling_refusals(const SignalingService& signaling,
                            std::vector<ops::RefusalTotal>& totals) {
  totals.push_back({.area = "network", .kind = "input_paused", .total = signaling.inputs_paused()});
}

void write_signaling_metrics(const SignalingService& signaling, ops::MetricWriter& writer) {
  const SignalingService::RoundCounters& counters = signaling.round_counters();
  write_histogram("visavis_hub_round_seconds",
                  "How long the hub worked before sockets and timers had their turn.",
                  counters.rounds, writer);
  writer.counter("visavis_hub_input_queued_total",
                 "Messages that waited for another round of the hub.",
                 static_cast<double>(counters.input_queued.get()));
  writer.gauge("visavis_hub_input_waiting", "Messages that wait for another round of the hub.",
               static_cast<double>(counters.input_waiting.get()));
  writer.counter("visavis_hub_input_paused_total",
                 "Times that a WebSocket was not read because too much of what it sent waited.",
                 static_cast<double>(signaling.inputs_paused()));
}

}  // namespace visavis::services

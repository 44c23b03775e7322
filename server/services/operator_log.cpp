#include "server/services/operator_log.h"

#include <array>
#include <string_view>
#include <utility>

#include "server/net/clock.h"
#include "server/services/relay_metrics.h"

namespace visavis::services {
namespace {

// Whoever lost the network was refused nothing.
bool is_a_loss(std::string_view kind) { return kind == "pong_timeout" || kind == "close_timeout"; }

}  // namespace

net::NoteSink note_sink(ops::RefusalNotes& notes) {
  return [&notes](const net::ClientNote& note) {
    notes.note({.area = "network",
                .kind = note.kind,
                .from = name_of(note.via),
                .client = note.client,
                .user = {},
                .details = note.details,
                .names_client = !is_a_loss(note.kind)},
               net::monotonic_now());
  };
}

OperatorLog::OperatorLog(net::EventLoop& loop, ops::Log& log, ops::RefusalNotes& notes,
                         const ops::Config& config, std::shared_ptr<const net::TlsContext> tls)
    : log_(log),
      notes_(notes),
      budget_(config.net_limits.log_lines_per_minute),
      refusals_(loop, log, notes, budget_),
      events_(loop, log, budget_, {.has_relay = config.relay.mode != ops::RelayMode::kOff}),
      certificate_(loop, log, std::move(tls), served_hosts(config)) {}

// What single clients get wrong now and then, such as a call that has just ended, is no reason to
// name them.
void OperatorLog::on_refused(const signaling::ClientRefused& refused, const IpAddress& client,
                             net::Via via) {
  const std::string_view kind = to_text(refused.code);
  const std::array<net::NoteDetail, 2> details{
      {{"who", refused.stranger ? "stranger" : "known"}, {"limit", refused.limit}}};
  notes_.note({.area = "signaling",
               .kind = kind,
               .from = name_of(via),
               .client = client,
               .user = refused.user,
               .details = details,
               .names_client = ops::refusal_text("signaling", kind).level >= ops::LogLevel::kWarn},
              net::monotonic_now());
}

void OperatorLog::on_refused(const turn::RequestRefused& refused) {
  notes_.note({.area = "relay",
               .kind = name_of(refused.why),
               .from = to_text(refused.client.transport),
               .client = refused.client.client.address,
               .user = refused.user,
               .details = {}},
              net::monotonic_now());
}

void OperatorLog::write_metrics(ops::MetricWriter& writer) const {
  write_note_metrics(notes_, writer);
  events_.write_metrics(writer);
  certificate_.write_metrics(writer);
  writer.counter("visavis_log_lines_lost_total",
                 "Lines that the log lost because whoever reads it is too slow.",
                 static_cast<double>(log_.lines_lost()));
}

}  // namespace visavis::services

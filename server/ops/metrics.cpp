#include "server/ops/metrics.h"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <cstddef>

#include "core/signaling/wire/end_reason.h"
#include "core/signaling/wire/error_code.h"

namespace visavis::ops {

prometheus::ClientMetric& MetricWriter::add(std::string_view name, std::string_view help,
                                            prometheus::MetricType type, const Labels& labels) {
  // The format wants all metrics of a name together, under one TYPE line, whichever source wrote
  // them.
  auto family = std::find_if(families_.begin(), families_.end(),
                             [name](const auto& known) { return known.name == name; });
  if (family == families_.end()) {
    families_.push_back({std::string(name), std::string(help), type, {}});
    family = families_.end() - 1;
  }
  auto& metric = family->metric.emplace_back();
  for (const auto& [label, value] : labels) {
    metric.label.push_back({std::string(label), std::string(value)});
  }
  return metric;
}

void MetricWriter::counter(std::string_view name, std::string_view help, double value,
                           const Labels& labels) {
  add(name, help, prometheus::MetricType::Counter, labels).counter.value = value;
}

void MetricWriter::gauge(std::string_view name, std::string_view help, double value,
                         const Labels& labels) {
  add(name, help, prometheus::MetricType::Gauge, labels).gauge.value = value;
}

void MetricWriter::histogram(std::string_view name, std::string_view help,
                             std::span<const Bucket> buckets, double sum, const Labels& labels) {
  auto& histogram = add(name, help, prometheus::MetricType::Histogram, labels).histogram;
  for (const Bucket& bucket : buckets) {
    histogram.sample_count += bucket.count;
    histogram.bucket.push_back(
        {.cumulative_count = histogram.sample_count, .upper_bound = bucket.upper_bound});
  }
  histogram.sample_sum = sum;
}

std::string MetricWriter::to_text() const {
  return prometheus::TextSerializer().Serialize(families_);
}

std::string Metrics::text() const {
  MetricWriter writer;
  for (const Source& source : sources_) source(writer);
  return writer.to_text();
}

void HubMetrics::publish(const signaling::Counters& counters, const signaling::Gauges& gauges) {
  const std::lock_guard lock(mutex_);
  counters_ = counters;
  gauges_ = gauges;
}

void HubMetrics::add_refusals(std::vector<RefusalTotal>& totals) const {
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < counters_.errors_by_code.size(); ++i) {
    totals.push_back({.area = "signaling",
                      .kind = to_text(static_cast<signaling::ErrorCode>(i)),
                      .total = counters_.errors_by_code[i]});
  }
}

void HubMetrics::write(MetricWriter& writer) const {
  std::unique_lock lock(mutex_);
  const auto gauges = gauges_;
  const auto counters = counters_;
  lock.unlock();

  const auto gauge = [&writer](auto name, auto help, std::size_t value) {
    writer.gauge(name, help, static_cast<double>(value));
  };
  gauge("visavis_hub_connections", "WebSocket connections that the hub knows.", gauges.connections);
  gauge("visavis_sessions", "Sessions, those that may be resumed included.", gauges.sessions);
  gauge("visavis_people", "People online.", gauges.people);
  gauge("visavis_calls", "Calls that ring or are going on.", gauges.calls);
  gauge("visavis_rooms", "Rooms, those that are remembered while empty included.", gauges.rooms);
  gauge("visavis_replay_bytes", "Bytes kept for sessions that may resume.", gauges.replay_bytes);

  const auto counter = [&writer](auto name, auto help, std::uint64_t value) {
    writer.counter(name, help, static_cast<double>(value));
  };
  counter("visavis_messages_received_total", "Messages from clients.", counters.messages_received);
  counter("visavis_messages_sent_total", "Messages to clients.", counters.messages_sent);
  counter("visavis_message_bytes_received_total", "Payload bytes of messages from clients.",
          counters.bytes_received);
  counter("visavis_message_bytes_sent_total", "Payload bytes of messages to clients.",
          counters.bytes_sent);
  counter("visavis_signals_forwarded_total", "Signals carried between participants.",
          counters.signals_forwarded);
  counter("visavis_sessions_started_total", "New sessions.", counters.sessions_started);
  counter("visavis_sessions_resumed_total", "Sessions that came back.", counters.sessions_resumed);
  counter("visavis_calls_started_total",
          "Calls that began to ring, and rooms that were entered empty.", counters.calls_started);
  counter("visavis_calls_answered_total", "Calls that were accepted.", counters.calls_answered);
  counter("visavis_calls_restored_total", "Calls brought back from before a restart.",
          counters.calls_restored);
  counter("visavis_replay_overflows_total", "Sessions lost because too much waited for them.",
          counters.replay_overflows);
  for (std::size_t i = 0; i < counters.calls_ended.size(); ++i) {
    writer.counter("visavis_calls_ended_total", "Calls that ended, by reason.",
                   static_cast<double>(counters.calls_ended[i]),
                   {{"reason", to_text(static_cast<signaling::EndReason>(i))}});
  }
  for (std::size_t i = 0; i < counters.errors_by_code.size(); ++i) {
    writer.counter("visavis_errors_total", "Requests refused, by error code.",
                   static_cast<double>(counters.errors_by_code[i]),
                   {{"code", to_text(static_cast<signaling::ErrorCode>(i))}});
  }
}

}  // namespace visavis::ops

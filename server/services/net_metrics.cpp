#include "server/services/net_metrics.h"

#include <limits>
#include <string>
#include <vector>

namespace visavis::services {
namespace {

using net::Counter;
using net::Counters;

std::uint64_t total(const net::Server& server, Counter Counters::* counter) {
  std::uint64_t total = 0;
  for (unsigned i = 0; i < server.loops(); ++i) total += (server.counters(i).*counter).get();
  return total;
}

double sum(const net::Server& server, Counter Counters::* counter) {
  return static_cast<double>(total(server, counter));
}

void write_connections(const net::Server& server, ops::MetricWriter& writer) {
  constexpr std::string_view kName = "visavis_connections";
  constexpr std::string_view kHelp = "Open connections by what they are for.";
  writer.gauge(kName, kHelp, sum(server, &Counters::connections_opening), {{"state", "opening"}});
  writer.gauge(kName, kHelp, sum(server, &Counters::connections_http), {{"state", "http"}});
  writer.gauge(kName, kHelp, sum(server, &Counters::connections_websocket),
               {{"state", "websocket"}});
  writer.gauge(kName, kHelp, sum(server, &Counters::connections_packet_stream),
               {{"state", "relay"}});
  writer.gauge("visavis_connections_tls", "Open connections over TLS.",
               sum(server, &Counters::connections_tls));
}

struct CounterMetric {
  std::string_view name;
  std::string_view help;
  Counter Counters::* counter;
};

constexpr CounterMetric kCounterMetrics[] = {
    {"visavis_connections_accepted_total", "Connections accepted.", &Counters::accepted},
    {"visavis_connections_refused_total", "Connections beyond a limit.",
     &Counters::refused_connections},
    {"visavis_accept_pauses_total", "Times that no file descriptor was left for a connection.",
     &Counters::accept_pauses},
    {"visavis_read_bytes_total", "Bytes read from clients, inside TLS.", &Counters::bytes_read},
    {"visavis_written_bytes_total", "Bytes written to clients, inside TLS.",
     &Counters::bytes_written},
    {"visavis_datagrams_read_total", "UDP datagrams received.", &Counters::datagrams_read},
    {"visavis_datagrams_written_total", "UDP datagrams sent.", &Counters::datagrams_written},
    {"visavis_datagrams_dropped_total",
     "UDP datagrams that the system did not take: no room, or no way to their destination.",
     &Counters::datagrams_dropped},
    {"visavis_stream_packets_dropped_total",
     "Relayed packets dropped because a client over TCP or TLS was too slow for them.",
     &Counters::stream_packets_dropped},
    {"visavis_http_requests_total", "HTTP requests, WebSocket handshakes included.",
     &Counters::http_requests},
    {"visavis_websockets_opened_total", "WebSockets opened.", &Counters::websockets_opened},
    {"visavis_websocket_messages_read_total", "WebSocket messages read.",
     &Counters::websocket_messages_read},
    {"visavis_websocket_messages_written_total", "WebSocket messages queued for writing.",
     &Counters::websocket_messages_written},
    {"visavis_tls_handshakes_failed_total", "TLS handshakes that failed.",
     &Counters::tls_handshakes_failed},
    {"visavis_untrusted_forwarded_total",
     "Requests with forwarded fields from whoever is no trusted proxy.",
     &Counters::forwarded_untrusted},
    {"visavis_connection_timeouts_total",
     "Connections ended by a timeout: of the header, of an idle connection, of a pong, of closing.",
     &Counters::timeouts},
    {"visavis_slow_readers_closed_total", "WebSockets closed because their outbox was full.",
     &Counters::slow_readers_closed},
};

void write_loop_lag(const net::Server& server, ops::MetricWriter& writer) {
  for (unsigned i = 0; i < server.loops(); ++i) {
    const std::string loop = std::to_string(i);
    write_histogram("visavis_loop_lag_seconds", "How late a timer of this event loop fired.",
                    server.counters(i).loop_lag, writer, {{"loop", loop}});
  }
}

}  // namespace

void write_histogram(std::string_view name, std::string_view help, const net::Histogram& histogram,
                     ops::MetricWriter& writer, const ops::MetricWriter::Labels& labels) {
  using Seconds = std::chrono::duration<double>;
  std::vector<ops::MetricWriter::Bucket> buckets;
  for (std::size_t i = 0; i < net::Histogram::kBuckets; ++i) {
    const bool is_last = i == net::Histogram::kBounds.size();
    buckets.push_back({.upper_bound = is_last ? std::numeric_limits<double>::infinity()
                                              : Seconds(net::Histogram::kBounds[i]).count(),
                       .count = histogram.bucket(i)});
  }
  writer.histogram(name, help, buckets, Seconds(microseconds(histogram.sum_us())).count(), labels);
}

void add_net_refusals(const net::Server& server, std::vector<ops::RefusalTotal>& totals) {
  for (const net::RefusalCount& refusal : server.refusal_counts()) {
    totals.push_back({.area = "network", .kind = refusal.kind, .total = refusal.count});
  }
  totals.push_back({.area = "network",
                    .kind = "untrusted_proxy",
                    .total = total(server, &Counters::forwarded_untrusted)});
  totals.push_back({.area = "network",
                    .kind = "no_forwarded_address",
                    .total = total(server, &Counters::forwarded_missing)});
  totals.push_back({.area = "network",
                    .kind = "accept_pause",
                    .total = total(server, &Counters::accept_pauses)});
  totals.push_back({.area = "network",
                    .kind = "stream_packets",
                    .total = total(server, &Counters::stream_packets_dropped)});
}

void write_net_metrics(const net::Server& server, ops::MetricWriter& writer) {
  write_connections(server, writer);
  for (const CounterMetric& metric : kCounterMetrics) {
    writer.counter(metric.name, metric.help, sum(server, metric.counter));
  }
  for (const net::RefusalCount& refusal : server.refusal_counts()) {
    writer.counter("visavis_refusals_total",
                   "Connections, requests and WebSockets turned away, by kind.",
                   static_cast<double>(refusal.count), {{"kind", std::string(refusal.kind)}});
  }
  write_loop_lag(server, writer);
}

}  // namespace visavis::services

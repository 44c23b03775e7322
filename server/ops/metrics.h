// What /metrics answers: the Prometheus text format 0.0.4, gathered at each scrape from sources.
#pragma once

#include <prometheus/metric_family.h>

#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/signaling/parts/counters.h"
#include "server/ops/refusal_log.h"

namespace visavis::ops {

// Gathers the metrics of one scrape. Metrics of one name (with different labels) must be written
// one after the other. Not thread-safe.
class MetricWriter {
 public:
  using Labels = std::vector<std::pair<std::string_view, std::string_view>>;

  void counter(std::string_view name, std::string_view help, double value,
               const Labels& labels = {});
  void gauge(std::string_view name, std::string_view help, double value, const Labels& labels = {});
  // `buckets` by upper bound, each with what lies within it and above the one before; a last one
  // with an infinite bound is needed.
  struct Bucket {
    double upper_bound;
    std::uint64_t count;
  };
  void histogram(std::string_view name, std::string_view help, std::span<const Bucket> buckets,
                 double sum, const Labels& labels = {});

  std::string to_text() const;

 private:
  prometheus::ClientMetric& add(std::string_view name, std::string_view help,
                                prometheus::MetricType type, const Labels& labels);

  std::vector<prometheus::MetricFamily> families_;
};

// All of a process's metrics. add_source() before the first scrape; text() from any thread.
class Metrics {
 public:
  // Called at each scrape on the thread that scrapes, several at a time perhaps: must be
  // thread-safe, quick, and live as long as the Metrics.
  using Source = std::function<void(MetricWriter&)>;

  void add_source(Source source) { sources_.push_back(std::move(source)); }
  std::string text() const;

 private:
  std::vector<Source> sources_;
};

// The hub's numbers. The hub lives on one loop and scrapes come on any: its loop publishes a copy
// (once a second is enough), a scrape reads the last copy. Thread-safe.
class HubMetrics {
 public:
  void publish(const signaling::Counters& counters, const signaling::Gauges& gauges);
  void write(MetricWriter& writer) const;
  void add_refusals(std::vector<RefusalTotal>& totals) const;

 private:
  mutable std::mutex mutex_;
  signaling::Counters counters_;
  signaling::Gauges gauges_;
};

// Memory, CPU, open files, start time, and the build: names as Prometheus client libraries have
// them.
void write_process_metrics(MetricWriter& writer);

}  // namespace visavis::ops

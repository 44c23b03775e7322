// What /metrics answers: the Prometheus text format 0.0.4, gathered at each scrape from sources.
#pragma once

#include <prometheus/metric_family.h>

#include <array>
#include <atomic>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/time.h"
#include "core/signaling/counters.h"

namespace visavis::ops {

// Gathers the metrics of one scrape. Metrics of one name (with different labels) must be written one after
// the other. Not thread-safe.
class MetricWriter {
 public:
  using Labels = std::vector<std::pair<std::string_view, std::string_view>>;
  struct Bucket {
    double upper_bound;
    std::uint64_t cumulative_count;
  };

  void counter(std::string_view name, std::string_view help, double value, const Labels& labels = {});
  void gauge(std::string_view name, std::string_view help, double value, const Labels& labels = {});
  // `buckets` rise and leave +Inf out; that one is `count`.
  void histogram(std::string_view name, std::string_view help, std::span<const Bucket> buckets,
                 std::uint64_t count, double sum, const Labels& labels = {});

  std::string to_text() const;

 private:
  prometheus::ClientMetric& add(std::string_view name, std::string_view help,
                                prometheus::MetricType type, const Labels& labels);

  std::vector<prometheus::MetricFamily> families_;
};

// All of a process's metrics. add_source() before the first scrape; text() from any thread.
class Metrics {
 public:
  // Called at each scrape on the thread that scrapes, several at a time perhaps: must be thread-safe, quick, and
  // live as long as the Metrics.
  using Source = std::function<void(MetricWriter&)>;

  void add_source(Source source) { sources_.push_back(std::move(source)); }
  std::string text() const;

 private:
  std::vector<Source> sources_;
};

// The hub's numbers. The hub lives on one loop and scrapes come on any: its loop publishes a copy (once a
// second is enough), a scrape reads the last copy. Thread-safe.
class HubMetrics {
 public:
  void publish(const signaling::Counters& counters, const signaling::Gauges& gauges);
  void write(MetricWriter& writer) const;

 private:
  mutable std::mutex mutex_;
  signaling::Counters counters_;
  signaling::Gauges gauges_;
};

// How late one event loop is: the time between when a timer was due and when it ran. observe() on that
// loop, write() anywhere; no lock.
class LoopLag {
 public:
  explicit LoopLag(std::size_t loop) : loop_(std::to_string(loop)) {}
  void observe(Duration lag);
  void write(MetricWriter& writer) const;

 private:
  static constexpr std::array<Duration, 10> kBounds = {
      microseconds(100), microseconds(500), milliseconds(1),   milliseconds(5),   milliseconds(10),
      milliseconds(50),  milliseconds(100), milliseconds(250), milliseconds(500), seconds(1)};

  std::string loop_;
  std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> counts_{};  // the last: above all bounds
  std::atomic<std::uint64_t> sum_us_{0};
};

// Memory, CPU, open files, start time, and the build: names as Prometheus client libraries have them.
void write_process_metrics(MetricWriter& writer);

}  // namespace visavis::ops

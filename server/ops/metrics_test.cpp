#include "server/ops/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <limits>
#include <string>
#include <thread>

namespace visavis::ops {
namespace {

using ::testing::HasSubstr;

TEST(MetricsTest, WritesTheTextFormat) {
  MetricWriter writer;
  writer.counter("a_total", "Help of a.", 3, {{"why", "say \"hi\"\\\n"}});
  writer.gauge("b", "Help of b.", 1.5);
  writer.counter("a_total", "Help of a.", 4, {{"why", "other"}});  // joins its family
  constexpr std::array<MetricWriter::Bucket, 3> kBuckets = {
      {{0.001, 5}, {0.5, 2}, {std::numeric_limits<double>::infinity(), 1}}};
  writer.histogram("c", "Help of c.", kBuckets, 0.25);
  EXPECT_EQ(writer.to_text(),
            "# HELP a_total Help of a.\n"
            "# TYPE a_total counter\n"
            "a_total{why=\"say \\\"hi\\\"\\\\\\n\"} 3\n"
            "a_total{why=\"other\"} 4\n"
            "# HELP b Help of b.\n"
            "# TYPE b gauge\n"
            "b 1.5\n"
            "# HELP c Help of c.\n"
            "# TYPE c histogram\n"
            "c_count 8\n"
            "c_sum 0.25\n"
            "c_bucket{le=\"0.001\"} 5\n"
            "c_bucket{le=\"0.5\"} 7\n"
            "c_bucket{le=\"+Inf\"} 8\n");
}

TEST(MetricsTest, TellsWhatTheHubPublishedLast) {
  HubMetrics hub;
  signaling::Counters counters;
  counters.messages_received = 1'234'567;
  counters.calls_ended[static_cast<std::size_t>(signaling::EndReason::kHangup)] = 5;
  counters.errors_by_code[static_cast<std::size_t>(signaling::ErrorCode::kRateLimited)] = 6;
  signaling::Gauges gauges;
  gauges.calls = 7;
  hub.publish(counters, gauges);

  Metrics metrics;
  metrics.add_source([&hub](MetricWriter& writer) { hub.write(writer); });
  metrics.add_source(write_process_metrics);
  const std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr("\nvisavis_messages_received_total 1234567\n"));
  EXPECT_THAT(text, HasSubstr("\nvisavis_calls_ended_total{reason=\"hangup\"} 5\n"));
  EXPECT_THAT(text, HasSubstr("\nvisavis_calls_ended_total{reason=\"missed\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("\nvisavis_errors_total{code=\"rate_limited\"} 6\n"));
  EXPECT_THAT(text, HasSubstr("\nvisavis_calls 7\n"));
}

TEST(MetricsTest, MeasuresTheProcess) {
  MetricWriter writer;
  write_process_metrics(writer);
  const std::string text = writer.to_text();
  EXPECT_THAT(text, HasSubstr("visavis_build_info{version=\"" VISAVIS_VERSION "\""));
  for (const char* name : {"process_cpu_seconds_total", "process_resident_memory_bytes",
                           "process_open_fds", "process_max_fds", "process_start_time_seconds"}) {
    const std::string line = std::string("\n") + name + " ";
    ASSERT_THAT(text, HasSubstr(line));
    EXPECT_GT(std::stod(text.substr(text.find(line) + line.size())), 0) << name;
  }
}

TEST(MetricsTest, IsScrapedWhileTheHubPublishes) {
  HubMetrics hub;
  std::atomic<bool> done{false};
  std::thread scraper([&] {
    while (!done) {
      MetricWriter writer;
      hub.write(writer);
      // A torn copy would show numbers that were never published together.
      const std::string text = writer.to_text();
      const auto value = [&text](std::string name) {
        name = "\n" + name + " ";
        return std::stoul(text.substr(text.find(name) + name.size()));
      };
      ASSERT_EQ(value("visavis_calls"), value("visavis_messages_sent_total"));
    }
  });
  signaling::Counters counters;
  signaling::Gauges gauges;
  for (std::size_t i = 0; i < 1'000; ++i) {
    counters.messages_sent = gauges.calls = i;
    hub.publish(counters, gauges);
  }
  done = true;
  scraper.join();
}

}  // namespace
}  // namespace visavis::ops

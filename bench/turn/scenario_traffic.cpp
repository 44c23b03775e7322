#include <algorithm>
#include <deque>
#include <stdexcept>
#include <vector>

#include "bench/turn/scenario.h"

namespace visavis::bench {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kWarmUp(300);
// What has not arrived by then is lost: nothing here takes a tenth of it.
constexpr milliseconds kLostAfter(250);
constexpr milliseconds kLooksForLossEvery(50);

// The system takes a real-time program's core away for a moment now and then. Then it is the
// generator that was late, and what it owes is not made up for in one burst.
constexpr milliseconds kStalled(1);

double microseconds(std::chrono::nanoseconds time) {
  return static_cast<double>(time.count()) / 1e3;
}

// Keeps so many bursts under way. A flow has one at a time; all flows get their turn.
class Exchange {
 public:
  Exchange(Company& company, std::size_t burst, std::size_t bursts_in_flight)
      : company_(company), burst_(burst), flows_(company.flows()) {
    for (std::uint32_t flow = 0; flow < flows_.size(); ++flow) idle_.push_back(flow);
    for (std::size_t i = 0; i < std::min(bursts_in_flight, flows_.size()); ++i) send_next();
  }

  void run_until(Clock::time_point end) {
    while (Clock::now() < end) {
      company_.receive(kLooksForLossEvery, [this](const Stamp& stamp) { on_arrival(stamp); });
      if (Clock::now() >= next_look_) look_for_loss();
    }
  }

  std::uint64_t arrived() const { return arrived_; }
  // May become less again: what was given up too early has arrived after all.
  std::int64_t lost() const { return lost_; }

 private:
  struct Flow {
    std::uint32_t burst = 0;
    std::size_t in_flight = 0;
    Clock::time_point sent_at;
  };

  void send_next() {
    const std::uint32_t number = idle_.front();
    idle_.pop_front();
    Flow& flow = flows_[number];
    flow.sent_at = Clock::now();
    flow.in_flight = burst_;
    company_.send({number, ++flow.burst, flow.sent_at});
  }

  void on_arrival(const Stamp& stamp) {
    ++arrived_;
    Flow& flow = flows_[stamp.flow];
    if (stamp.burst != flow.burst || flow.in_flight == 0) {
      --lost_;
    } else if (--flow.in_flight == 0) {
      finish(stamp.flow);
    }
  }

  void finish(std::uint32_t flow) {
    idle_.push_back(flow);
    send_next();
  }

  void look_for_loss() {
    const auto now = Clock::now();
    next_look_ = now + kLooksForLossEvery;
    for (std::uint32_t number = 0; number < flows_.size(); ++number) {
      Flow& flow = flows_[number];
      if (flow.in_flight == 0 || now - flow.sent_at < kLostAfter) continue;
      lost_ += static_cast<std::int64_t>(flow.in_flight);
      flow.in_flight = 0;
      finish(number);
    }
  }

  Company& company_;
  const std::size_t burst_;
  std::vector<Flow> flows_;
  std::deque<std::uint32_t> idle_;
  Clock::time_point next_look_ = Clock::now();
  std::uint64_t arrived_ = 0;
  std::int64_t lost_ = 0;
};

double percentile(const std::vector<double>& sorted, double part) {
  if (sorted.empty()) throw std::runtime_error("no packet arrived");
  return sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1))];
}

}  // namespace

Figures measure_relayed(const RelayTarget& target, const Setting& setting,
                        std::size_t packets_in_flight, milliseconds duration) {
  Company company(setting, target.accounts);
  Exchange exchange(company, setting.burst,
                    std::max<std::size_t>(1, packets_in_flight / setting.burst));
  exchange.run_until(Clock::now() + kWarmUp);

  const std::uint64_t arrived_before = exchange.arrived();
  const std::int64_t lost_before = exchange.lost();
  const auto cpu_before = target.process.cpu_time();
  const auto start = Clock::now();
  exchange.run_until(start + duration);
  const double cpu_us = microseconds(target.process.cpu_time() - cpu_before);
  const double wall_us = microseconds(Clock::now() - start);
  const auto arrived = static_cast<double>(exchange.arrived() - arrived_before);
  const auto lost = static_cast<double>(exchange.lost() - lost_before);
  if (arrived == 0) throw std::runtime_error("no packet arrived");
  return {{"cpu_us_per_packet", cpu_us / arrived},
          {"packets_per_second", arrived / wall_us * 1e6},
          {"server_busy_percent", 100 * cpu_us / wall_us},
          {"lost_percent", 100 * lost / (arrived + lost)}};
}

Figures measure_relay_latency(const RelayTarget& target, const Setting& setting,
                              std::size_t packets_per_second, milliseconds duration) {
  Company company(setting, target.accounts);
  const std::chrono::nanoseconds interval(1'000'000'000 / packets_per_second);
  const auto start = Clock::now();
  const auto measured_from = start + kWarmUp;
  std::vector<double> latencies;
  const Company::OnArrival on_arrival = [&](const Stamp& stamp) {
    if (stamp.due >= measured_from) latencies.push_back(microseconds(Clock::now() - stamp.due));
  };
  std::uint32_t number = 0;
  double sent = 0;
  for (auto due = start; due < measured_from + duration; due += interval, ++number) {
    while (Clock::now() < due) company.receive(milliseconds(0), on_arrival);
    if (const auto now = Clock::now(); now - due > kStalled) due = now;
    company.send({number % static_cast<std::uint32_t>(company.flows()), number, due});
    sent += due >= measured_from ? 1 : 0;
  }
  for (const auto end = Clock::now() + kLostAfter; Clock::now() < end;)
    company.receive(milliseconds(10), on_arrival);
  std::sort(latencies.begin(), latencies.end());
  return {{"p50_us", percentile(latencies, 0.50)},
          {"p99_us", percentile(latencies, 0.99)},
          {"lost_percent", 100 * (1 - static_cast<double>(latencies.size()) / sent)}};
}

}  // namespace visavis::bench

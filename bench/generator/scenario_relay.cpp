#include <algorithm>
#include <deque>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/generator/messages.h"
#include "bench/generator/population.h"
#include "bench/generator/scenario.h"

namespace visavis::bench {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds kWarmUp(500);

// Everything a client will ever send to its peer, framed once.
class Scripts {
 public:
  explicit Scripts(Population& population) {
    const auto data = call_data();
    for (std::size_t i = 0; i < population.size(); ++i) {
      auto& script = frames_.emplace_back();
      for (const auto& one : data) {
        const std::string text =
            population.dialect().relay_text(population[i], population[i ^ 1], one);
        bytes_ += text.size();
        ++messages_;
        script.push_back(client_text_frame(text));
      }
    }
  }
  const std::string& frame(std::size_t client, std::size_t number) const {
    return frames_[client][number % frames_[client].size()];
  }
  double mean_bytes() const { return static_cast<double>(bytes_) / static_cast<double>(messages_); }

 private:
  std::vector<std::vector<std::string>> frames_;
  std::size_t bytes_ = 0;
  std::size_t messages_ = 0;
};

// Who sends next in each pair, and what.
class Exchange {
 public:
  Exchange(Population& population, const Scripts& scripts, Pattern pattern)
      : population_(population),
        scripts_(scripts),
        pattern_(pattern),
        pairs_(population.size() / 2) {}

  void start() {
    for (std::size_t pair = 0; pair < pairs_.size(); ++pair) write(2 * pair);
  }
  void on_relayed(std::size_t receiver) {
    ++messages_;
    Pair& pair = pairs_[receiver / 2];
    if (--pair.in_flight > 0) return;
    const bool done = pattern_ == Pattern::kOneInFlight || ++pair.write == kWrites.size();
    if (done) pair.write = 0;
    write(done ? receiver : receiver ^ 1);
  }
  std::uint64_t messages() const { return messages_; }

 private:
  struct Pair {
    std::size_t write = 0;      // of a burst
    std::size_t in_flight = 0;  // messages
    std::size_t number = 0;     // of the next message
  };

  void write(std::size_t sender) {
    Pair& pair = pairs_[sender / 2];
    pair.in_flight = pattern_ == Pattern::kOneInFlight ? 1 : kWrites[pair.write];
    std::string frames;
    for (std::size_t i = 0; i < pair.in_flight; ++i)
      frames += scripts_.frame(sender, pair.number++);
    population_[sender].send_frames(frames);
  }

  Population& population_;
  const Scripts& scripts_;
  Pattern pattern_;
  std::vector<Pair> pairs_;
  std::uint64_t messages_ = 0;
};

double microseconds(std::chrono::nanoseconds time) {
  return static_cast<double>(time.count()) / 1e3;
}

double percentile(std::vector<double>& sorted, double part) {
  if (sorted.empty()) throw std::runtime_error("no message arrived");
  const auto index = static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1));
  return sorted[index];
}

}  // namespace

Figures measure_relay(Target target, Pattern pattern, std::size_t pairs, milliseconds duration) {
  Population population(target.endpoint, target.dialect);
  population.join(2 * pairs);
  population.pair_all();
  const Scripts scripts(population);
  Exchange exchange(population, scripts, pattern);
  population.set_on_relayed([&](Client& client) { exchange.on_relayed(client.index); });
  exchange.start();
  population.run_for(kWarmUp);

  const std::uint64_t messages_before = exchange.messages();
  const auto cpu_before = target.process.cpu_time();
  population.run_for(duration);
  const auto messages = static_cast<double>(exchange.messages() - messages_before);
  const double cpu_us = microseconds(target.process.cpu_time() - cpu_before);
  if (messages == 0) throw std::runtime_error("no message arrived");
  const double wall_us = static_cast<double>(duration.count()) * 1e3;
  return {{"cpu_us_per_message", cpu_us / messages},
          {"messages_per_second", messages / wall_us * 1e6},
          {"server_busy_percent", 100 * cpu_us / wall_us},
          {"mean_message_bytes", scripts.mean_bytes()}};
}

Figures measure_latency(Target target, std::size_t pairs, std::size_t messages_per_second,
                        milliseconds duration) {
  Population population(target.endpoint, target.dialect);
  population.join(2 * pairs);
  population.pair_all();
  const Scripts scripts(population);
  std::vector<std::deque<Clock::time_point>> due(population.size());  // by receiver
  std::vector<double> latencies;
  bool measuring = false;
  population.set_on_relayed([&](Client& client) {
    auto& mine = due[client.index];
    if (measuring) latencies.push_back(microseconds(Clock::now() - mine.front()));
    mine.pop_front();
  });

  const auto interval = std::chrono::nanoseconds(1'000'000'000 / messages_per_second);
  const auto start = Clock::now();
  auto next = start;
  for (std::size_t number = 0; next < start + kWarmUp + duration; ++number, next += interval) {
    for (auto now = Clock::now(); now < next; now = Clock::now()) population.run_once(next - now);
    measuring = next >= start + kWarmUp;
    const std::size_t sender = number % population.size();
    due[sender ^ 1].push_back(next);
    population[sender].send_frames(scripts.frame(sender, number / population.size()));
  }
  population.run_until_quiet(milliseconds(100));
  std::sort(latencies.begin(), latencies.end());
  return {{"p50_us", percentile(latencies, 0.50)}, {"p99_us", percentile(latencies, 0.99)}};
}

}  // namespace visavis::bench

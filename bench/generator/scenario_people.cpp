#include <stdexcept>

#include "bench/generator/population.h"
#include "bench/generator/scenario.h"

namespace visavis::bench {
namespace {

using std::chrono::milliseconds;
// Longer than changes of presence are gathered.
constexpr milliseconds kQuiet(250);

double seconds_of(std::chrono::nanoseconds time) { return static_cast<double>(time.count()) / 1e9; }

// A server that has served: pools, caches and lazily bound symbols are there.
void warm_up(const Target& target, std::size_t connections) {
  Population population(target.endpoint, target.dialect);
  population.join(connections);
  population.leave_all();
}

}  // namespace

// The slope beyond the first few hundred: what a server allocates once is not a connection's.
Figures measure_idle(Target target, std::size_t count, milliseconds settle) {
  constexpr std::size_t kFirst = 500;
  Population population(target.endpoint, target.dialect);
  const auto rest = [&] {
    const auto end = Clock::now() + settle;
    while (Clock::now() < end) {
      for (std::size_t i = 0; i < population.size(); ++i) target.dialect.heartbeat(population[i]);
      population.run_for(milliseconds(2'000));
    }
    return static_cast<double>(target.process.resident_bytes());
  };
  population.join(kFirst);
  const double before = rest();
  population.join(count);
  const double after = rest();
  return {{"bytes_per_connection", (after - before) / static_cast<double>(count)},
          {"resident_bytes", after}};
}

Figures measure_connect(Target target, std::size_t count) {
  warm_up(target, 50);
  const auto before = target.process.cpu_time();
  for (std::size_t i = 0; i < count; ++i) {
    Population one(target.endpoint, target.dialect);
    one.join(1);
    one.leave_all();
  }
  const double cpu = seconds_of(target.process.cpu_time() - before);
  return {{"cpu_us_per_connection", cpu * 1e6 / static_cast<double>(count)}};
}

Figures measure_join(Target target, std::size_t people, std::size_t joins) {
  Population population(target.endpoint, target.dialect);
  population.join(people);
  population.run_until_quiet(kQuiet);
  double cpu = 0;
  double bytes = 0;
  for (std::size_t i = 0; i < joins; ++i) {
    const auto cpu_before = target.process.cpu_time();
    const auto bytes_before = static_cast<double>(population.bytes_received());
    population.join(1);
    population.run_until_quiet(kQuiet);
    cpu += seconds_of(target.process.cpu_time() - cpu_before);
    bytes += static_cast<double>(population.bytes_received()) - bytes_before;
  }
  const auto count = static_cast<double>(joins);
  return {{"cpu_ms_per_join", cpu * 1e3 / count},
          {"cpu_us_per_recipient", cpu * 1e6 / count / static_cast<double>(people)},
          {"bytes_per_join", bytes / count}};
}

Figures measure_storm(Target target, std::size_t people) {
  Population population(target.endpoint, target.dialect);
  for (std::size_t i = 0; i < people; ++i) population.connect();
  const auto bytes_before = static_cast<double>(population.bytes_received());
  const auto cpu_before = target.process.cpu_time();
  const auto start = Clock::now();
  for (std::size_t i = 0; i < people; ++i) {
    target.dialect.greet(population[i]);
    population.run_once(milliseconds(0));
  }
  population.run_until([&] {
    for (std::size_t i = 0; i < people; ++i) {
      if (!population[i].ready) return false;
    }
    return true;
  });
  const double all_welcome = seconds_of(Clock::now() - start);
  population.run_until_quiet(kQuiet);
  return {{"bytes", static_cast<double>(population.bytes_received()) - bytes_before},
          {"cpu_ms", seconds_of(target.process.cpu_time() - cpu_before) * 1e3},
          {"all_welcome_ms", all_welcome * 1e3}};
}

}  // namespace visavis::bench

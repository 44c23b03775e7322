// What is measured. Each scenario is one run against one server and gives figures by name.
#pragma once

#include <chrono>
#include <cstddef>

#include "bench/generator/dialect.h"
#include "bench/generator/program.h"
#include "bench/generator/server_process.h"
#include "bench/generator/stream.h"

namespace visavis::bench {

struct Target {
  Endpoint endpoint;
  Dialect& dialect;
  ServerProcess process;
};

// Server CPU per relayed message: each pair has one message in flight, or a call's 22 messages in 3
// writes.
enum class Pattern { kOneInFlight, kBursts };
Figures measure_relay(Target target, Pattern pattern, std::size_t pairs,
                      std::chrono::milliseconds duration);

// From the moment a message was due to its arrival, at a fixed rate that does not wait for answers.
Figures measure_latency(Target target, std::size_t pairs, std::size_t messages_per_second,
                        std::chrono::milliseconds duration);

// Resident memory per connection that says nothing but heartbeats.
Figures measure_idle(Target target, std::size_t count, std::chrono::milliseconds settle);

// Server CPU of connecting, being known to the server, and leaving, one after the other.
Figures measure_connect(Target target, std::size_t count);

// One person joins `people` others.
Figures measure_join(Target target, std::size_t people, std::size_t joins);

// So many join at once.
Figures measure_storm(Target target, std::size_t people);

}  // namespace visavis::bench

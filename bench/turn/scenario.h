// What is measured of a relay. Each scenario is one run against one server and gives figures by
// name.
#pragma once

#include <chrono>
#include <cstddef>

#include "bench/generator/program.h"
#include "bench/generator/server_process.h"
#include "bench/turn/accounts.h"
#include "bench/turn/company.h"

namespace visavis::bench {

struct RelayTarget {
  ServerProcess process;
  const Accounts& accounts;
};

// Server CPU per packet that arrived, and the part that did not: so many packets are under way at a
// time, of bursts that take turns among all flows.
Figures measure_relayed(const RelayTarget& target, const Setting& setting,
                        std::size_t packets_in_flight, std::chrono::milliseconds duration);

// From the moment a packet was due to its arrival, at a fixed rate that does not wait for anything.
Figures measure_relay_latency(const RelayTarget& target, const Setting& setting,
                              std::size_t packets_per_second, std::chrono::milliseconds duration);

// Server CPU and resident memory of one allocation more, made one after the other, beyond the first
// hundreds.
Figures measure_allocations(const RelayTarget& target, const Setting& setting, std::size_t count);

}  // namespace visavis::bench

// The relay's counters, as /metrics shows them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "server/ops/metrics.h"
#include "server/services/relay_loop.h"

namespace visavis::services {

// What was refused so far, by kind: the reasons of turn::Refusal, and packets that a loop had no
// room for.
struct RefusalCount {
  std::string_view kind;
  std::uint64_t count = 0;
};
std::vector<RefusalCount> refusals(const RelayReport& report);
// The same word for one of them.
std::string_view name_of(turn::Refusal refusal);

void write_relay_metrics(const RelayReport& report, ops::MetricWriter& writer);

}  // namespace visavis::services

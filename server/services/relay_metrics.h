// The relay's counters, as /metrics shows them.
#pragma once

#include "server/ops/metrics.h"
#include "server/services/relay_loop.h"

namespace visavis::services {

void write_relay_metrics(const RelayReport& report, ops::MetricWriter& writer);

}  // namespace visavis::services

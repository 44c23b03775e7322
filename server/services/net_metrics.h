// The network's counters, as /metrics shows them.
#pragma once

#include "server/net/server.h"
#include "server/ops/metrics.h"

namespace visavis::services {

// Thread-safe.
void write_net_metrics(const net::Server& server, ops::MetricWriter& writer);

}  // namespace visavis::services

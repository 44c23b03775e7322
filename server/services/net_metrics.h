// The network's counters, as /metrics shows them.
#pragma once

#include <string_view>
#include <vector>

#include "server/net/histogram.h"
#include "server/net/server.h"
#include "server/ops/metrics.h"
#include "server/ops/refusal_log.h"

namespace visavis::services {

// In seconds. Thread-safe.
void write_histogram(std::string_view name, std::string_view help, const net::Histogram& histogram,
                     ops::MetricWriter& writer, const ops::MetricWriter::Labels& labels = {});

// For ops::RefusalLog. Thread-safe.
void add_net_refusals(const net::Server& server, std::vector<ops::RefusalTotal>& totals);

// Thread-safe.
void write_net_metrics(const net::Server& server, ops::MetricWriter& writer);

}  // namespace visavis::services

// What the signaling service counts of the hub's rounds, as /metrics shows it.
#pragma once

#include <vector>

#include "server/ops/metrics.h"
#include "server/ops/refusal_log.h"
#include "server/services/signaling_service.h"

namespace visavis::services {

// For ops::RefusalLog. Thread-safe.
void add_signaling_refusals(const SignalingService& signaling,
                            std::vector<ops::RefusalTotal>& totals);
// Thread-safe.
void write_signaling_metrics(const SignalingService& signaling, ops::MetricWriter& writer);

}  // namespace visavis::services

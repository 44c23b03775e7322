// Writes into the log what the parts of the server refuse: asks them for their counts every second,
// and ops::RefusalLog for the lines.
#pragma once

#include <functional>
#include <vector>

#include "server/net/event_loop.h"
#include "server/net/loop_timer.h"
#include "server/ops/log.h"
#include "server/ops/refusal_log.h"

namespace visavis::services {

// To be made, and given its sources, before the loop runs, and to outlive its run, as must `log`
// and the sources.
class RefusalReports {
 public:
  // Adds its totals. Called on the loop.
  using Source = std::function<void(std::vector<ops::RefusalTotal>&)>;

  RefusalReports(net::EventLoop& loop, ops::Log& log, Duration interval = seconds(1));

  void add_source(Source source) { sources_.push_back(std::move(source)); }

 private:
  void report();

  ops::Log& log_;
  const Duration interval_;
  std::vector<Source> sources_;
  ops::RefusalLog refusals_;
  net::LoopTimer timer_;
};

}  // namespace visavis::services

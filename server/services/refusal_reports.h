// Writes into the log what the parts of the server refuse: asks them for their counts every second,
// ops::RefusalLog for the lines, and ops::RefusalNotes for who it was.
#pragma once

#include <functional>
#include <vector>

#include "server/net/event_loop.h"
#include "server/net/loop_timer.h"
#include "server/ops/line_budget.h"
#include "server/ops/log.h"
#include "server/ops/metrics.h"
#include "server/ops/refusal_log.h"
#include "server/ops/refusal_notes.h"

namespace visavis::services {

// To be made, and given its sources, before the loop runs, and to outlive its run, as must all that
// it is given.
class RefusalReports {
 public:
  // Adds its totals. Called on the loop.
  using Source = std::function<void(std::vector<ops::RefusalTotal>&)>;

  // `budget` belongs to the loop's thread.
  RefusalReports(net::EventLoop& loop, ops::Log& log, ops::RefusalNotes& notes,
                 ops::LineBudget& budget, Duration interval = seconds(1));

  void add_source(Source source) { sources_.push_back(std::move(source)); }

 private:
  void report();
  void write_kind(const ops::RefusalLine& line);
  void write_client(const ops::ClientLine& line);

  ops::Log& log_;
  ops::RefusalNotes& notes_;
  ops::LineBudget& budget_;
  const Duration interval_;
  std::vector<Source> sources_;
  ops::RefusalLog refusals_;
  net::LoopTimer timer_;
};

// Refused clients by how they came, as far as that is noted. Thread-safe.
void write_note_metrics(const ops::RefusalNotes& notes, ops::MetricWriter& writer);

}  // namespace visavis::services

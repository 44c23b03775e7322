// Writes into the log how calls and relay allocations went, one line each, and counts them.
//
// A call's line comes a moment after its end: by then the relay has told what it carried for it.
// Where there are more lines than ops::LineBudget has room for, one line a minute says how many
// there would have been, and what they carried.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <mutex>

#include "core/signaling/parts/report.h"
#include "core/turn/report.h"
#include "server/net/event_loop.h"
#include "server/net/loop_timer.h"
#include "server/ops/line_budget.h"
#include "server/ops/log.h"
#include "server/ops/metrics.h"
#include "server/services/relay_use.h"

namespace visavis::services {

// To be made before the loop runs, and to outlive its run, as must all that it is given.
class EventLog {
 public:
  struct Options {
    bool has_relay = true;  // else nobody knows which way a call's data went
    Duration relay_patience = seconds(1);
  };
  // `budget` belongs to the loop's thread.
  EventLog(net::EventLoop& loop, ops::Log& log, ops::LineBudget& budget, const Options& options);
  // Writes what waits.
  ~EventLog();
  EventLog(const EventLog&) = delete;
  EventLog& operator=(const EventLog&) = delete;

  // On the loop.
  void on_call_over(const signaling::CallOver& call);
  // Any thread.
  void on_allocation_over(turn::AllocationOver allocation);

  // Any thread.
  void write_metrics(ops::MetricWriter& writer) const;

 private:
  struct Waiting {
    signaling::CallOver call;
    Instant due;
  };
  struct Totals {
    std::array<std::array<std::uint64_t, turn::kAllocationEnds>, 3> allocations{};  // by transport
    double allocation_seconds = 0;
    std::uint64_t calls_direct = 0;
    std::uint64_t calls_relayed = 0;
    double call_seconds = 0;  // since there were two
    std::uint64_t lines_held_back = 0;
  };
  struct HeldBack {
    std::uint64_t calls = 0;
    std::uint64_t allocations = 0;
    std::uint64_t relayed_bytes = 0;
  };

  void take_allocation(const turn::AllocationOver& allocation);
  void write_call(const signaling::CallOver& call, Instant now);
  void on_timer();
  void tell_held_back(Instant now);

  net::EventLoop& loop_;
  ops::Log& log_;
  ops::LineBudget& budget_;
  const Options options_;
  RelayUse relay_use_;
  std::deque<Waiting> waiting_;
  HeldBack held_back_;
  Instant held_back_told_{};
  net::LoopTimer timer_;

  mutable std::mutex mutex_;
  Totals totals_;
};

}  // namespace visavis::services

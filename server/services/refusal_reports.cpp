#include "server/services/refusal_reports.h"

#include <utility>

#include "server/net/clock.h"

namespace visavis::services {

RefusalReports::RefusalReports(net::EventLoop& loop, ops::Log& log, Duration interval)
    : log_(log), interval_(interval), timer_(loop.context(), [this] { report(); }) {
  timer_.fire_after(interval_);
}

void RefusalReports::report() {
  std::vector<ops::RefusalTotal> totals;
  for (const Source& source : sources_) source(totals);
  for (const ops::RefusalLine& line : refusals_.update(totals, net::monotonic_now())) {
    log_.write(line.level, line.sentence,
               {{"area", line.area}, {"kind", line.kind}, {"count", line.count}});
  }
  timer_.fire_after(interval_);
}

}  // namespace visavis::services

// Looks at the server's certificate at the start, once a day, and whenever it has been read again,
// and tells the log what is wrong with it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "server/net/clock.h"
#include "server/net/event_loop.h"
#include "server/net/loop_timer.h"
#include "server/net/tls_context.h"
#include "server/ops/log.h"
#include "server/ops/metrics.h"
#include "server/services/certificate_check.h"

namespace visavis::services {

// Of the loop's thread; must outlive its run, as must `log`.
class CertificateWatch {
 public:
  static constexpr Duration kInterval = std::chrono::hours(24);

  // The calendar; called on any thread. Tests play their own.
  using Clock = std::function<std::chrono::sys_seconds()>;

  // Without TLS (`tls` is null) it does nothing.
  CertificateWatch(net::EventLoop& loop, ops::Log& log, std::shared_ptr<const net::TlsContext> tls,
                   std::vector<ServedHost> hosts, Duration interval = kInterval,
                   Clock now = net::wall_now);

  void look();

  // Any thread.
  void write_metrics(ops::MetricWriter& writer) const;

 private:
  ops::Log& log_;
  const std::shared_ptr<const net::TlsContext> tls_;
  const std::vector<ServedHost> hosts_;
  const Duration interval_;
  const Clock now_;
  net::LoopTimer timer_;
};

}  // namespace visavis::services

// All that the log tells of what clients do, put together: refusals with who they hit, calls, relay
// allocations, the certificate.
#pragma once

#include <memory>

#include "core/signaling/parts/report.h"
#include "core/turn/report.h"
#include "server/net/client_note.h"
#include "server/net/event_loop.h"
#include "server/net/tls_context.h"
#include "server/ops/config.h"
#include "server/ops/log.h"
#include "server/ops/metrics.h"
#include "server/ops/refusal_notes.h"
#include "server/services/certificate_watch.h"
#include "server/services/event_log.h"
#include "server/services/refusal_reports.h"

namespace visavis::services {

// What the network side notes. `notes` must outlive the sink.
net::NoteSink note_sink(ops::RefusalNotes& notes);

// To be made before the loop runs, and to outlive its run, as must all that it is given.
class OperatorLog {
 public:
  // `tls` is null without TLS.
  OperatorLog(net::EventLoop& loop, ops::Log& log, ops::RefusalNotes& notes,
              const ops::Config& config, std::shared_ptr<const net::TlsContext> tls);

  void add_refusals(RefusalReports::Source source) { refusals_.add_source(std::move(source)); }

  // On the loop.
  void on_refused(const signaling::ClientRefused& refused, const IpAddress& client, net::Via via);
  void on_call_over(const signaling::CallOver& call) { events_.on_call_over(call); }
  void on_certificate_read() { certificate_.look(); }
  // Any thread.
  void on_refused(const turn::RequestRefused& refused);
  void on_allocation_over(turn::AllocationOver over) {
    events_.on_allocation_over(std::move(over));
  }
  void write_metrics(ops::MetricWriter& writer) const;

 private:
  ops::Log& log_;
  ops::RefusalNotes& notes_;
  ops::LineBudget budget_;
  RefusalReports refusals_;
  EventLog events_;
  CertificateWatch certificate_;
};

}  // namespace visavis::services

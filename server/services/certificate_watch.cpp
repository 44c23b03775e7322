#include "server/services/certificate_watch.h"

#include <utility>

namespace visavis::services {

CertificateWatch::CertificateWatch(net::EventLoop& loop, ops::Log& log,
                                   std::shared_ptr<const net::TlsContext> tls,
                                   std::vector<ServedHost> hosts, Duration interval, Clock now)
    : log_(log),
      tls_(std::move(tls)),
      hosts_(std::move(hosts)),
      interval_(interval),
      now_(std::move(now)),
      timer_(loop.context(), [this] { look(); }) {
  look();
}

void CertificateWatch::look() {
  if (!tls_) return;
  const net::CertificateDates dates = tls_->dates();
  const CertificateFacts facts{.not_before = dates.not_before,
                               .not_after = dates.not_after,
                               .names = *tls_->names(),
                               .missing_issuer = tls_->missing_issuer().value_or("")};
  for (const auto& problem : check_certificate(facts, hosts_, now_())) {
    std::vector<ops::LogField> fields;
    fields.reserve(problem.fields.size());
    for (const auto& [key, value] : problem.fields) fields.emplace_back(key, value);
    log_.write(problem.level, problem.sentence, fields);
  }
  timer_.fire_after(interval_);
}

void CertificateWatch::write_metrics(ops::MetricWriter& writer) const {
  if (!tls_) return;
  const auto left = tls_->dates().not_after - now_();
  writer.gauge("visavis_certificate_expiry_seconds",
               "Until the first certificate of the chain expires; below 0 once it has.",
               static_cast<double>(left.count()));
}

}  // namespace visavis::services

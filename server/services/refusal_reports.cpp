#include "server/services/refusal_reports.h"

#include <string>
#include <utility>

#include "server/net/clock.h"

namespace visavis::services {

RefusalReports::RefusalReports(net::EventLoop& loop, ops::Log& log, ops::RefusalNotes& notes,
                               ops::LineBudget& budget, Duration interval)
    : log_(log),
      notes_(notes),
      budget_(budget),
      interval_(interval),
      timer_(loop.context(), [this] { report(); }) {
  timer_.fire_after(interval_);
}

void RefusalReports::report() {
  const Instant now = net::monotonic_now();
  std::vector<ops::RefusalTotal> totals;
  for (const Source& source : sources_) source(totals);
  for (const ops::RefusalLine& line : refusals_.update(totals, now, &budget_)) write_kind(line);
  for (const ops::ClientLine& line : notes_.take_client_lines(budget_, now)) write_client(line);
  timer_.fire_after(interval_);
}

void RefusalReports::write_kind(const ops::RefusalLine& line) {
  const ops::NoteSummary summary = notes_.take_summary(line.area, line.kind);
  std::vector<ops::LogField> fields{
      {"area", line.area}, {"kind", line.kind}, {"count", line.count}};
  if (!summary.from.empty()) fields.emplace_back("from", summary.from);
  if (summary.addresses > 0) fields.emplace_back("addresses", summary.addresses);
  for (const auto& [key, values] : summary.details) fields.emplace_back(key, values);
  log_.write(line.level, line.sentence, fields);
}

// What tools read: `client` comes before anything that the client chose itself.
void RefusalReports::write_client(const ops::ClientLine& line) {
  std::vector<ops::LogField> fields{{"area", line.area},
                                    {"kind", line.kind},
                                    ops::LogField::personal("client", line.client),
                                    {"count", line.count}};
  if (!line.user.empty()) fields.push_back(ops::LogField::personal("user", line.user));
  log_.write(ops::LogLevel::kWarn, "A client was refused.", fields);
}

void write_note_metrics(const ops::RefusalNotes& notes, ops::MetricWriter& writer) {
  for (const ops::RefusalNotes::Total& total : notes.totals()) {
    writer.counter("visavis_refused_clients_total",
                   "Clients that were refused something, by kind and by how they came.",
                   static_cast<double>(total.count),
                   {{"area", total.area}, {"kind", total.kind}, {"from", total.from}});
  }
}

}  // namespace visavis::services

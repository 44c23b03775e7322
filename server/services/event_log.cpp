#include "server/services/event_log.h"

#include <boost/asio/post.hpp>
#include <chrono>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "core/base/base64url.h"
#include "server/net/clock.h"

namespace visavis::services {
namespace {

using Purpose = ops::LineBudget::Purpose;

// A relay carries some checks also for those who find a direct path: beyond this it was the path.
constexpr double kCheckBytes = 10'000;
constexpr double kCheckBytesPerSecond = 500;
// As much of a call's id as tells it from others in a log.
constexpr std::size_t kCallChars = 8;

double in_seconds(Duration duration) {
  const double exact = std::chrono::duration<double>(duration).count();
  return std::round(exact * 10) / 10;
}

bool went_through_relay(std::uint64_t bytes, Duration talked) {
  return static_cast<double>(bytes) > kCheckBytes + kCheckBytesPerSecond * in_seconds(talked);
}

std::string_view what_happened(const signaling::CallOver& call) {
  if (call.talked) return "A call ended.";
  return call.in_room ? "A room was left before a second person came." : "A call was not answered.";
}

}  // namespace

EventLog::EventLog(net::EventLoop& loop, ops::Log& log, ops::LineBudget& budget,
                   const Options& options)
    : loop_(loop), log_(log), budget_(budget), options_(options), timer_(loop.context(), [this] {
        on_timer();
      }) {}

EventLog::~EventLog() {
  const Instant now = net::monotonic_now();
  for (const Waiting& waiting : waiting_) write_call(waiting.call, now);
}

void EventLog::on_call_over(const signaling::CallOver& call) {
  const Instant due = net::monotonic_now() + options_.relay_patience;
  waiting_.push_back({call, due});
  timer_.fire_by(waiting_.front().due);
}

void EventLog::on_allocation_over(turn::AllocationOver allocation) {
  boost::asio::post(loop_.context(),
                    [this, allocation = std::move(allocation)] { take_allocation(allocation); });
}

void EventLog::take_allocation(const turn::AllocationOver& allocation) {
  const std::uint64_t bytes = allocation.bytes_from_client + allocation.bytes_to_client;
  if (!allocation.call.empty()) relay_use_.add(allocation.call, bytes);
  {
    const std::lock_guard lock(mutex_);
    ++totals_.allocations[static_cast<std::size_t>(allocation.client.transport)]
                         [static_cast<std::size_t>(allocation.why)];
    totals_.allocation_seconds += std::chrono::duration<double>(allocation.duration).count();
  }
  if (!log_.enabled(ops::LogLevel::kInfo)) return;
  if (!budget_.take(Purpose::kEvent, net::monotonic_now())) {
    ++held_back_.allocations;
    held_back_.relayed_bytes += bytes;
    return timer_.fire_after(options_.relay_patience);
  }
  const std::string client = allocation.client.client.address.to_string();
  std::vector<ops::LogField> fields{{"reason", to_text(allocation.why)},
                                    {"transport", to_text(allocation.client.transport)},
                                    {"duration_s", in_seconds(allocation.duration)},
                                    {"bytes_from_client", allocation.bytes_from_client},
                                    {"bytes_to_client", allocation.bytes_to_client}};
  const std::string_view call = std::string_view(allocation.call).substr(0, kCallChars);
  if (!call.empty()) fields.emplace_back("call", call);
  if (log_.names_people()) {
    fields.push_back(ops::LogField::personal("client", client));
    if (!allocation.user.empty()) {
      fields.push_back(ops::LogField::personal("user", allocation.user));
    }
  }
  log_.write(ops::LogLevel::kInfo, "A relay allocation ended.", fields);
}

void EventLog::write_call(const signaling::CallOver& call, Instant now) {
  const std::string id = to_text(call.id);
  const RelayUse::Use use = relay_use_.take(id);
  const Duration talked = call.talked.value_or(Duration::zero());
  const bool relayed = went_through_relay(use.bytes, talked);
  {
    const std::lock_guard lock(mutex_);
    totals_.call_seconds += std::chrono::duration<double>(talked).count();
    if (call.talked && options_.has_relay)
      ++(relayed ? totals_.calls_relayed : totals_.calls_direct);
  }
  if (!log_.enabled(ops::LogLevel::kInfo)) return;
  if (!budget_.take(Purpose::kEvent, now)) {
    ++held_back_.calls;
    return;
  }
  const std::string address = call.caller_address.to_string();
  std::vector<ops::LogField> fields{
      {"call", std::string_view(id).substr(0, kCallChars)},
      {"reason", to_text(call.reason)},
      {"duration_s", in_seconds(call.talked ? talked : call.duration)},
      {"people", call.people_max},
      {"media", call.video ? "video" : "audio"},
      {"in", call.in_room ? "room" : "call"}};
  if (call.talked && options_.has_relay) {
    fields.emplace_back("path", relayed ? "relayed" : "direct");
    fields.emplace_back("relayed_bytes", use.bytes);
  }
  if (call.restored) fields.emplace_back("restored", true);
  if (log_.names_people() && !call.caller.empty()) {
    fields.push_back(ops::LogField::personal("client", address));
    fields.push_back(ops::LogField::personal("user", call.caller));
  }
  log_.write(ops::LogLevel::kInfo, what_happened(call), fields);
}

void EventLog::on_timer() {
  const Instant now = net::monotonic_now();
  while (!waiting_.empty() && waiting_.front().due <= now) {
    write_call(waiting_.front().call, now);
    waiting_.pop_front();
  }
  tell_held_back(now);
  if (!waiting_.empty()) timer_.fire_by(waiting_.front().due);
}

void EventLog::tell_held_back(Instant now) {
  if (held_back_.calls + held_back_.allocations == 0) return;
  if (now < held_back_told_ + minutes(1) || !budget_.take(Purpose::kKind, now)) {
    return timer_.fire_after(options_.relay_patience);
  }
  held_back_told_ = now;
  const HeldBack told = std::exchange(held_back_, {});
  {
    const std::lock_guard lock(mutex_);
    totals_.lines_held_back += told.calls + told.allocations;
  }
  log_.info(
      "More calls and relay allocations ended than the log has lines for: log_lines_per_minute in "
      "[limits] says how many it has.",
      {{"calls", told.calls},
       {"allocations", told.allocations},
       {"relayed_bytes", told.relayed_bytes}});
}

void EventLog::write_metrics(ops::MetricWriter& writer) const {
  std::unique_lock lock(mutex_);
  const Totals totals = totals_;
  lock.unlock();
  for (std::size_t transport = 0; transport < totals.allocations.size(); ++transport) {
    for (std::size_t why = 0; why < turn::kAllocationEnds; ++why) {
      writer.counter("visavis_relay_allocations_ended_total", "Allocations that ended, by reason.",
                     static_cast<double>(totals.allocations[transport][why]),
                     {{"reason", to_text(static_cast<turn::AllocationEnd>(why))},
                      {"transport", to_text(static_cast<turn::Transport>(transport))}});
    }
  }
  writer.counter("visavis_relay_allocation_seconds_total",
                 "How long the allocations that ended had stood, all together.",
                 totals.allocation_seconds);
  constexpr std::string_view kPaths = "visavis_calls_by_path_total";
  constexpr std::string_view kPathsHelp =
      "Answered calls that ended, by whether their data went through this server's relay.";
  writer.counter(kPaths, kPathsHelp, static_cast<double>(totals.calls_direct),
                 {{"path", "direct"}});
  writer.counter(kPaths, kPathsHelp, static_cast<double>(totals.calls_relayed),
                 {{"path", "relayed"}});
  writer.counter("visavis_call_seconds_total",
                 "How long the calls that ended had two people or more, all together.",
                 totals.call_seconds);
  writer.counter("visavis_log_lines_held_back_total",
                 "Lines about calls and allocations that log_lines_per_minute had no room for.",
                 static_cast<double>(totals.lines_held_back));
}

}  // namespace visavis::services

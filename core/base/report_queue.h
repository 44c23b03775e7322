// What a core has to tell the log: a queue beside its commands. Nothing depends on it, so that it
// may be off, and loses what comes while it is full.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

namespace visavis {

template <typename Report>
class ReportQueue {
 public:
  // More waits only for a shell that does not poll.
  static constexpr std::size_t kReportsMax = 1'024;

  explicit ReportQueue(bool on) : on_(on) {}

  // False: what is pushed is lost, so that it need not be made.
  bool is_on() const { return on_; }
  void push(Report report) {
    if (on_ && waiting_.size() < kReportsMax) waiting_.push_back(std::move(report));
  }
  std::optional<Report> poll() {
    if (waiting_.empty()) return std::nullopt;
    std::optional<Report> next(std::move(waiting_.front()));
    waiting_.pop_front();
    return next;
  }

 private:
  bool on_;
  std::deque<Report> waiting_;
};

}  // namespace visavis

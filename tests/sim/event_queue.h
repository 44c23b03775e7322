// Virtual time: what happens when, in one thread, repeatably.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "core/base/time.h"

namespace visavis::sim {

class EventQueue {
 public:
  Instant now() const { return now_; }

  void after(Duration delay, std::function<void()> action) {
    events_.emplace(now_ + delay, std::move(action));
  }

  std::optional<Instant> next() const {
    if (events_.empty()) return std::nullopt;
    return events_.begin()->first;
  }

  // Precondition: there is an event.
  void run_next() {
    auto node = events_.extract(events_.begin());
    now_ = std::max(now_, node.key());
    node.mapped()();
  }

  void advance_to(Instant when) { now_ = std::max(now_, when); }

 private:
  Instant now_{seconds(1)};
  std::multimap<Instant, std::function<void()>>
      events_;  // equal times in the order of their making
};

}  // namespace visavis::sim

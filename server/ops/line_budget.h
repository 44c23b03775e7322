// How many lines the log gets, in any minute, for what clients do: so many that it tells a story,
// and so few that nobody can fill it.
#pragma once

#include <cstddef>
#include <deque>

#include "core/base/time.h"

namespace visavis::ops {

// Pure: no clock. Not thread-safe.
class LineBudget {
 public:
  // What a line is for. The first ones have all of the budget, the others leave some of it to those
  // before them.
  enum class Purpose {
    kKind,    // a kind of refusal, with its count
    kGuess,   // one client that was refused because it guesses, see is_guess()
    kEvent,   // a call, a relay allocation
    kClient,  // one client that was refused something else
  };

  explicit LineBudget(std::size_t lines_per_minute) : lines_per_minute_(lines_per_minute) {}

  // False: not now; tell it later, or count it.
  bool take(Purpose purpose, Instant now) {
    while (!written_.empty() && written_.front() + minutes(1) <= now) written_.pop_front();
    if (written_.size() >= share(purpose)) return false;
    written_.push_back(now);
    return true;
  }

 private:
  std::size_t share(Purpose purpose) const {
    switch (purpose) {
      case Purpose::kKind:
        return lines_per_minute_;
      case Purpose::kGuess:
        return lines_per_minute_ * 3 / 4;
      case Purpose::kEvent:
        return lines_per_minute_ * 3 / 5;
      case Purpose::kClient:
        break;
    }
    return lines_per_minute_ / 2;
  }

  std::size_t lines_per_minute_;
  std::deque<Instant> written_;  // in the last minute
};

}  // namespace visavis::ops

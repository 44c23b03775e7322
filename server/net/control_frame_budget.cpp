#include "server/net/control_frame_budget.h"

#include <algorithm>
#include <cstdint>

namespace visavis::net {

bool ControlFrameBudget::take(Instant now) {
  const Duration each = Duration(seconds(1)) / static_cast<std::int64_t>(per_second_);
  const auto room = static_cast<std::int64_t>(burst_ - left_);
  const std::int64_t earned = std::min((now - filled_at_) / each, room);
  left_ += static_cast<std::size_t>(earned);
  // A full budget earns nothing; the fraction of a frame that is under way is kept.
  filled_at_ = left_ == burst_ ? now : filled_at_ + earned * each;
  if (left_ == 0) return false;
  --left_;
  return true;
}

}  // namespace visavis::net

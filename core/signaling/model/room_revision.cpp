#include "core/signaling/model/room_revision.h"

#include <algorithm>

namespace visavis::signaling {

RoomRevision RoomRevision::next() const {
  RoomRevision changed = *this;
  ++changed.counts_[levels_ - 1];
  return changed;
}

RoomRevision RoomRevision::taken_up() const {
  RoomRevision deeper = *this;
  if (is_just_taken_up()) return deeper;
  if (levels_ < kLevelsMax) {
    ++deeper.levels_;
    return deeper;
  }
  // Later than everything of the same way.
  deeper.counts_ = {};
  deeper.counts_[0] = counts_[0] + 1;
  deeper.levels_ = 1;
  return deeper;
}

bool RoomRevision::led_to(const RoomRevision& later) const {
  // Levels at the end on which nothing has changed are the same as none.
  std::size_t last = levels_ - 1;
  while (last > 0 && counts_[last] == 0) --last;
  const auto end = counts_.begin() + static_cast<std::ptrdiff_t>(last);
  return std::equal(counts_.begin(), end, later.counts_.begin()) &&
         counts_[last] <= later.counts_[last];
}

void RoomRevision::write(FieldWriter& out) const {
  out.number(levels_, 1);
  for (std::size_t i = 0; i < levels_; ++i) out.number(counts_[i], 4);
}

std::optional<RoomRevision> RoomRevision::read(FieldReader& in) {
  RoomRevision revision;
  revision.levels_ = in.number(1);
  if (revision.levels_ < 1 || revision.levels_ > kLevelsMax) return std::nullopt;
  for (std::size_t i = 0; i < revision.levels_; ++i) {
    revision.counts_[i] = static_cast<std::uint32_t>(in.number(4));
  }
  return revision;
}

}  // namespace visavis::signaling

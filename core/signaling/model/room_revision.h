// Which state of a room's rules something was made under: a count of changes, and where it was
// taken up again by a server that had forgotten the room.
//
// A plain count would not do. A server that restarts takes a room up from whatever token is shown
// first, perhaps an old one, and then counts on; whoever holds the old token could count past the
// newest. So a room that is taken up again counts on one level deeper: [5] taken up becomes [5,0],
// then [5,1]; [6] is later than all of these, since the servers' ways parted at 5.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/signaling/model/token_fields.h"

namespace visavis::signaling {

class RoomRevision {
 public:
  // Of a room that has been taken up more often the levels become one again.
  static constexpr std::size_t kLevelsMax = 8;
  static constexpr std::size_t kEncodedBytesMax = 1 + kLevelsMax * 4;

  // 0: before every change.
  RoomRevision() = default;
  static RoomRevision first() { return RoomRevision().next(); }

  RoomRevision next() const;
  // For a server that has forgotten the room. Equal to this one, until the next change.
  RoomRevision taken_up() const;
  // Whether nothing has changed since it was taken up.
  bool is_just_taken_up() const { return levels_ > 1 && counts_[levels_ - 1] == 0; }

  // Whether `later` came of this one by changes and by being taken up.
  bool led_to(const RoomRevision& later) const;

  // Later is greater; of two that came of the same one, whichever had changed more when they
  // parted.
  friend std::strong_ordering operator<=>(const RoomRevision& a, const RoomRevision& b) {
    return a.counts_ <=> b.counts_;
  }
  friend bool operator==(const RoomRevision& a, const RoomRevision& b) {
    return a.counts_ == b.counts_;
  }

  void write(FieldWriter& out) const;
  // Nothing where no write() made it.
  static std::optional<RoomRevision> read(FieldReader& in);

 private:
  std::array<std::uint32_t, kLevelsMax> counts_{};
  std::size_t levels_ = 1;
};

}  // namespace visavis::signaling

#include "core/signaling/parts/room_book.h"

#include <algorithm>

namespace visavis::signaling {

Room* RoomBook::find(std::string_view name) {
  const auto it = rooms_.find(std::string(name));
  return it == rooms_.end() ? nullptr : it->second.get();
}

Room* RoomBook::make(std::string_view name, const UserId& maker, const Source& source) {
  const auto of_maker = by_maker_.find(maker);
  const bool person_full =
      of_maker != by_maker_.end() && of_maker->second.size() >= limits_.rooms_per_person_max;
  const bool source_full = !shares_.has_place(source);
  if (person_full || source_full) {
    Room* const own = oldest_empty_of(maker);
    // One that was made at another address makes no place at this one.
    if (own == nullptr || (source_full && own->maker_source != source)) return nullptr;
    given_up_.use(own->rules.instance, [] { return GivenUp(); });
    forget(*own);
  }
  auto owned = std::make_unique<Room>();
  Room& room = *owned;
  room.name = name;
  rooms_.emplace(room.name, std::move(owned));
  room.maker = maker;
  room.maker_source = source;
  by_maker_[maker].push_back(&room);
  shares_.add(source);
  return &room;
}

// Only rooms that are theirs, too: not those of others that they only brought back.
Room* RoomBook::oldest_empty_of(const UserId& maker) {
  Room* oldest = nullptr;
  const auto it = by_maker_.find(maker);
  if (it == by_maker_.end()) return nullptr;
  for (Room* room : it->second) {
    if (!room->forget_at || room->rules.creator != maker) continue;
    if (oldest == nullptr || *room->forget_at < *oldest->forget_at) oldest = room;
  }
  return oldest;
}

void RoomBook::charge(Room& room, const UserId& maker, const Source& source) {
  discharge(room);
  room.maker = maker;
  room.maker_source = source;
  by_maker_[maker].push_back(&room);
  shares_.add(source);
}

void RoomBook::discharge(Room& room) {
  const auto of_maker = by_maker_.find(room.maker);
  std::erase(of_maker->second, &room);
  if (of_maker->second.empty()) by_maker_.erase(of_maker);
  shares_.remove(room.maker_source);
}

void RoomBook::keep(Room& room) {
  if (room.forget_at) deadlines_.clear(*room.forget_at, room.name);
  room.forget_at.reset();
}

void RoomBook::forget_later(Room& room, Instant when) {
  keep(room);
  room.forget_at = when;
  deadlines_.set(when, room.name);
}

void RoomBook::forget(Room& room) {
  keep(room);
  discharge(room);
  if (room.counted_as_restricted) --restricted_;
  rooms_.erase(std::string(room.name));
}

void RoomBook::forget_due(Instant now) {
  while (const auto name = deadlines_.pop_due(now)) {
    Room& room = *find(*name);
    room.forget_at.reset();
    forget(room);
  }
}

void RoomBook::note_rules(Room& room) {
  const bool restricts = !room.unclaimed && room.rules.restrict_anybody();
  if (restricts == room.counted_as_restricted) return;
  room.counted_as_restricted = restricts;
  restricts ? ++restricted_ : --restricted_;
}

}  // namespace visavis::signaling

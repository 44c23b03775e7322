// Whose turn it is among those who share something: deficit round robin with the two lists of
// RFC 8290 section 4. Whoever comes with something new goes before those who have been waiting for
// more than their share, so that one small request passes a thousand large ones.
//
// Pure: knows neither clocks nor what is shared. Not thread-safe.
#pragma once

#include <cassert>
#include <cstdint>
#include <list>

#include "core/base/time.h"

namespace visavis::services {

// What Turns keeps of one who shares; a base of whoever that is.
struct Turn {
  enum class List : std::uint8_t { kNone, kNew, kOld };

  Duration credit{0};  // what may still be used in this turn; below zero after a costly one
  List list = List::kNone;
  std::list<Turn*>::iterator place{};
};

// Sharer is a Turn and has `bool is_waiting() const`: whether it wants a turn. Must not outlive its
// sharers, unless cleared.
template <typename Sharer>
class Turns {
 public:
  // `quantum`: what everybody may use in one turn.
  explicit Turns(Duration quantum) : quantum_(quantum) { assert(quantum > Duration::zero()); }

  // It wants a turn. Nothing changes where it is here already: its debt stays.
  void add(Sharer& sharer) {
    Turn& turn = sharer;
    if (turn.list != Turn::List::kNone) return;
    turn.credit = quantum_;
    turn.list = Turn::List::kNew;
    turn.place = new_.insert(new_.end(), &turn);
  }

  void remove(Sharer& sharer) {
    Turn& turn = sharer;
    if (turn.list == Turn::List::kNone) return;
    list_of(turn).erase(turn.place);
    turn.list = Turn::List::kNone;
  }

  // Everybody leaves, whatever they owe.
  template <typename Left>
  void clear(Left left) {
    for (std::list<Turn*>* list : {&new_, &old_}) {
      while (!list->empty()) {
        auto& sharer = static_cast<Sharer&>(*list->front());
        remove(sharer);
        left(sharer);
      }
    }
  }

  // Whose turn it is; null where nobody is here who wants one. Those who want none any more and owe
  // nothing leave: `left` is called with each, and may destroy it.
  template <typename Left>
  Sharer* next(Left left) {
    while (true) {
      if (new_.empty() && old_.empty()) return nullptr;
      Turn& turn = *(new_.empty() ? old_ : new_).front();
      auto& sharer = static_cast<Sharer&>(turn);
      if (turn.credit <= Duration::zero()) {
        turn.credit += quantum_;
        move_to_old(turn);
      } else if (sharer.is_waiting()) {
        return &sharer;
      } else if (turn.list == Turn::List::kNew && !old_.empty()) {
        // Coming back at once must not be a way to stay new (RFC 8290 section 4.2).
        move_to_old(turn);
      } else {
        remove(sharer);
        left(sharer);
      }
    }
  }

 private:
  std::list<Turn*>& list_of(const Turn& turn) {
    return turn.list == Turn::List::kNew ? new_ : old_;
  }
  void move_to_old(Turn& turn) {
    old_.splice(old_.end(), list_of(turn), turn.place);
    turn.list = Turn::List::kOld;
  }

  Duration quantum_;
  std::list<Turn*> new_;
  std::list<Turn*> old_;
};

}  // namespace visavis::services

// Deadlines by key: set, clear, and which is next. One per kind of timer.
#pragma once

#include <optional>
#include <set>
#include <utility>

#include "core/base/time.h"

namespace visavis::signaling {

// The caller remembers each key's deadline, since it needs it anyway and thousands would double it
// here.
template <typename Key>
class Deadlines {
 public:
  void set(Instant when, const Key& key) { entries_.emplace(when, key); }
  void clear(Instant when, const Key& key) { entries_.erase({when, key}); }

  std::optional<Instant> next() const {
    if (entries_.empty()) return std::nullopt;
    return entries_.begin()->first;
  }

  // Removes and returns the first key whose deadline has come.
  std::optional<Key> pop_due(Instant now) {
    if (entries_.empty() || entries_.begin()->first > now) return std::nullopt;
    Key key = entries_.begin()->second;
    entries_.erase(entries_.begin());
    return key;
  }

 private:
  std::set<std::pair<Instant, Key>> entries_;
};

}  // namespace visavis::signaling

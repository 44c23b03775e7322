// Calls and participations that are over while credentials for them are still valid.
#pragma once

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/base/time.h"

namespace visavis::turn {

class EndedCalls {
 public:
  // When there are more, those that would be forgotten first are.
  explicit EndedCalls(std::size_t max) : max_(max) {}

  // The whole call without a participant. Remembered for as long as a credential may be valid.
  void add(std::string_view call, std::optional<std::string_view> participant, Instant now);
  bool contains(std::string_view call, std::string_view participant) const;

  std::size_t size() const { return index_.size(); }

 private:
  struct Entry {
    std::string name;
    Instant until;
  };
  void forget(Instant now);

  std::size_t max_;
  std::list<Entry> entries_;  // in the order in which they are forgotten
  std::unordered_map<std::string_view, std::list<Entry>::iterator> index_;  // views of `entries_`
};

}  // namespace visavis::turn

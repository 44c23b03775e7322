// Whom one person has blocked: calls from them ring at nobody (PROTOCOL.md section 6). A plain
// value; kept for as long as the server knows the person.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "core/signaling/model/ids.h"

namespace visavis::signaling {

class Blocks {
 public:
  bool contains(const UserId& user) const {
    return std::find(users_.begin(), users_.end(), user) != users_.end();
  }

  // Where there are `max` already, the oldest makes place. Blocking somebody again changes nothing.
  void add(const UserId& user, std::size_t max) {
    if (max == 0 || contains(user)) return;
    if (users_.size() >= max) {
      users_.erase(users_.begin(), users_.begin() + static_cast<long>(users_.size() - max + 1));
    }
    users_.push_back(user);
  }

  void remove(const UserId& user) { std::erase(users_, user); }

  // Who was blocked first comes first.
  std::span<const UserId> users() const { return users_; }

 private:
  std::vector<UserId> users_;
};

}  // namespace visavis::signaling

// A call with a name, and what is remembered of it while nobody is inside (PROTOCOL.md section 12).
// Plain data; Hub::Impl keeps it consistent and owns it.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/signaling/ids.h"

namespace visavis::signaling {

struct Call;
struct Session;

// One session that waits to be let in.
struct Knock {
  KnockId id;
  Session* session = nullptr;
};

struct Room {
  std::string name;
  std::optional<UserId> creator;     // none once a restarted server knows the room again
  bool knock = false;                // others than those below must knock
  std::vector<UserId> admitted;      // may enter; who was admitted first comes first
  Call* call = nullptr;              // none while nobody is inside
  std::vector<Knock> knocks;         // in the order in which they came
  std::optional<Instant> forget_at;  // only while nobody is inside or knocks

  bool lets_in(const UserId& user) const {
    return !knock || user == creator ||
           std::find(admitted.begin(), admitted.end(), user) != admitted.end();
  }
};

}  // namespace visavis::signaling

// One look at a server: runs the probes one after the other, and the WebSocket's beside them, on a
// thread of its own. Blocks for ten seconds or more.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/random.h"
#include "server/doctor/observations.h"

namespace visavis::doctor {

struct Plan {
  Target target;
  std::string code;              // empty: reachability only
  bool code_is_own = false;      // was made for this look, and is good for minutes
  std::optional<HostSeen> host;  // where the server was asked through its control socket
  bool slow = false;             // keeps the WebSocket open for 70 s
  Duration throughput_for = seconds(2);
};

// `progress` is told what comes next, in some words.
Observations examine(const Plan& plan, Random& random,
                     const std::function<void(std::string_view)>& progress);

}  // namespace visavis::doctor

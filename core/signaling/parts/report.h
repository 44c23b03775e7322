// What the hub tells the log: who was refused what, and how calls went.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/base/ip_address.h"
#include "core/base/time.h"
#include "core/signaling/model/command.h"
#include "core/signaling/model/ids.h"
#include "core/signaling/wire/end_reason.h"
#include "core/signaling/wire/error_code.h"

namespace visavis::signaling {

// An error was sent. It comes before the connection is closed for it.
struct ClientRefused {
  ConnectionId connection;
  ErrorCode code{};
  bool stranger = true;    // has shown no token that says who it is
  std::string_view limit;  // which one was reached, as under [limits]; static, may be empty
  std::string user;        // a name; empty before hello
};

// A call has ended for everybody, or nobody took it.
struct CallOver {
  CallId id{};
  EndReason reason{};
  Duration duration{};               // since it began to ring, or its room was entered
  std::optional<Duration> talked{};  // since there were two; none: there never were
  std::size_t people_max = 0;        // inside at the same time
  bool video = true;
  bool in_room = false;
  bool restored = false;       // began before the server's last start: the times count from there
  std::string caller{};        // the name of whoever began it, empty where that is not known
  IpAddress caller_address{};  // with it
};

using Report = std::variant<ClientRefused, CallOver>;

}  // namespace visavis::signaling

// What the hub asks its shell to do.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "core/base/ids.h"
#include "core/signaling/model/ids.h"

namespace visavis::signaling {

// One WebSocket connection of this process. The shell chooses the value and never uses it twice.
using ConnectionId = Handle<struct ConnectionTag>;

// A serialized message. Immutable and shared: a presence delta is one Frame for thousands of
// receivers.
using Frame = std::shared_ptr<const std::string>;

// Send `frame` as one text message. Messages to one connection leave in the order of the commands.
struct SendText {
  ConnectionId connection;
  Frame frame;
};

// Close after everything sent before it, with this RFC 6455 close code. The hub has already
// forgotten the connection: no on_close() for it is expected (one that comes is ignored).
struct CloseConnection {
  ConnectionId connection;
  std::uint16_t code;
  std::string reason;
};

// The call, or one participant's part in it, is over: its allocations end, and credentials for it
// are void. Comes only where there is a relay.
struct EndRelay {
  CallId call;
  std::optional<ParticipantId> participant;  // none: the whole call
};

// Whether this life has rooms whose rules restrict anybody. The next one must know (HubOptions);
// keep the latest where a crash leaves it.
struct RoomsWithRules {
  bool any;
};

using Command = std::variant<SendText, CloseConnection, EndRelay, RoomsWithRules>;

}  // namespace visavis::signaling

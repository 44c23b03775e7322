// What the WebSocket side of the server tells whoever lives behind it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/ids.h"
#include "core/base/ip_address.h"
#include "server/net/client_note.h"

namespace visavis::net {

// One WebSocket of this process, never used twice: the loop in the low 8 bits, then 24 bits of its
// place there, then 32 bits that count the place's tenants.
using WebSocketId = Handle<struct WebSocketTag>;

inline constexpr unsigned kLoopsMax = 256;
inline unsigned loop_of(WebSocketId id) { return static_cast<unsigned>(id.value & 0xFF); }

// The payload of one text message. Shared among receivers.
using Frame = std::shared_ptr<const std::string>;

enum class WebSocketEnd : std::uint8_t {
  kLeft,       // the client closed with 1000
  kGoingAway,  // the client closed with 1001
  kLost,       // anything else: reset, timeout, too slow, protocol error
};

// Who opened a WebSocket, and how they found us.
struct WebSocketOrigin {
  IpAddress client;  // behind a trusted proxy, the forwarded address
  // HOST:PORT by which the client reached this very port; empty where a proxy stands between, or
  // when it did not say anything usable. Valid during the call.
  std::string_view reached_at;
  bool over_tls = false;  // ours, on this very port
  Via via = Via::kDirect;
};

enum class MessageRefusal : std::uint8_t { kBinary, kTooLarge };

// Called on the loop of the WebSocket, by several loops at the same time. May call Worker::send()
// and close() of that loop from within.
class WebSocketHandler {
 public:
  virtual ~WebSocketHandler() = default;
  virtual void on_open(WebSocketId id, const WebSocketOrigin& origin) = 0;
  // `text` is valid UTF-8, and valid during the call only.
  virtual void on_message(WebSocketId id, std::string_view text) = 0;
  // A message was not taken. Nothing more is read from this client: the handler must close it.
  virtual void on_refused(WebSocketId id, MessageRefusal refusal) = 0;
  // The WebSocket is gone; not called for one that the handler closed itself.
  virtual void on_closed(WebSocketId id, WebSocketEnd end) = 0;
  // How many bytes may be read from this client now. 0: the handler is behind with what this client
  // has sent. Nothing is read from it, so that it has to wait, until Worker::resume_reading().
  virtual std::size_t input_bytes_max(WebSocketId id) = 0;
};

}  // namespace visavis::net

// The connections of one event loop: owns them, names them, flushes them at the end of a round.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/ip_address.h"
#include "server/net/byte_stream.h"
#include "server/net/client_note.h"
#include "server/net/connection.h"
#include "server/net/connection_limiter.h"
#include "server/net/event_loop.h"
#include "server/net/host_policy.h"
#include "server/net/http.h"
#include "server/net/limits.h"
#include "server/net/origin_policy.h"
#include "server/net/packet_stream_handler.h"
#include "server/net/tls_context.h"
#include "server/net/websocket_handler.h"

namespace visavis::net {

class WebSocketConnection;

// What all workers of a server share. Immutable while they run.
struct WorkerSettings {
  Limits limits;
  std::size_t message_bytes_max = 65'536;  // of one WebSocket message
  std::vector<IpNetwork> trusted_proxies;
  OriginPolicy origins{"", {}};
  HostPolicy hosts;
  HttpHandler http;
  // Charges one failed HTTP request to this client's network; false where that has failed too often
  // and is told to wait. Thread-safe. Empty: failing is free.
  std::function<bool(const IpAddress& client)> charge_failed_request;
  NoteSink note{};                         // for the log; may be empty
  std::shared_ptr<TlsContext> tls;         // null: plain only
  WebSocketHandler* websockets = nullptr;  // outlives the workers
  // Outlives the workers. Null: such streams are closed.
  PacketStreamHandler* packet_streams = nullptr;
};

// A connection fresh from accept().
struct AcceptedConnection {
  ByteStream stream;
  Admission admission;
  IpAddress peer;
  Instant accepted_at;
  bool on_loopback = false;  // the listener's address or the peer's is a loopback one
  bool on_private_listener = false;
};

// Belongs to its loop's thread.
class Worker {
 public:
  Worker(EventLoop& loop, const WorkerSettings& settings);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  EventLoop& loop() { return loop_; }
  Counters& counters() { return loop_.counters(); }
  const WorkerSettings& settings() const { return settings_; }
  std::size_t connections() const { return connections_; }
  bool draining() const { return draining_; }

  void adopt(AcceptedConnection accepted);

  // WebSockets of this loop by id; ids of closed ones are ignored.
  void send(WebSocketId id, Frame frame);
  // Sends what is queued, then a close frame.
  void close(WebSocketId id, std::uint16_t code, std::string_view reason);

  // After WebSocketHandler::input_bytes_max() has been 0: it may not be any more, for one WebSocket
  // or for all of them.
  void resume_reading(WebSocketId id);
  void resume_reading();

  // Ends idle connections and tells the others to; `on_empty` is called once, when none is left.
  void drain(std::function<void()> on_empty);
  // Closes all at once.
  void close_all();

  // For connections. Counts it, and notes who it was for the log.
  void refuse(Refusal why, Via via, const std::optional<IpAddress>& client,
              std::initializer_list<NoteDetail> details = {});
  void note(std::string_view kind, Via via, const std::optional<IpAddress>& client,
            std::initializer_list<NoteDetail> details = {});
  void replace(Connection& old, std::unique_ptr<Connection> next);
  void remove(Connection& connection);
  WebSocketId name_websocket(const WebSocketConnection& connection);
  void flush_later(Connection& connection);

 private:
  struct Place {
    std::unique_ptr<Connection> connection;
    std::uint32_t tenants = 0;  // counted, so that ids are never used twice
    bool is_websocket = false;
  };
  static constexpr std::uint32_t kPlacesMax = 1U << 24;

  bool place(std::unique_ptr<Connection> connection);
  WebSocketConnection* find(WebSocketId id);
  void flush_dirty();
  void bury(std::unique_ptr<Connection> connection);
  void report_if_empty();

  EventLoop& loop_;
  const WorkerSettings& settings_;
  std::vector<Place> places_;
  std::vector<std::uint32_t> free_places_;
  std::size_t connections_ = 0;
  std::vector<Connection*> dirty_;
  bool draining_ = false;
  std::function<void()> on_empty_;
};

}  // namespace visavis::net

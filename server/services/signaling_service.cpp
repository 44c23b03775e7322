#include "server/services/signaling_service.h"

#include <chrono>
#include <utility>

#include "server/net/clock.h"

namespace visavis::services {
namespace {

constexpr Duration kPublishDelay = milliseconds(100);

signaling::ConnectionId to_connection(net::WebSocketId id) { return {id.value}; }
net::WebSocketId to_websocket(signaling::ConnectionId connection) { return {connection.value}; }

// Precondition: the command is for a WebSocket.
net::WebSocketId receiver_of(const signaling::Command& command) {
  if (const auto* text = std::get_if<signaling::SendText>(&command)) {
    return to_websocket(text->connection);
  }
  return to_websocket(std::get<signaling::CloseConnection>(command).connection);
}

std::size_t size_of(const signaling::Command& command) {
  const auto* text = std::get_if<signaling::SendText>(&command);
  return sizeof command + (text != nullptr ? text->frame->size() : 0);
}

signaling::CloseCause to_cause(net::WebSocketEnd end) {
  switch (end) {
    case net::WebSocketEnd::kLeft:
      return signaling::CloseCause::kLeft;
    case net::WebSocketEnd::kGoingAway:
      return signaling::CloseCause::kGoingAway;
    case net::WebSocketEnd::kLost:
      break;
  }
  return signaling::CloseCause::kLost;
}

std::string_view to_error_code(net::MessageRefusal refusal) {
  return refusal == net::MessageRefusal::kBinary ? "binary_not_supported" : "too_large";
}

}  // namespace

SignalingService::SignalingService(net::Server& server, signaling::HubOptions options,
                                   Random& random, Publish publish, EndRelay end_relay,
                                   std::size_t undelivered_bytes_max)
    : server_(server),
      hub_(std::move(options), random),
      publish_(std::move(publish)),
      end_relay_(std::move(end_relay)),
      inbox_(server.loop(0), [this](EventBatch& batch) { take_batch(batch); }),
      undelivered_bytes_max_(undelivered_bytes_max),
      timer_(server.loop(0).context(), [this] { on_timer(); }),
      publish_timer_(server.loop(0).context(), [this] {
        tell_wall_time();
        publish_(hub_.counters(), hub_.gauges());
      }) {
  tell_wall_time();
  server_.loop(0).on_round_end([this] { end_hub_round(); });
  remote_loops_.resize(server_.loops());
  for (unsigned i = 1; i < server_.loops(); ++i) connect_remote_loop(i);
  server_.set_websocket_handler(*this);
}

SignalingService::~SignalingService() = default;

void SignalingService::connect_remote_loop(unsigned index) {
  remote_loops_[index] = std::make_unique<RemoteLoop>();
  RemoteLoop& remote = *remote_loops_[index];
  remote.received.loop = index;
  remote.mailbox = std::make_unique<net::Mailbox<CommandBatch>>(
      server_.loop(index), [this, index](CommandBatch& batch) { deliver(index, batch); });
  server_.loop(index).on_round_end([this, index] { send_received(index); });
}

void SignalingService::on_open(net::WebSocketId id, const net::WebSocketOrigin& origin) {
  submit({.kind = EventKind::kOpen,
          .over_tls = origin.over_tls,
          .text_bytes = static_cast<std::uint32_t>(origin.reached_at.size()),
          .id = id,
          .client = origin.client},
         origin.reached_at);
}

void SignalingService::on_message(net::WebSocketId id, std::string_view text) {
  submit({.kind = EventKind::kMessage,
          .text_bytes = static_cast<std::uint32_t>(text.size()),
          .id = id,
          .client = {}},
         text);
}

void SignalingService::on_refused(net::WebSocketId id, net::MessageRefusal refusal) {
  submit({.kind = EventKind::kRefused, .refusal = refusal, .id = id, .client = {}}, "");
}

void SignalingService::on_closed(net::WebSocketId id, net::WebSocketEnd end) {
  submit({.kind = EventKind::kClosed, .end = end, .id = id, .client = {}}, "");
}

// On the loop of the event's WebSocket.
void SignalingService::submit(const Event& event, std::string_view text) {
  const unsigned loop = net::loop_of(event.id);
  if (loop == 0) {
    apply(event, text, net::monotonic_now());
    return;
  }
  RemoteLoop& remote = *remote_loops_[loop];
  remote.received.events.push_back(event);
  remote.received.text += text;
  remote.backlog += sizeof event + text.size();
  server_.loop(loop).request_round_end();
}

void SignalingService::send_received(unsigned loop) {
  EventBatch& received = remote_loops_[loop]->received;
  if (received.events.empty()) return;
  inbox_.post(std::exchange(received, {.loop = loop, .events = {}, .text = {}}));
}

bool SignalingService::accepts_input(unsigned loop) {
  if (congested_) return false;
  if (loop == 0) return true;
  RemoteLoop& remote = *remote_loops_[loop];
  if (remote.backlog < kBacklogBytesMax) return true;
  remote.paused = true;
  // Asked again: the hub may have caught up before it could see the pause.
  return remote.backlog < kBacklogBytesMax;
}

void SignalingService::take_batch(EventBatch& batch) {
  const Instant now = net::monotonic_now();
  std::string_view text = batch.text;
  for (const Event& event : batch.events) {
    apply(event, text.substr(0, event.text_bytes), now);
    text.remove_prefix(event.text_bytes);
  }
  RemoteLoop& remote = *remote_loops_[batch.loop];
  remote.backlog -= batch.bytes();
  if (remote.backlog < kBacklogBytesMax && remote.paused.exchange(false)) {
    resume_reading(batch.loop);
  }
}

void SignalingService::resume_reading(unsigned loop) {
  boost::asio::post(server_.loop(loop).context(),
                    [&worker = server_.worker(loop)] { worker.resume_reading(); });
}

void SignalingService::apply(const Event& event, std::string_view text, Instant now) {
  const signaling::ConnectionId connection = to_connection(event.id);
  switch (event.kind) {
    case EventKind::kOpen:
      hub_.on_connect(connection,
                      {.address = event.client, .reached_at = text, .over_tls = event.over_tls},
                      now);
      break;
    case EventKind::kMessage:
      hub_.on_message(connection, text, now);
      break;
    case EventKind::kRefused:
      hub_.on_refused_message(connection, to_error_code(event.refusal), now);
      break;
    case EventKind::kClosed:
      hub_.on_close(connection, to_cause(event.end), now);
      break;
  }
  drain_commands();
}

void SignalingService::drain_commands() {
  // Executing a command may close a WebSocket, which comes back here: the outer call goes on with
  // it.
  if (std::exchange(draining_commands_, true)) return;
  while (auto command = hub_.poll_command()) dispatch(*std::move(command));
  draining_commands_ = false;
  server_.loop(0).request_round_end();
}

void SignalingService::dispatch(signaling::Command command) {
  if (const auto* end = std::get_if<signaling::EndRelay>(&command)) return end_relay_(*end);
  const unsigned loop = net::loop_of(receiver_of(command));
  if (loop == 0) return execute(server_.worker(0), command);
  CommandBatch& wanted = remote_loops_[loop]->wanted;
  wanted.bytes += size_of(command);
  wanted.commands.push_back(std::move(command));
}

void SignalingService::execute(net::Worker& worker, const signaling::Command& command) {
  if (const auto* text = std::get_if<signaling::SendText>(&command)) {
    worker.send(to_websocket(text->connection), text->frame);
  } else if (const auto* close = std::get_if<signaling::CloseConnection>(&command)) {
    worker.close(to_websocket(close->connection), close->code, close->reason);
  }
}

// On the loop of the batch.
void SignalingService::deliver(unsigned loop, const CommandBatch& batch) {
  for (const auto& command : batch.commands) execute(server_.worker(loop), command);
  const std::size_t left = remote_loops_[loop]->undelivered -= batch.bytes;
  // Where another loop is still behind, the hub's next round finds that out.
  if (left > undelivered_bytes_max_ || !congested_.exchange(false)) return;
  for (unsigned i = 0; i < server_.loops(); ++i) resume_reading(i);
}

// The wall clock may be set while the server runs.
void SignalingService::tell_wall_time() {
  hub_.on_wall_time(std::chrono::floor<milliseconds>(std::chrono::system_clock::now()),
                    net::monotonic_now());
}

void SignalingService::end_hub_round() {
  for (const auto& remote : remote_loops_) {
    if (!remote || remote->wanted.commands.empty()) continue;
    const std::size_t waiting = remote->undelivered += remote->wanted.bytes;
    // Before the batch is on its way: its delivery is what ends the congestion.
    if (waiting > undelivered_bytes_max_) congested_ = true;
    remote->mailbox->post(std::exchange(remote->wanted, {}));
  }
  if (const auto next = hub_.next_timeout()) timer_.fire_by(*next);
  publish_timer_.fire_after(kPublishDelay);
}

void SignalingService::on_timer() {
  hub_.on_timeout(net::monotonic_now());
  drain_commands();
}

void SignalingService::drain() {
  hub_.on_drain(net::monotonic_now());
  drain_commands();
}

}  // namespace visavis::services

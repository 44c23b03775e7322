#include "server/services/signaling_service.h"

#include <algorithm>
#include <bit>
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

signaling::Unread to_unread(net::MessageRefusal refusal) {
  return refusal == net::MessageRefusal::kBinary ? signaling::Unread::kBinary
                                                 : signaling::Unread::kTooLarge;
}

}  // namespace

SignalingService::SignalingService(net::Server& server, signaling::HubOptions options,
                                   Random& random, Publish publish, EndRelay end_relay,
                                   TellRooms tell_rooms, std::size_t undelivered_bytes_max)
    : server_(server),
      round_max_(options.limits.hub_round_max),
      hub_(std::move(options), random),
      publish_(std::move(publish)),
      end_relay_(std::move(end_relay)),
      tell_rooms_(std::move(tell_rooms)),
      inbox_(server.loop(0), [this](EventBatch& batch) { take_batch(batch); }),
      undelivered_bytes_max_(undelivered_bytes_max),
      timer_(server.loop(0).context(), [this] { on_timer(); }),
      publish_timer_(server.loop(0).context(), [this] {
        tell_wall_time();
        publish_(hub_.counters(), hub_.gauges());
      }) {
  tell_wall_time();
  for (unsigned i = 0; i < server_.loops(); ++i) connect_loop(i);
  server_.set_websocket_handler(*this);
}

SignalingService::~SignalingService() = default;

void SignalingService::connect_loop(unsigned index) {
  Loop& loop = *loops_.emplace_back(std::make_unique<Loop>());
  if (index == 0) {
    server_.loop(0).on_round_end([this] { end_hub_round(); });
    return;
  }
  loop.received.loop = index;
  loop.mailbox = std::make_unique<net::Mailbox<CommandBatch>>(
      server_.loop(index), [this, index](CommandBatch& batch) { deliver(index, batch); });
  server_.loop(index).on_round_end([this, index] { send_received(index); });
}

void SignalingService::on_open(net::WebSocketId id, const net::WebSocketOrigin& origin) {
  const unsigned loop = net::loop_of(id);
  Input input{
      .account = std::make_shared<InputAccount>(), .client = origin.client, .via = origin.via};
  if (loop == 0) {
    inputs_.emplace(id, std::move(input));
  } else {
    loops_[loop]->inputs.emplace(id, input.account);
    loops_[loop]->received.opened.push_back(std::move(input));
  }
  submit(id, {.kind = EventKind::kOpen, .over_tls = origin.over_tls}, origin.reached_at);
}

void SignalingService::on_message(net::WebSocketId id, std::string_view text) {
  submit(id, {.kind = EventKind::kMessage}, text);
}

void SignalingService::on_refused(net::WebSocketId id, net::MessageRefusal refusal) {
  submit(id, {.kind = EventKind::kRefused, .refusal = refusal}, "");
}

void SignalingService::on_closed(net::WebSocketId id, net::WebSocketEnd end) {
  submit(id, {.kind = EventKind::kClosed, .end = end}, "");
  if (net::loop_of(id) != 0) loops_[net::loop_of(id)]->inputs.erase(id);
}

// On the loop of the WebSocket.
void SignalingService::submit(net::WebSocketId id, const Event& event, std::string_view text) {
  const unsigned index = net::loop_of(id);
  if (index == 0 && may_apply_at_once()) {
    run_hub(net::monotonic_now(), [&](Instant now) { apply(id, event, text, now); });
    return;
  }
  InputAccount* const account = account_of(id);
  if (account == nullptr) return;  // the hub has closed it
  Loop& loop = *loops_[index];
  account->submitted(bytes_of(text.size()));
  loop.backlog.submitted(bytes_of(text.size()));
  if (index == 0) {
    enqueue(id, inputs_.at(id), event, text);
  } else {
    loop.received.events.push_back(
        {.event = event, .text_bytes = static_cast<std::uint32_t>(text.size()), .id = id});
    loop.received.text += text;
  }
  server_.loop(index).request_round_end();
}

InputAccount* SignalingService::account_of(net::WebSocketId id) {
  if (net::loop_of(id) == 0) {
    const auto found = inputs_.find(id);
    return found == inputs_.end() ? nullptr : found->second.account.get();
  }
  const auto& inputs = loops_[net::loop_of(id)]->inputs;
  const auto found = inputs.find(id);
  return found == inputs.end() ? nullptr : found->second.get();
}

void SignalingService::send_received(unsigned loop) {
  EventBatch& received = loops_[loop]->received;
  if (received.events.empty()) return;
  inbox_.post(std::exchange(received, {.loop = loop, .events = {}, .opened = {}, .text = {}}));
}

std::size_t SignalingService::input_bytes_max(net::WebSocketId id) {
  if (congested_) return 0;
  Loop& loop = *loops_[net::loop_of(id)];
  const std::size_t backlog = std::min(loop.backlog.waiting(), kBacklogBytesMax);
  if (backlog == kBacklogBytesMax && loop.backlog.pause_until(kBacklogBytesMax / 2)) return 0;
  InputAccount* const account = account_of(id);
  if (account == nullptr) return kInputBytesMax;
  const std::size_t share =
      std::clamp((kBacklogBytesMax - backlog) / kInputShare, kInputBytesMin, kInputBytesMax);
  const std::size_t waiting = account->waiting();
  if (waiting >= share && account->pause_until(share / 2)) {
    loop.inputs_paused.add();
    return 0;
  }
  return std::max(share - std::min(waiting, share), kInputBytesMin);
}

std::uint64_t SignalingService::inputs_paused() const {
  std::uint64_t paused = 0;
  for (const auto& loop : loops_) paused += loop->inputs_paused.get();
  return paused;
}

void SignalingService::resume_reading(unsigned loop) {
  boost::asio::post(server_.loop(loop).context(),
                    [&worker = server_.worker(loop)] { worker.resume_reading(); });
}

// A WebSocket may close while the hub's commands are carried out, which is told from within.
bool SignalingService::may_apply_at_once() const {
  return !hub_is_running_ && queue_.empty() && round_used_ < round_max_;
}

void SignalingService::take_batch(EventBatch& batch) {
  std::string_view text = batch.text;
  auto opened = batch.opened.begin();
  std::size_t taken_bytes = 0;
  Instant now = net::monotonic_now();
  for (const Received& received : batch.events) {
    const std::string_view part = text.substr(0, received.text_bytes);
    text.remove_prefix(received.text_bytes);
    if (received.event.kind == EventKind::kOpen) {
      inputs_.emplace(received.id, std::move(*opened++));
    }
    const auto input = inputs_.find(received.id);
    if (input != inputs_.end() && !may_apply_at_once()) {
      enqueue(received.id, input->second, received.event, part);
      continue;
    }
    taken_bytes += bytes_of(part.size());
    if (input == inputs_.end()) continue;  // the hub closed it while this was on its way
    count_handled(received.id, *input->second.account, bytes_of(part.size()));
    now = run_hub(now, [&](Instant at) { apply(received.id, received.event, part, at); });
  }
  count_handled(batch.loop, taken_bytes);
}

void SignalingService::enqueue(net::WebSocketId id, const Input& input, const Event& event,
                               std::string_view text) {
  queue_.push(id, input.client, std::bit_cast<std::uint32_t>(event), text);
  round_counters_.input_queued.add();
  round_counters_.input_waiting.add();
  server_.loop(0).request_round_end();
}

void SignalingService::serve_queue() {
  serve_posted_ = false;
  Instant now = net::monotonic_now();
  while (round_used_ < round_max_) {
    const auto item = queue_.take();
    if (!item) break;
    round_counters_.input_waiting.subtract();
    const Input& input = inputs_.at(item->source);
    const IpAddress client = input.client;
    const std::size_t bytes = bytes_of(item->text.size());
    count_handled(item->source, *input.account, bytes);
    count_handled(net::loop_of(item->source), bytes);
    const Instant start = now;
    now = run_hub(start, [&](Instant at) {
      apply(item->source, std::bit_cast<Event>(item->tag), item->text, at);
    });
    queue_.charge(item->source, client, now - start);
  }
  server_.loop(0).request_round_end();
}

void SignalingService::count_handled(net::WebSocketId id, InputAccount& account,
                                     std::size_t bytes) {
  if (!account.handled(bytes)) return;
  const unsigned loop = net::loop_of(id);
  boost::asio::post(server_.loop(loop).context(),
                    [&worker = server_.worker(loop), id] { worker.resume_reading(id); });
}

void SignalingService::count_handled(unsigned loop, std::size_t bytes) {
  if (loops_[loop]->backlog.handled(bytes)) resume_reading(loop);
}

template <typename Work>
Instant SignalingService::run_hub(Instant start, Work work) {
  hub_is_running_ = true;
  work(start);
  drain_commands();
  hub_is_running_ = false;
  const Instant end = net::monotonic_now();
  round_used_ += end - start;
  round_is_empty_ = false;
  return end;
}

void SignalingService::apply(net::WebSocketId id, const Event& event, std::string_view text,
                             Instant now) {
  const signaling::ConnectionId connection = to_connection(id);
  switch (event.kind) {
    case EventKind::kOpen:
      hub_.on_connect(
          connection,
          {.address = inputs_.at(id).client, .reached_at = text, .over_tls = event.over_tls}, now);
      break;
    case EventKind::kMessage:
      hub_.on_message(connection, text, now);
      break;
    case EventKind::kRefused:
      hub_.on_refused_message(connection, to_unread(event.refusal), now);
      break;
    case EventKind::kClosed:
      hub_.on_close(connection, to_cause(event.end), now);
      forget_input(id);
      break;
  }
}

void SignalingService::drain_commands() {
  // Before the commands: one may close the WebSocket that a report is about.
  while (const auto report = hub_.poll_report()) tell(*report);
  while (auto command = hub_.poll_command()) dispatch(*std::move(command));
  server_.loop(0).request_round_end();
}

void SignalingService::tell(const signaling::Report& report) {
  if (const auto* over = std::get_if<signaling::CallOver>(&report)) {
    if (reports_.call_over) reports_.call_over(*over);
    return;
  }
  const auto& refused = std::get<signaling::ClientRefused>(report);
  const auto input = inputs_.find(to_websocket(refused.connection));
  if (input == inputs_.end() || !reports_.refused) return;
  reports_.refused(refused, input->second.client, input->second.via);
}

void SignalingService::dispatch(signaling::Command command) {
  if (const auto* end = std::get_if<signaling::EndRelay>(&command)) return end_relay_(*end);
  if (const auto* rooms = std::get_if<signaling::RoomsWithRules>(&command)) {
    if (tell_rooms_) tell_rooms_(*rooms);
    return;
  }
  const net::WebSocketId receiver = receiver_of(command);
  if (std::holds_alternative<signaling::CloseConnection>(command)) forget_input(receiver);
  const unsigned loop = net::loop_of(receiver);
  if (loop == 0) return execute(0, command);
  CommandBatch& wanted = loops_[loop]->wanted;
  wanted.bytes += size_of(command);
  wanted.commands.push_back(std::move(command));
}

// What waits of it will never be looked at.
void SignalingService::forget_input(net::WebSocketId id) {
  const auto found = inputs_.find(id);
  if (found == inputs_.end()) return;
  const FairQueue::Dropped dropped = queue_.forget(id, found->second.client);
  round_counters_.input_waiting.subtract(dropped.items);
  inputs_.erase(found);
  count_handled(net::loop_of(id), bytes_of(0) * dropped.items + dropped.text_bytes);
}

void SignalingService::execute(unsigned loop, const signaling::Command& command) {
  net::Worker& worker = server_.worker(loop);
  if (const auto* text = std::get_if<signaling::SendText>(&command)) {
    worker.send(to_websocket(text->connection), text->frame);
  } else if (const auto* close = std::get_if<signaling::CloseConnection>(&command)) {
    loops_[loop]->inputs.erase(to_websocket(close->connection));
    worker.close(to_websocket(close->connection), close->code, close->reason);
  }
}

void SignalingService::deliver(unsigned loop, const CommandBatch& batch) {
  for (const auto& command : batch.commands) execute(loop, command);
  const std::size_t left = loops_[loop]->undelivered -= batch.bytes;
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
  for (const auto& loop : loops_) {
    if (loop->wanted.commands.empty()) continue;
    const std::size_t waiting = loop->undelivered += loop->wanted.bytes;
    // Before the batch is on its way: its delivery is what ends the congestion.
    if (waiting > undelivered_bytes_max_) congested_ = true;
    loop->mailbox->post(std::exchange(loop->wanted, {}));
  }
  if (const auto next = hub_.next_timeout()) timer_.fire_by(*next);
  publish_timer_.fire_after(kPublishDelay);
  if (!round_is_empty_) round_counters_.rounds.observe(round_used_);
  round_is_empty_ = true;
  round_used_ = Duration::zero();
  // Behind what has become ready meanwhile: sockets and timers have their turn first.
  if (queue_.empty() || std::exchange(serve_posted_, true)) return;
  boost::asio::post(server_.loop(0).context(), [this] { serve_queue(); });
}

void SignalingService::on_timer() {
  run_hub(net::monotonic_now(), [this](Instant now) { hub_.on_timeout(now); });
}

void SignalingService::drain() {
  run_hub(net::monotonic_now(), [this](Instant now) { hub_.on_drain(now); });
}

}  // namespace visavis::services

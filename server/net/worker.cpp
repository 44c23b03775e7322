#include "server/net/worker.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "server/net/incoming_connection.h"
#include "server/net/websocket_connection.h"

namespace visavis::net {

Worker::Worker(EventLoop& loop, const WorkerSettings& settings) : loop_(loop), settings_(settings) {
  loop_.on_round_end([this] { flush_dirty(); });
}

Worker::~Worker() {
  close_all();
  loop_.destroy_kept();
}

void Worker::adopt(AcceptedConnection accepted) {
  if (draining_) return;
  counters().accepted.add();
  auto connection = std::make_unique<IncomingConnection>(*this, std::move(accepted));
  IncomingConnection& incoming = *connection;
  if (place(std::move(connection))) incoming.start();
}

bool Worker::place(std::unique_ptr<Connection> connection) {
  if (free_places_.empty()) {
    if (places_.size() == kPlacesMax) return false;
    free_places_.push_back(static_cast<std::uint32_t>(places_.size()));
    places_.emplace_back();
  }
  const std::uint32_t index = free_places_.back();
  if (!loop_.poller().add(connection->descriptor(), *connection)) return false;
  free_places_.pop_back();
  connection->place_ = index;
  places_[index].connection = std::move(connection);
  ++connections_;
  return true;
}

void Worker::replace(Connection& old, std::unique_ptr<Connection> next) {
  const std::uint32_t index = std::exchange(old.place_, Connection::kNoPlace);
  Place& place = places_[index];
  assert(place.connection.get() == &old);
  next->place_ = index;
  loop_.poller().rearm(next->descriptor(), *next);
  bury(std::exchange(place.connection, std::move(next)));
}

void Worker::remove(Connection& connection) {
  if (connection.place_ == Connection::kNoPlace) return;
  const std::uint32_t index = std::exchange(connection.place_, Connection::kNoPlace);
  Place& place = places_[index];
  loop_.poller().remove(connection.descriptor());
  if (std::exchange(place.is_websocket, false)) ++place.tenants;
  std::erase(dirty_, &connection);
  bury(std::move(place.connection));
  free_places_.push_back(index);
  --connections_;
  report_if_empty();
}

void Worker::bury(std::unique_ptr<Connection> connection) {
  loop_.deadlines().cancel(*connection);
  loop_.destroy_later(std::move(connection));
}

WebSocketId Worker::name_websocket(const WebSocketConnection& connection) {
  const Connection& base = connection;
  Place& place = places_[base.place_];
  place.is_websocket = true;
  const std::uint64_t tenant = place.tenants;
  return {(tenant << 32) | (std::uint64_t{base.place_} << 8) | loop_.index()};
}

WebSocketConnection* Worker::find(WebSocketId id) {
  const std::size_t index = (id.value >> 8) & (kPlacesMax - 1);
  if (index >= places_.size()) return nullptr;
  const Place& place = places_[index];
  if (!place.is_websocket || place.tenants != id.value >> 32) return nullptr;
  return static_cast<WebSocketConnection*>(place.connection.get());
}

void Worker::refuse(Refusal why, Via via, const std::optional<IpAddress>& client,
                    std::initializer_list<NoteDetail> details) {
  counters().refuse(why);
  note(name_of(why), via, client, details);
}

void Worker::note(std::string_view kind, Via via, const std::optional<IpAddress>& client,
                  std::initializer_list<NoteDetail> details) {
  if (!settings_.note) return;
  settings_.note(
      {.kind = kind, .via = via, .client = client, .details = {details.begin(), details.size()}});
}

void Worker::send(WebSocketId id, Frame frame) {
  if (WebSocketConnection* connection = find(id)) connection->send(std::move(frame));
}

void Worker::close(WebSocketId id, std::uint16_t code, std::string_view reason) {
  if (WebSocketConnection* connection = find(id)) connection->close(code, reason);
}

void Worker::flush_later(Connection& connection) {
  dirty_.push_back(&connection);
  loop_.request_round_end();
}

void Worker::flush_dirty() {
  // Swapped: flushing may close connections, which takes them out of dirty_, not out of this round.
  std::vector<Connection*> round;
  round.swap(dirty_);
  for (Connection* connection : round) connection->flush();
  round.clear();
  if (dirty_.empty()) dirty_.swap(round);  // keeps the capacity
}

void Worker::resume_reading(WebSocketId id) {
  if (WebSocketConnection* connection = find(id)) connection->resume_reading();
}

void Worker::resume_reading() {
  for (const Place& place : places_) {
    if (!place.is_websocket) continue;
    static_cast<WebSocketConnection*>(place.connection.get())->resume_reading();
  }
}

void Worker::drain(std::function<void()> on_empty) {
  draining_ = true;
  on_empty_ = std::move(on_empty);
  for (std::size_t i = 0; i < places_.size(); ++i) {
    if (places_[i].connection) places_[i].connection->on_drain();
  }
  report_if_empty();
}

void Worker::close_all() {
  for (std::size_t i = 0; i < places_.size(); ++i) {
    if (places_[i].connection) remove(*places_[i].connection);
  }
}

void Worker::report_if_empty() {
  if (connections_ == 0 && on_empty_) std::exchange(on_empty_, nullptr)();
}

}  // namespace visavis::net

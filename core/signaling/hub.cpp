#include "core/signaling/hub.h"

#include <algorithm>
#include <utility>

#include "core/base/close_code.h"
#include "core/signaling/hub_impl.h"

namespace visavis::signaling {
namespace {

// PROTOCOL.md section 3: heartbeats, acknowledgements and hello are not counted; what cannot be
// read is.
bool is_counted(const Result<ClientMessage, DecodeError>& decoded) {
  if (!decoded) return true;
  const auto& body = decoded->body;
  return !std::holds_alternative<Ping>(body) && !std::holds_alternative<Ack>(body) &&
         !std::holds_alternative<Hello>(body);
}

}  // namespace

Hub::Impl::Impl(HubOptions options, Random& random)
    : options_(std::move(options)),
      random_(random),
      epoch_(make_random_id<EpochId>(random)),
      signer_(options_.identity_keys),
      decoder_(
          {limits_.message_bytes_max, limits_.search_query_chars_max, limits_.room_name_chars_max}),
      rules_notice_(options_.had_rooms_with_rules,
                    std::max<Duration>(limits_.room_memory, minutes(1))),
      opening_begun_(!options_.had_rooms_with_rules),
      reports_(options_.reports) {}

void Hub::Impl::on_wall_time(WallTime wall, Instant now) {
  begin_opening(now);
  wall_ = wall;
  wall_told_ = now;
}

WallTime Hub::Impl::wall_time(Instant now) const {
  return wall_ + std::chrono::floor<milliseconds>(now - wall_told_);
}

void Hub::Impl::on_connect(ConnectionId id, const ConnectionOrigin& origin, Instant now) {
  now_ = now;
  begin_opening(now);
  const auto [it, inserted] = connections_.try_emplace(id);
  if (!inserted) return;
  Connection& connection = it->second;
  connection.id = id;
  connection.address = origin.address;
  connection.reached = {std::string(origin.reached_at), origin.over_tls};
  connection.hello_deadline = now + limits_.hello_timeout;
  hello_deadlines_.set(connection.hello_deadline, id);
}

void Hub::Impl::on_message(ConnectionId id, std::string_view text, Instant now) {
  const auto it = connections_.find(id);
  if (it == connections_.end()) return;  // closed by us while this was on its way
  now_ = now;
  ++counters_.messages_received;
  counters_.bytes_received += text.size();
  if (it->second.session == nullptr) {
    on_message_before_hello(it->second, text, now);
  } else {
    on_session_message(*it->second.session, text, now);
  }
  notice_rules(now);
}

void Hub::Impl::on_session_message(Session& session, std::string_view text, Instant now) {
  const auto decoded = decoder_.decode(text);
  if (is_counted(decoded)) count_received(session, text.size());
  if (!within_rate(session, decoded, text.size(), now)) return;
  if (decoded) {
    std::visit([&](const auto& body) { handle(session, decoded->id, body, now); }, decoded->body);
  } else {
    send_error(session, decoded.error().id, decoded.error().code, decoded.error().message);
  }
  acknowledge_if_due(session);
}

bool Hub::Impl::within_rate(Session& session, const Result<ClientMessage, DecodeError>& decoded,
                            std::size_t bytes, Instant now) {
  const Charge charge =
      decoded ? charge_for(*decoded, bytes, limits_) : charge_for_unreadable(bytes);
  const Purse purse{session.budget, session.user->id, session.address, session.stranger};
  if (session.refused > 0 && session.budget.is_full(session_allowance(limits_), now)) {
    session.refused = 0;
  }
  const auto id = decoded ? decoded->id : decoded.error().id;
  switch (payers_.pay(purse, charge, now)) {
    case Payers::Answer::kPaid:
      return true;
    case Payers::Answer::kAddressCannot:
      // Nobody is closed for what others at their address do.
      send_error(session, id, ErrorCode::kRateLimited,
                 "Too many requests from your network. Wait a moment and try again.", {},
                 "address_sessions_worth");
      return false;
    case Payers::Answer::kSessionCannot:
      break;
  }
  send_error(session, id, ErrorCode::kRateLimited, {}, payers_.wait_for(purse, charge, now),
             "messages_per_second");
  if (++session.refused >= limits_.messages_refused_max) {
    Connection& connection = connections_.at(*session.connection);
    send_uncounted(connection.id, encode_bye(ByeCode::kRateLimited,
                                             sentence(ErrorCode::kRateLimited), std::nullopt));
    close_connection(connection, kClosePolicy, "rate_limited", now);
    // Nothing of it is kept for being resumed.
    end_session(session, EndReason::kLost, now);
  }
  return false;
}

void Hub::Impl::count_received(Session& session, std::size_t bytes) {
  ++session.received;
  ++session.unacked_count;
  session.unacked_bytes += static_cast<std::uint32_t>(bytes);
}

void Hub::Impl::acknowledge_if_due(Session& session) {
  if (session.unacked_count < limits_.ack_messages && session.unacked_bytes < limits_.ack_bytes)
    return;
  if (!session.connection) return;
  session.unacked_count = 0;
  session.unacked_bytes = 0;
  send_uncounted(*session.connection, encode_ack(session.received));
}

void Hub::Impl::on_received(Session& session, std::uint64_t received, RequestId id) {
  const std::size_t before = session.replay.bytes();
  if (!session.replay.acknowledge(received)) {
    send_error(session, id, ErrorCode::kInvalidField, "received is more than was ever sent.");
    return;
  }
  replay_bytes_ -= before - session.replay.bytes();
}

void Hub::Impl::handle(Session& session, RequestId id, const Hello&, Instant) {
  send_error(session, id, ErrorCode::kAlreadyWelcomed);
}

void Hub::Impl::handle(Session& session, RequestId id, const Ping& ping, Instant now) {
  on_received(session, ping.received, id);
  session.unacked_count = 0;
  session.unacked_bytes = 0;
  send_uncounted(*session.connection, encode_pong(session.received, renew_tokens(session, now)));
}

void Hub::Impl::handle(Session& session, RequestId id, const Ack& ack, Instant) {
  on_received(session, ack.received, id);
}

void Hub::Impl::send_uncounted(ConnectionId connection, Frame frame) {
  ++counters_.messages_sent;
  counters_.bytes_sent += frame->size();
  commands_.emplace_back(SendText{connection, std::move(frame)});
}

void Hub::Impl::send(Session& session, Frame frame, ReplayBuffer::Causer causer) {
  const std::size_t before = session.replay.bytes();
  if (session.replay.push(frame, limits_.replay_bytes_max, causer)) ++counters_.replay_overflows;
  replay_bytes_ += session.replay.bytes() - before;
  if (session.connection) send_uncounted(*session.connection, std::move(frame));
}

void Hub::Impl::send_error(Session& session, RequestId id, ErrorCode code, std::string_view message,
                           std::optional<Duration> retry_after, std::string_view limit) {
  ++counters_.errors_by_code[static_cast<std::size_t>(code)];
  if (session.connection && reports_.is_on()) {
    reports_.push(
        ClientRefused{*session.connection, code, session.stranger, limit, session.user->name});
  }
  send(session, encode_error(id, code, message.empty() ? sentence(code) : message, retry_after));
}

void Hub::Impl::refuse(ConnectionId connection, RequestId id, ErrorCode code,
                       std::string_view message, std::optional<Duration> retry_after,
                       std::string_view limit) {
  ++counters_.errors_by_code[static_cast<std::size_t>(code)];
  reports_.push(ClientRefused{connection, code, true, limit, {}});
  send_uncounted(connection,
                 encode_error(id, code, message.empty() ? sentence(code) : message, retry_after));
}

void Hub::Impl::close_connection(Connection& connection, std::uint16_t code,
                                 std::string_view reason, Instant now) {
  const ConnectionId id = connection.id;
  commands_.emplace_back(CloseConnection{id, code, std::string(reason)});
  if (connection.session != nullptr) {
    detach(*connection.session, limits_.resume_window, now);
  } else {
    hello_deadlines_.clear(connection.hello_deadline, id);
  }
  connections_.erase(id);
}

void Hub::Impl::on_refused_message(ConnectionId id, Unread why, Instant now) {
  now_ = now;
  const auto it = connections_.find(id);
  if (it == connections_.end()) return;
  const bool binary = why == Unread::kBinary;
  const ErrorCode code = binary ? ErrorCode::kBinaryNotSupported : ErrorCode::kTooLarge;
  if (Session* session = it->second.session) {
    count_received(*session, 0);  // the client counted it: it must not send it again on resuming
    send_error(*session, std::nullopt, code);
  } else {
    refuse(id, std::nullopt, code);
  }
  close_connection(it->second, binary ? kCloseUnsupportedData : kCloseTooBig, to_text(code), now);
}

void Hub::Impl::on_close(ConnectionId id, CloseCause cause, Instant now) {
  const auto it = connections_.find(id);
  if (it == connections_.end()) return;
  now_ = now;
  Session* const session = it->second.session;
  if (session == nullptr) hello_deadlines_.clear(it->second.hello_deadline, id);
  connections_.erase(it);
  if (session == nullptr) return;
  session->connection.reset();
  if (cause == CloseCause::kLeft) {
    end_session(*session, EndReason::kHangup, now);
  } else {
    const bool reloading = cause == CloseCause::kGoingAway;
    detach(*session, reloading ? limits_.reload_window : limits_.resume_window, now);
  }
  notice_rules(now);
}

void Hub::Impl::on_drain(Instant now) {
  if (std::exchange(draining_, true)) return;
  std::vector<ConnectionId> ids;
  ids.reserve(connections_.size());
  for (const auto& [id, connection] : connections_) ids.push_back(id);
  const Frame bye =
      encode_bye(ByeCode::kDraining, "The server is restarting. You will be back in a moment.",
                 limits_.drain_reconnect_after);
  for (const ConnectionId id : ids) {
    send_uncounted(id, bye);
    close_connection(connections_.at(id), kCloseServiceRestart, "draining", now);
  }
}

void Hub::Impl::on_timeout(Instant now) {
  now_ = now;
  while (const auto id = hello_deadlines_.pop_due(now)) {
    send_uncounted(*id, encode_bye(ByeCode::kHelloTimeout, "No hello came in time.", std::nullopt));
    close_connection(connections_.at(*id), kCloseHelloTimeout, "hello_timeout", now);
  }
  while (const auto id = resume_deadlines_.pop_due(now)) {
    end_session(*sessions_.at(*id), EndReason::kLost, now);
  }
  while (const auto id = ring_deadlines_.pop_due(now)) on_ring_timeout(*calls_.at(*id), now);
  while (const auto id = restore_deadlines_.pop_due(now)) {
    Call& call = *calls_.at(*id);
    call.restore_deadline.reset();
    if (is_over(call)) end_call(call, EndReason::kLost, now);
  }
  if (opening_ends_ && *opening_ends_ <= now) end_opening(now);
  rooms_.forget_due(now);
  while (const auto id = relay_test_deadlines_.pop_due(now)) end_relay_test(*sessions_.at(*id));
  if (presence_.next_flush() && *presence_.next_flush() <= now) flush_presence(now);
  notice_rules(now);
}

std::optional<Instant> Hub::Impl::next_timeout() const {
  std::optional<Instant> next;
  for (const auto& candidate :
       {hello_deadlines_.next(), resume_deadlines_.next(), ring_deadlines_.next(),
        restore_deadlines_.next(), rooms_.next(), relay_test_deadlines_.next(),
        presence_.next_flush(), opening_ends_, rules_notice_.next()}) {
    if (candidate && (!next || *candidate < *next)) next = candidate;
  }
  return next;
}

std::optional<Command> Hub::Impl::poll_command() {
  if (commands_.empty()) return std::nullopt;
  Command command = std::move(commands_.front());
  commands_.pop_front();
  return command;
}

std::optional<Report> Hub::Impl::poll_report() { return reports_.poll(); }

Gauges Hub::Impl::gauges() const {
  return {connections_.size(), sessions_.size(), users_.size(),
          calls_.size(),       rooms_.size(),    replay_bytes_};
}

Hub::Hub(HubOptions options, Random& random)
    : impl_(std::make_unique<Impl>(std::move(options), random)) {}
Hub::~Hub() = default;

void Hub::on_wall_time(WallTime wall, Instant now) { impl_->on_wall_time(wall, now); }
void Hub::on_connect(ConnectionId connection, const ConnectionOrigin& origin, Instant now) {
  impl_->on_connect(connection, origin, now);
}
void Hub::on_message(ConnectionId connection, std::string_view text, Instant now) {
  impl_->on_message(connection, text, now);
}
void Hub::on_refused_message(ConnectionId connection, Unread why, Instant now) {
  impl_->on_refused_message(connection, why, now);
}
void Hub::on_close(ConnectionId connection, CloseCause cause, Instant now) {
  impl_->on_close(connection, cause, now);
}
void Hub::on_drain(Instant now) { impl_->on_drain(now); }
void Hub::on_timeout(Instant now) { impl_->on_timeout(now); }
std::optional<Instant> Hub::next_timeout() const { return impl_->next_timeout(); }
std::optional<Command> Hub::poll_command() { return impl_->poll_command(); }
std::optional<Report> Hub::poll_report() { return impl_->poll_report(); }
const Counters& Hub::counters() const { return impl_->counters(); }
Gauges Hub::gauges() const { return impl_->gauges(); }

}  // namespace visavis::signaling

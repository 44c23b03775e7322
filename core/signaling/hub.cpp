#include "core/signaling/hub.h"

#include <type_traits>
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
      decoder_({limits_.message_bytes_max, limits_.search_query_chars_max,
                limits_.room_name_chars_max}) {}

void Hub::Impl::on_wall_time(WallTime wall, Instant now) {
  rooms_.begin_opening(now);
  signatures_.on_wall_time(wall, now);
}

void Hub::Impl::on_connect(ConnectionId id, const ConnectionOrigin& origin, Instant now) {
  signatures_.on_time(now);
  rooms_.begin_opening(now);
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
  signatures_.on_time(now);
  ++counters_.messages_received;
  counters_.bytes_received += text.size();
  if (it->second.session == nullptr) {
    on_message_before_hello(it->second, text, now);
  } else {
    on_session_message(*it->second.session, text, now);
  }
  rooms_.notice_rules(now);
}

void Hub::Impl::on_session_message(Session& session, std::string_view text, Instant now) {
  const auto decoded = decoder_.decode(text);
  if (is_counted(decoded)) outbox_.count_received(session, text.size());
  if (!within_rate(session, decoded, text.size(), now)) return;
  if (decoded) {
    std::visit([&](const auto& body) { handle(session, decoded->id, body, now); }, decoded->body);
  } else {
    outbox_.refuse(session, decoded.error().id, {decoded.error().code, decoded.error().message});
  }
  outbox_.acknowledge_if_due(session);
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
      outbox_.refuse(session, id,
                     {ErrorCode::kRateLimited,
                      "Too many requests from your network. Wait a moment and try again.",
                      {},
                      "address_sessions_worth"});
      return false;
    case Payers::Answer::kSessionCannot:
      break;
  }
  outbox_.refuse(
      session, id,
      {ErrorCode::kRateLimited, {}, payers_.wait_for(purse, charge, now), "messages_per_second"});
  if (++session.refused >= limits_.messages_refused_max) {
    Connection& connection = connections_.at(*session.connection);
    outbox_.send_uncounted(
        connection.id,
        encode_bye(ByeCode::kRateLimited, sentence(ErrorCode::kRateLimited), std::nullopt));
    close_connection(connection, kClosePolicy, "rate_limited", now);
    // Nothing of it is kept for being resumed.
    end_session(session, EndReason::kLost, now);
  }
  return false;
}

void Hub::Impl::on_received(Session& session, std::uint64_t received, RequestId id) {
  if (!outbox_.acknowledge(session, received)) {
    outbox_.refuse(session, id, {ErrorCode::kInvalidField, "received is more than was ever sent."});
  }
}

template <typename Message>
void Hub::Impl::handle(Session& session, RequestId id, const Message& message, Instant now) {
  constexpr bool begins_something = std::is_same_v<Message, CallStart> ||
                                    std::is_same_v<Message, CallRejoin> ||
                                    std::is_same_v<Message, RoomJoin>;
  if (begins_something && draining_) return outbox_.refuse(session, id, {ErrorCode::kDraining});
  if constexpr (requires { calls_.handle(session, id, message, now); }) {
    calls_.handle(session, id, message, now);
  } else if constexpr (requires { rooms_.handle(session, id, message, now); }) {
    rooms_.handle(session, id, message, now);
  } else if constexpr (std::is_same_v<Message, CallRejoin>) {
    rejoin_.handle(session, id, message, now);
  } else {
    static_assert(std::is_same_v<Message, RelayTestRequest>, "no part takes this message");
    relay_tests_.start(session, id, now);
  }
}

void Hub::Impl::handle(Session& session, RequestId id, const Hello&, Instant) {
  outbox_.refuse(session, id, {ErrorCode::kAlreadyWelcomed});
}

void Hub::Impl::handle(Session& session, RequestId id, const Ping& ping, Instant) {
  on_received(session, ping.received, id);
  outbox_.note_acknowledged(session);
  outbox_.send_uncounted(*session.connection,
                         encode_pong(session.received, signatures_.renew(session)));
}

void Hub::Impl::handle(Session& session, RequestId id, const Ack& ack, Instant) {
  on_received(session, ack.received, id);
}

void Hub::Impl::close_connection(Connection& connection, std::uint16_t code,
                                 std::string_view reason, Instant now) {
  const ConnectionId id = connection.id;
  outbox_.push(CloseConnection{id, code, std::string(reason)});
  if (connection.session != nullptr) {
    detach(*connection.session, limits_.resume_window, now);
  } else {
    hello_deadlines_.clear(connection.hello_deadline, id);
  }
  connections_.erase(id);
}

void Hub::Impl::on_refused_message(ConnectionId id, Unread why, Instant now) {
  signatures_.on_time(now);
  const auto it = connections_.find(id);
  if (it == connections_.end()) return;
  const bool binary = why == Unread::kBinary;
  const ErrorCode code = binary ? ErrorCode::kBinaryNotSupported : ErrorCode::kTooLarge;
  if (Session* session = it->second.session) {
    outbox_.count_received(*session,
                           0);  // the client counted it: it must not send it again on resuming
    outbox_.refuse(*session, std::nullopt, {code});
  } else {
    outbox_.refuse(id, std::nullopt, {code});
  }
  close_connection(it->second, binary ? kCloseUnsupportedData : kCloseTooBig, to_text(code), now);
}

void Hub::Impl::on_close(ConnectionId id, CloseCause cause, Instant now) {
  const auto it = connections_.find(id);
  if (it == connections_.end()) return;
  signatures_.on_time(now);
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
  rooms_.notice_rules(now);
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
    outbox_.send_uncounted(id, bye);
    close_connection(connections_.at(id), kCloseServiceRestart, "draining", now);
  }
}

void Hub::Impl::on_timeout(Instant now) {
  signatures_.on_time(now);
  while (const auto id = hello_deadlines_.pop_due(now)) {
    outbox_.send_uncounted(
        *id, encode_bye(ByeCode::kHelloTimeout, "No hello came in time.", std::nullopt));
    close_connection(connections_.at(*id), kCloseHelloTimeout, "hello_timeout", now);
  }
  while (Session* const lost = sessions_.pop_lost(now)) end_session(*lost, EndReason::kLost, now);
  calls_.on_timeout(now);
  rooms_.on_timeout(now);
  relay_tests_.on_timeout(now);
  people_.on_timeout(now);
  rooms_.notice_rules(now);
}

std::optional<Instant> Hub::Impl::next_timeout() const {
  std::optional<Instant> next;
  for (const auto& candidate :
       {hello_deadlines_.next(), sessions_.next_timeout(), calls_.next_timeout(),
        rooms_.next_timeout(), relay_tests_.next_timeout(), people_.next_timeout()}) {
    if (candidate && (!next || *candidate < *next)) next = candidate;
  }
  return next;
}

Gauges Hub::Impl::gauges() const {
  return {connections_.size(), sessions_.size(), people_.size(),
          calls_.size(),       rooms_.size(),    outbox_.replay_bytes()};
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

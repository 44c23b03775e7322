#include "core/signaling/parts/outbox.h"

#include <utility>

namespace visavis::signaling {
namespace {

Frame in_words(RequestId id, const Refusal& refusal) {
  return encode_error(id, refusal.code,
                      refusal.message.empty() ? sentence(refusal.code) : refusal.message,
                      refusal.retry_after);
}

}  // namespace

void Outbox::send_uncounted(ConnectionId connection, Frame frame) {
  ++counters_.messages_sent;
  counters_.bytes_sent += frame->size();
  commands_.emplace_back(SendText{connection, std::move(frame)});
}

void Outbox::send(Session& session, Frame frame, ReplayBuffer::Causer causer) {
  const std::size_t before = session.replay.bytes();
  if (session.replay.push(frame, limits_.replay_bytes_max, causer)) ++counters_.replay_overflows;
  replay_bytes_ += session.replay.bytes() - before;
  if (session.connection) send_uncounted(*session.connection, std::move(frame));
}

void Outbox::tell(const Participant& participant, Frame frame) {
  if (!participant.silent) send(*participant.session, std::move(frame));
}

void Outbox::refuse(Session& session, RequestId id, const Refusal& refusal) {
  ++counters_.errors_by_code[static_cast<std::size_t>(refusal.code)];
  if (session.connection && reports_.is_on()) {
    reports_.push(ClientRefused{*session.connection, refusal.code, session.stranger, refusal.limit,
                                session.user->name});
  }
  send(session, in_words(id, refusal));
}

void Outbox::refuse(ConnectionId connection, RequestId id, const Refusal& refusal) {
  ++counters_.errors_by_code[static_cast<std::size_t>(refusal.code)];
  reports_.push(ClientRefused{connection, refusal.code, true, refusal.limit, {}});
  send_uncounted(connection, in_words(id, refusal));
}

bool Outbox::acknowledge(Session& session, std::uint64_t received) {
  const std::size_t before = session.replay.bytes();
  if (!session.replay.acknowledge(received)) return false;
  replay_bytes_ -= before - session.replay.bytes();
  return true;
}

void Outbox::start_anew(Session& session) {
  replay_bytes_ -= session.replay.bytes();
  session.replay.reset();
  session.received = 0;
}

void Outbox::replay_after(const Session& session, std::uint64_t received) {
  for (const auto& entry : session.replay.after(received)) {
    send_uncounted(*session.connection, entry.frame);
  }
}

void Outbox::replace_all_of(Session& session, ReplayBuffer::Causer causer, const Frame& instead) {
  const std::size_t before = session.replay.bytes();
  session.replay.replace_all_of(causer, instead);
  replay_bytes_ -= before - session.replay.bytes();
}

void Outbox::count_received(Session& session, std::size_t bytes) {
  ++session.received;
  ++session.unacked_count;
  session.unacked_bytes += static_cast<std::uint32_t>(bytes);
}

void Outbox::acknowledge_if_due(Session& session) {
  if (session.unacked_count < limits_.ack_messages && session.unacked_bytes < limits_.ack_bytes)
    return;
  if (!session.connection) return;
  note_acknowledged(session);
  send_uncounted(*session.connection, encode_ack(session.received));
}

void Outbox::note_acknowledged(Session& session) {
  session.unacked_count = 0;
  session.unacked_bytes = 0;
}

std::optional<Command> Outbox::poll_command() {
  if (commands_.empty()) return std::nullopt;
  Command command = std::move(commands_.front());
  commands_.pop_front();
  return command;
}

}  // namespace visavis::signaling

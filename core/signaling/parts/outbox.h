// All that leaves the hub, and what clients say they have of it: it alone makes commands, counts
// messages to sessions and keeps them until they are acknowledged (PROTOCOL.md section 3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <utility>

#include "core/base/report_queue.h"
#include "core/signaling/model/command.h"
#include "core/signaling/model/limits.h"
#include "core/signaling/model/model.h"
#include "core/signaling/parts/counters.h"
#include "core/signaling/parts/report.h"
#include "core/signaling/wire/encode.h"

namespace visavis::signaling {

// Why a request is refused; what is left out is the code's own sentence, and no limit.
struct Refusal {
  ErrorCode code;
  std::string_view message{};             // for whoever sent it
  std::optional<Duration> retry_after{};  // when the same request could succeed
  std::string_view limit{};               // which one was reached, for the log
};

class Outbox {
 public:
  // Both must outlive it. `reports`: whether poll_report() tells anything.
  Outbox(const Limits& limits, Counters& counters, bool reports)
      : limits_(limits), counters_(counters), reports_(reports) {}

  // Counted, and kept for replay. `causer`: whose share of it this is, where that is somebody else.
  void send(Session& session, Frame frame, ReplayBuffer::Causer causer = 0);
  // Unless the participant is silent: then their device is told nothing.
  void tell(const Participant& participant, Frame frame);
  // Heartbeats, acknowledgements, presence, and all that comes before welcome.
  void send_uncounted(ConnectionId connection, Frame frame);
  // An error to whoever asked.
  void refuse(Session& session, RequestId id, const Refusal& refusal);
  void refuse(ConnectionId connection, RequestId id, const Refusal& refusal);
  // Any other command.
  template <typename Kind>
  void push(Kind command) {
    commands_.emplace_back(std::move(command));
  }

  // What a client says it has received. False when so much was never sent.
  bool acknowledge(Session& session, std::uint64_t received);
  // A page that was loaded again knows of no message: both sides count from zero.
  void start_anew(Session& session);
  // What the session missed, to its connection. Precondition: its replay buffer has it.
  void replay_after(const Session& session, std::uint64_t received);
  // Nobody needs what `causer` has caused any more: `instead` takes its numbers.
  void replace_all_of(Session& session, ReplayBuffer::Causer causer, const Frame& instead);
  // The session ends: nothing of it is kept.
  void forget(const Session& session) { replay_bytes_ -= session.replay.bytes(); }

  // What has come from a client: counted, and acknowledged when that is due, or with what tells it
  // anyway.
  void count_received(Session& session, std::size_t bytes);
  void acknowledge_if_due(Session& session);
  void note_acknowledged(Session& session);

  bool reports() const { return reports_.is_on(); }
  void report(Report report) { reports_.push(std::move(report)); }

  std::optional<Command> poll_command();
  std::optional<Report> poll_report() { return reports_.poll(); }
  std::size_t replay_bytes() const { return replay_bytes_; }

 private:
  const Limits& limits_;
  Counters& counters_;
  std::deque<Command> commands_;
  ReportQueue<Report> reports_;
  std::size_t replay_bytes_ = 0;  // of all sessions
};

}  // namespace visavis::signaling

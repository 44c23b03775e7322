// What the hub counts, for metrics. Plain numbers that only grow (Counters) or tell now (Gauges).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/signaling/wire/end_reason.h"
#include "core/signaling/wire/error_code.h"

namespace visavis::signaling {

struct Counters {
  std::uint64_t messages_received = 0;
  std::uint64_t messages_sent = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t bytes_sent = 0;  // payload, before framing
  std::uint64_t signals_forwarded = 0;
  std::uint64_t sessions_started = 0;
  std::uint64_t sessions_resumed = 0;
  std::uint64_t calls_started = 0;
  std::uint64_t calls_answered = 0;
  std::uint64_t calls_restored = 0;  // brought back from an earlier epoch
  std::uint64_t rooms_restored = 0;  // rules put in force again by a token or a membership
  std::uint64_t replay_overflows = 0;
  std::array<std::uint64_t, kEndReasonCount> calls_ended{};     // by EndReason
  std::array<std::uint64_t, kErrorCodeCount> errors_by_code{};  // by ErrorCode
};

struct Gauges {
  std::size_t connections = 0;  // sockets, welcomed or not
  std::size_t sessions = 0;     // including those waiting to be resumed
  std::size_t people = 0;
  std::size_t calls = 0;
  std::size_t rooms = 0;  // those that are remembered while they are empty included
  std::size_t replay_bytes = 0;
};

}  // namespace visavis::signaling

// Who may ring whom, and how often (PROTOCOL.md section 6): rates of each caller and each address,
// and pauses for a caller whom somebody does not answer. It knows people by their ids only, and
// does not know who has blocked whom: a blocked caller is treated like any other.
//
// A caller is *welcome* at whoever has answered or called them within the last ring_pause_memory.
// What is counted by address does not concern who is welcome, so that a stranger at the same
// address takes nothing from them.
//
// Pure, not thread-safe: the hub owns it. All tables are bounded (ring_records_max).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "core/base/source.h"
#include "core/base/time.h"
#include "core/signaling/model/budget.h"
#include "core/signaling/model/ids.h"
#include "core/signaling/model/limits.h"
#include "core/signaling/model/token_bucket.h"

namespace visavis::signaling {

struct CallerAndCallee {
  UserId caller;
  UserId callee;
  bool operator==(const CallerAndCallee&) const = default;
};

struct SourceAndCallee {
  Source source;
  UserId callee;
  bool operator==(const SourceAndCallee&) const = default;
};

}  // namespace visavis::signaling

template <>
struct std::hash<visavis::signaling::CallerAndCallee> {
  std::size_t operator()(const visavis::signaling::CallerAndCallee& pair) const noexcept;
};

template <>
struct std::hash<visavis::signaling::SourceAndCallee> {
  std::size_t operator()(const visavis::signaling::SourceAndCallee& pair) const noexcept;
};

namespace visavis::signaling {

// Before the same caller may ring the same person again, after the first, second, third, and every
// further ring in a row that was not answered.
inline constexpr std::array<Duration, 4> kRingPauses = {seconds(0), seconds(10), seconds(30),
                                                        seconds(120)};

class RingGuard {
 public:
  // `limits` must outlive the guard.
  explicit RingGuard(const Limits& limits);

  struct Caller {
    UserId user;
    Source source;  // of those who are not known, the address pays, too
  };
  enum class Reason : std::uint8_t {
    kNotAnswered,        // `callee` has not answered this caller: a pause
    kCaller,             // this caller rings too many
    kAddress,            // the callers of this address together ring too many
    kAddressAtOnePerson  // they ring `callee` too often
  };
  struct Refusal {
    Reason reason;
    UserId callee;
    Duration retry_after;  // more than nothing
    bool operator==(const Refusal&) const = default;
  };

  // Nothing where the caller may ring all of them now; counts nothing.
  std::optional<Refusal> check(const Caller& caller, std::span<const UserId> callees,
                               Instant now) const;
  // They ring. Precondition: check() has just found nothing against it.
  void on_ring(const Caller& caller, std::span<const UserId> callees, Instant now);
  // A ring is over: declined, missed, cancelled, or either side is gone.
  void on_unanswered(const UserId& caller, const UserId& callee, Instant now);
  void on_answered(const UserId& caller, const UserId& callee, Instant now);

  bool is_welcome(const UserId& caller, const UserId& callee, Instant now) const;

 private:
  struct History {
    std::uint8_t unanswered = 0;  // in a row; no more than there are pauses
    Instant last_unanswered{};
    std::optional<Instant> welcomed;  // last answered or called back
  };

  Duration pause_left(const CallerAndCallee& pair, Instant now) const;
  void welcome(const CallerAndCallee& pair, Instant now);

  const Limits& limits_;
  AccountBook<CallerAndCallee, History> histories_;
  AccountBook<UserId, TokenBucket> callers_;
  AccountBook<IpAddress, TokenBucket> addresses_;
  AccountBook<SourceAndCallee, TokenBucket> addresses_at_people_;
};

}  // namespace visavis::signaling

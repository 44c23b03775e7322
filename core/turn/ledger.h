// What the relay counts for all loops together, so that no limit is larger where there are more of
// them: allocations, bytes, reservations, challenges, failed log-ins, calls that have ended.
//
// The servers of all loops are given one Ledger. LocalLedger (local_ledger.h) is for one thread;
// the shell gives one that several may use at once. Everything here but Account::lease() is for
// what is rare; lease() is called for data, a few times a second for each allocation, and neither
// locks nor takes memory.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "core/base/ip_address.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/turn/counters.h"
#include "core/turn/reservation_book.h"
#include "core/turn/types.h"

namespace visavis::turn {

// Who something counts for.
struct Holder {
  std::string_view user;
  const CallKey* call = nullptr;  // null: of no call
  IpAddress address;              // of the client
  // The call is that of a check code, which has so many bytes in all (check_budgets.h).
  bool is_check = false;
};

// Data from a client, and in open mode data from peers. Each has a budget of its own, so that who
// floods a client from outside does not silence it.
enum class Flow : std::uint8_t { kFromClient, kFromPeers };
inline constexpr std::size_t kFlows = 2;

// An allocation, as far as it counts for somebody: until this is destroyed.
class Account {
 public:
  virtual ~Account() = default;

  struct Wish {
    std::uint64_t least = 1;  // > 0
    std::uint64_t most = 1;
    std::uint64_t unused = 0;  // of what it was granted before; given back first
  };
  // So many bytes that may pass, or why there are fewer than `least`.
  virtual Result<std::uint64_t, Refusal> lease(Flow flow, const Wish& wish, Instant now) = 0;
};

// Whom a 401 or 438 would go to.
enum class Asker : std::uint8_t {
  kStranger,  // over UDP, whose address may be made up: counted by address
  kProven,    // over a stream, or with a nonce that was given to its address: counted by itself
};

class Ledger {
 public:
  virtual ~Ledger() = default;

  // One allocation more, or why not.
  virtual Result<std::unique_ptr<Account>, Refusal> open(const Holder& holder, Instant now) = 0;
  // One reserved port more, or why not.
  virtual Result<std::unique_ptr<Claim>, Refusal> reserve(std::string_view user, Instant now) = 0;

  // Ports that are reserved and bound, for the servers of all loops: the kernel decides which loop
  // hears from whoever brings the token. See ReservationBook.
  virtual void keep(Reservation reservation) = 0;
  virtual std::optional<Reservation> redeem(std::uint64_t token, std::string_view user,
                                            Instant now) = 0;
  virtual ExpiredReservations expire_reservations(Instant now) = 0;

  // Whether one more challenge may be sent; counts it.
  virtual bool take_challenge(Asker asker, const FiveTuple& client, Instant now) = 0;

  // Names and passwords that can be guessed; see LoginThrottle.
  virtual bool may_log_in(std::string_view name, const IpAddress& client, Instant now) = 0;
  virtual void log_in_failed(std::string_view name, const IpAddress& client, Instant now) = 0;
  virtual void log_in_succeeded(std::string_view name, const IpAddress& client, Instant now) = 0;

  // See EndedCalls. Each loop tells of each end; only the first one counts.
  virtual void end_call(std::string_view call, std::optional<std::string_view> participant,
                        Instant now) = 0;
  virtual bool has_ended(std::string_view call, std::string_view participant) = 0;
};

}  // namespace visavis::turn

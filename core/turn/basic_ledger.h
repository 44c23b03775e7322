// The one implementation of Ledger, for one thread or for several: Cell counts bytes and challenges
// (rate.h), Mutex has lock() and unlock() and guards the rest.
//
// Bytes: a user has a rate, and a call has one; beyond it, what they send is lost. The whole relay
// has one, too. What each address (IPv4, IPv6 /64) may take of that, per second and at once,
// shrinks as it fills: half full, an address may have all of it, full nothing. So it fills until
// those who take most are held back enough, and who takes less than an equal share loses nothing.
// In the same way the users behind one address share what that may have.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "core/base/address_shares.h"
#include "core/turn/allocations.h"
#include "core/turn/challenge_limiter.h"
#include "core/turn/check_budgets.h"
#include "core/turn/ended_calls.h"
#include "core/turn/ledger.h"
#include "core/turn/limits.h"
#include "core/turn/login_throttle.h"
#include "core/turn/parties.h"
#include "core/turn/rate.h"
#include "core/turn/reservation_book.h"

namespace visavis::turn {

// Of the half of a budget that is free: 1 while less than half is taken, 0 when all is.
inline double freedom(double level) { return std::min(1.0, 2 * (1 - level)); }

template <typename Cell, typename Mutex>
class BasicLedger final : public Ledger {
 public:
  BasicLedger(const Limits& limits, Random& random)
      : limits_(limits),
        challenges_(limits_, random),
        allocations_(limits_.allocations_max, limits_.allocations_per_address_max),
        checks_(limits_.check_bytes_per_code_max, limits_.check_codes_max),
        logins_(limits_),
        ended_(limits_.ended_calls_max) {}
  BasicLedger(const BasicLedger&) = delete;
  BasicLedger& operator=(const BasicLedger&) = delete;

  Result<std::unique_ptr<Account>, Refusal> open(const Holder& holder, Instant now) override {
    const Guard guard(mutex_);
    CheckMember* check = nullptr;
    if (holder.is_check) {
      check = checks_.hold(*holder.call, now);
      if (check == nullptr) {
        return Failure{checks_.left(*holder.call) == 0 ? Refusal::kCheckUsedUp
                                                       : Refusal::kServerFull};
      }
    }
    auto share = std::make_unique<Share>(*this, hold(holder, check, now));
    if (const auto refusal = allocation_refusal(share->parties(), now)) {
      let_go(share->release());
      return Failure{*refusal};
    }
    count_allocation(share->parties(), true);
    return std::unique_ptr<Account>(std::move(share));
  }

  // What the bearers of a check code may still have relayed; by the name of its call.
  std::uint64_t check_bytes_left(std::string_view call) const {
    const Guard guard(mutex_);
    return checks_.left(call_key(call));
  }

  Result<std::unique_ptr<Claim>, Refusal> reserve(std::string_view name, Instant now) override {
    const Guard guard(mutex_);
    latest_ = std::max(latest_, now);
    const Held held{.user = users_.get(std::string(name))};
    auto& user = Users::party(held.user);
    if (user.reservations >= limits_.reservations_per_user_max ||
        reservations_ >= limits_.reservations_max) {
      const bool own = user.reservations >= limits_.reservations_per_user_max;
      let_go(held);
      return Failure{own ? Refusal::kQuota : Refusal::kServerFull};
    }
    ++user.reservations;
    ++reservations_;
    return std::unique_ptr<Claim>(std::make_unique<Reserved>(*this, held));
  }

  void keep(Reservation reservation) override {
    const Guard guard(mutex_);
    book_.keep(std::move(reservation));
  }
  std::optional<Reservation> redeem(std::uint64_t token, std::string_view user,
                                    Instant now) override {
    const Guard guard(mutex_);
    return book_.redeem(token, user, now);
  }
  ExpiredReservations expire_reservations(Instant now) override {
    const Guard guard(mutex_);
    return book_.expire(now);
  }

  bool take_challenge(Asker asker, const FiveTuple& client, Instant now) override {
    return challenges_.take(asker, client, now);
  }

  bool may_log_in(std::string_view name, const IpAddress& client, Instant now) override {
    const Guard guard(mutex_);
    return logins_.may_try(name, client, now);
  }
  void log_in_failed(std::string_view name, const IpAddress& client, Instant now) override {
    const Guard guard(mutex_);
    logins_.failed(name, client, now);
  }
  void log_in_succeeded(std::string_view name, const IpAddress& client, Instant now) override {
    const Guard guard(mutex_);
    logins_.succeeded(name, client, now);
  }

  void end_call(std::string_view call, std::optional<std::string_view> participant,
                Instant now) override {
    const Guard guard(mutex_);
    ended_.add(call, participant, now);
  }
  bool has_ended(std::string_view call, std::string_view participant) override {
    const Guard guard(mutex_);
    return ended_.contains(call, participant);
  }

 private:
  using Users = Parties<std::string, Cell>;
  using Calls = Parties<CallKey, Cell>;
  using Addresses = Parties<IpAddress, Cell>;
  using CheckMember = typename CheckBudgets<Cell>::Member;

  class Guard {
   public:
    explicit Guard(Mutex& mutex) : mutex_(mutex) { mutex_.lock(); }
    ~Guard() { mutex_.unlock(); }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

   private:
    Mutex& mutex_;
  };

  struct Held {
    typename Users::Member* user = nullptr;
    typename Calls::Member* call = nullptr;         // null: of no call
    typename Addresses::Member* address = nullptr;  // null: of a reservation
    CheckMember* check = nullptr;                   // null: of no connection check
  };

  class Share final : public Account {
   public:
    Share(BasicLedger& ledger, Held held) : ledger_(ledger), held_(held) {}
    ~Share() override {
      if (held_.user != nullptr) ledger_.close(held_);
    }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

    const Held& parties() const { return held_; }
    Held release() { return std::exchange(held_, {}); }
    Result<std::uint64_t, Refusal> lease(Flow flow, const Wish& wish, Instant now) override {
      return ledger_.lease(held_, flow, wish, now);
    }

   private:
    BasicLedger& ledger_;
    Held held_;
  };

  class Reserved final : public Claim {
   public:
    Reserved(BasicLedger& ledger, Held held) : ledger_(ledger), held_(held) {}
    ~Reserved() override { ledger_.end_reservation(held_); }
    Reserved(const Reserved&) = delete;
    Reserved& operator=(const Reserved&) = delete;

   private:
    BasicLedger& ledger_;
    Held held_;
  };

  Held hold(const Holder& holder, CheckMember* check, Instant now) {
    latest_ = std::max(latest_, now);
    users_.forget(latest_);
    calls_.forget(latest_);
    addresses_.forget(latest_);
    return {users_.get(std::string(holder.user)),
            holder.call == nullptr ? nullptr : calls_.get(*holder.call),
            addresses_.get(holder.address.limit_key()), check};
  }
  void let_go(const Held& held) {
    users_.let_go(held.user, latest_, limits_.allocations_max);
    if (held.call != nullptr) calls_.let_go(held.call, latest_, limits_.allocations_max);
    if (held.address != nullptr) {
      addresses_.let_go(held.address, latest_, limits_.allocations_max);
    }
    if (held.check != nullptr) checks_.let_go(*held.check, latest_);
  }

  // Who has too many hears so before the server tells that it is full.
  std::optional<Refusal> allocation_refusal(const Held& held, Instant now) {
    auto& user = Users::party(held.user);
    if (user.allocations >= limits_.allocations_per_user_max) return Refusal::kQuota;
    if (held.call != nullptr &&
        Calls::party(held.call).allocations >= limits_.allocations_per_call_max) {
      return Refusal::kQuota;
    }
    if (!allocations_.has_place({held.address->first})) {
      return allocations_.is_full() ? Refusal::kServerFull : Refusal::kAddressQuota;
    }
    const double per_second = limits_.new_allocations_per_second_per_user;
    const double burst = limits_.new_allocations_burst_per_user;
    const auto at_once = Duration(static_cast<std::int64_t>(burst / per_second * 1e6));
    if (take(user.made, {per_second, at_once}, 1, 1, now) == 0) return Refusal::kAllocationRate;
    return std::nullopt;
  }

  void count_allocation(const Held& held, bool more) {
    const auto count = [more](std::size_t& number) { more ? ++number : --number; };
    more ? allocations_.add({held.address->first}) : allocations_.remove({held.address->first});
    count(Users::party(held.user).allocations);
    if (held.call != nullptr) count(Calls::party(held.call).allocations);
    count(Addresses::party(held.address).allocations);
  }
  void close(const Held& held) {
    const Guard guard(mutex_);
    count_allocation(held, false);
    let_go(held);
  }
  void end_reservation(const Held& held) {
    const Guard guard(mutex_);
    --reservations_;
    --Users::party(held.user).reservations;
    let_go(held);
  }

  // The budgets that data counts in, from the one that is the sender's own to that of all. Not
  // under the mutex: those who are held stay where they are.
  struct Budget {
    Cell* cell = nullptr;
    Rate rate;
  };
  using Budgets = std::array<Budget, 4>;
  static constexpr std::size_t kOwnBudgets = 2;  // the first ones

  Budgets budgets(const Held& held, Flow flow, Instant now) {
    const auto per_second = [](std::uint64_t bytes) { return static_cast<double>(bytes); };
    const Rate whole{per_second(limits_.bytes_per_second_max)};
    Cell& of_address = Addresses::party(held.address).bytes[0];
    const Rate address =
        shrunk({whole.per_second, kAddressAtOnce}, freedom(level(whole_, whole, now)));
    const Rate user = shrunk({per_second(limits_.bytes_per_second_per_user_max)},
                             freedom(level(of_address, address, now)));
    Budgets all;
    all[0] = {&Users::party(held.user).bytes[static_cast<std::size_t>(flow)], user};
    if (held.call != nullptr) {
      all[1] = {&Calls::party(held.call).bytes[0],
                {per_second(limits_.bytes_per_second_per_call_max)}};
    }
    all[2] = {&of_address, address};
    all[3] = {&whole_, whole};
    return all;
  }

  Result<std::uint64_t, Refusal> lease(const Held& held, Flow flow, const Account::Wish& wish,
                                       Instant now) {
    const Budgets all = budgets(held, flow, now);
    for (const Budget& budget : all) give_back_to(budget, wish.unused);
    if (held.check != nullptr) checks_.give_back(*held.check, wish.unused);
    std::uint64_t granted = wish.most;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].cell == nullptr) continue;
      const std::uint64_t taken = take(*all[i].cell, all[i].rate, wish.least, granted, now);
      for (std::size_t j = 0; j < i; ++j) give_back_to(all[j], granted - taken);
      if (taken == 0) {
        return Failure{i < kOwnBudgets ? Refusal::kBandwidth : Refusal::kBandwidthShared};
      }
      granted = taken;
    }
    if (held.check == nullptr) return granted;
    const std::uint64_t taken = checks_.take(*held.check, wish.least, granted);
    for (const Budget& budget : all) give_back_to(budget, granted - taken);
    if (taken == 0) return Failure{Refusal::kCheckUsedUp};
    return taken;
  }
  static void give_back_to(const Budget& budget, std::uint64_t amount) {
    if (budget.cell != nullptr) give_back(*budget.cell, budget.rate, amount);
  }

  // Who has sent little may always send something at once.
  static constexpr Duration kAtOnceMin = milliseconds(50);

  static Rate shrunk(const Rate& rate, double free) {
    if (free >= 1 || rate.per_second <= 0) return rate;
    const auto at_once = static_cast<double>(rate.at_once.count()) * free;
    return {std::max(rate.per_second * free, 1.0),
            std::max(Duration(static_cast<std::int64_t>(at_once)), kAtOnceMin)};
  }

  // An address that has sent nothing may begin with so much of what the relay carries; less than
  // the half that nobody is held back for.
  static constexpr Duration kAddressAtOnce = milliseconds(250);

  const Limits limits_;
  ChallengeLimiter<Cell> challenges_;
  alignas(128) Cell whole_;  // bytes; on a cache line of its own
  alignas(128) mutable Mutex mutex_;
  Users users_;
  Calls calls_;
  Addresses addresses_;
  AddressShares allocations_;
  std::size_t reservations_ = 0;
  CheckBudgets<Cell> checks_;
  LoginThrottle logins_;
  EndedCalls ended_;
  Instant latest_{};
  ReservationBook book_;  // the last member: its claims count in the others
};

}  // namespace visavis::turn

// What somebody may make the server do, and what of it is left: by messages, by bytes, and by what
// the messages cost the hub. Work is charged to whoever causes it: to a session, to its person, and
// to the address of those who have shown nothing that says who they are (docs/operating.md, "Who
// pays for what").
//
// Pure values; the caller says what time it is.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <list>
#include <unordered_map>

#include "core/base/ip_address.h"
#include "core/base/time.h"
#include "core/signaling/model/token_bucket.h"

namespace visavis::signaling {

// How much there is of each: on average, and at once.
struct Allowance {
  Rate messages;
  Rate bytes;
  Rate cost_us;  // of the hub's time, in microseconds

  Allowance times(std::uint32_t factor) const;
};

// What one thing takes.
struct Charge {
  float messages = 1;
  float bytes = 0;
  float cost_us = 0;
};

// 24 bytes of state; the Allowance is given with each call, since thousands of budgets share one.
class Budget {
 public:
  // A new budget is full.
  Budget(const Allowance& allowance, Instant now);

  // Takes all of the charge, or nothing of it.
  bool take(const Allowance& allowance, Instant now, const Charge& charge);

  bool is_full(const Allowance& allowance, Instant now) const;

  // How long until such a charge can be taken, if nothing else is; zero where it can be now. A
  // charge larger than can be had at once is counted as that much.
  Duration wait_for(const Allowance& allowance, Instant now, const Charge& charge) const;

 private:
  Charge available(const Allowance& allowance, Instant now) const;

  Instant updated_;
  Charge left_;
};

// One account for each key that somebody has used lately, at most `capacity` of them. Whoever has
// been quiet for longest is forgotten first, and so begins anew: a full book refuses nobody.
template <typename Key, typename Account>
class AccountBook {
 public:
  explicit AccountBook(std::size_t capacity) : capacity_(std::max<std::size_t>(capacity, 1)) {}

  // The key's account; a new one is made by `make()`. Valid until the next call.
  template <typename Make>
  Account& use(const Key& key, Make make) {
    if (const auto found = by_key_.find(key); found != by_key_.end()) {
      by_use_.splice(by_use_.end(), by_use_, found->second);
      return found->second->account;
    }
    if (by_use_.size() >= capacity_) forget_quietest();
    by_use_.push_back({key, make()});
    by_key_.emplace(key, std::prev(by_use_.end()));
    return by_use_.back().account;
  }

  // Null where the key has none. Does not count as use.
  Account* find(const Key& key) {
    const auto found = by_key_.find(key);
    return found == by_key_.end() ? nullptr : &found->second->account;
  }
  const Account* find(const Key& key) const {
    const auto found = by_key_.find(key);
    return found == by_key_.end() ? nullptr : &found->second->account;
  }

  // Forgets the quietest accounts for which `is_done` holds, two at the most: called with every
  // use, this keeps a book as small as what is going on.
  template <typename IsDone>
  void forget_done(IsDone is_done) {
    for (int i = 0; i < 2 && !by_use_.empty() && is_done(by_use_.front().account); ++i) {
      forget_quietest();
    }
  }

  std::size_t size() const { return by_use_.size(); }

 private:
  struct Entry {
    Key key;
    Account account;
  };

  void forget_quietest() {
    by_key_.erase(by_use_.front().key);
    by_use_.pop_front();
  }

  std::size_t capacity_;
  std::list<Entry> by_use_;  // the quietest first
  std::unordered_map<Key, typename std::list<Entry>::iterator> by_key_;
};

// Answers for what those at one address do who have not shown who they are. All that a process does
// for them is to be charged to one of these, so it may be shared with other threads.
class AddressLedger {
 public:
  virtual ~AddressLedger() = default;

  // One hello or look without a token, or one thing that failed. False: too many.
  virtual bool take_step(const IpAddress& address, Instant now) = 0;
  // A message of a session that has not shown who it is. False: too many.
  virtual bool take(const IpAddress& address, Instant now, const Charge& charge) = 0;
};

// An account for each IPv4 address and each IPv6 /64, and one with ten times as much for all that
// is in an IPv6 /48. Not thread-safe.
class AddressBudgets final : public AddressLedger {
 public:
  struct Options {
    Allowance allowance;  // of what sessions say that have shown no token
    Rate strangers;       // hellos and looks without a token, and everything that failed
    std::size_t addresses_max;
  };

  explicit AddressBudgets(const Options& options);

  bool take_step(const IpAddress& address, Instant now) override;
  bool take(const IpAddress& address, Instant now, const Charge& charge) override;

  // Addresses that are remembered.
  std::size_t size() const { return networks_.size(); }

 private:
  struct Account {
    Budget budget;
    TokenBucket strangers;
  };

  using Book = AccountBook<IpAddress, Account>;

  template <typename Take>
  bool take_of_both(const IpAddress& address, Instant now, Take take);
  Account& use(Book& book, const IpAddress& network, std::uint32_t factor, Instant now);

  Options options_;
  Book networks_;
  Book sites_;
};

}  // namespace visavis::signaling

// What strangers at one address may do, whichever part of the process they come to: the hub on its
// loop and HTTP on all loops charge the same account.
#pragma once

#include <mutex>

#include "core/signaling/model/budget.h"

namespace visavis::services {

// Thread-safe.
class SharedAddressBudgets final : public signaling::AddressLedger {
 public:
  explicit SharedAddressBudgets(const signaling::AddressBudgets::Options& options)
      : budgets_(options) {}

  bool take_step(const IpAddress& address, Instant now) override {
    const std::lock_guard lock(mutex_);
    return budgets_.take_step(address, now);
  }
  bool take(const IpAddress& address, Instant now, const signaling::Charge& charge) override {
    const std::lock_guard lock(mutex_);
    return budgets_.take(address, now, charge);
  }

 private:
  std::mutex mutex_;
  signaling::AddressBudgets budgets_;
};

}  // namespace visavis::services

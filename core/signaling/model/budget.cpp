#include "core/signaling/model/budget.h"

#include <cmath>

namespace visavis::signaling {
namespace {

// A /48 is what a household or an office of a careful provider has, and what a hostile one has for
// nothing: 65,536 networks of /64.
constexpr std::uint32_t kSiteFactor = 10;

Rate times(Rate rate, std::uint32_t factor) {
  return {rate.per_second * factor, rate.burst * factor};
}

float refilled(float left, Rate rate, float elapsed_seconds) {
  return std::min(static_cast<float>(rate.burst),
                  left + elapsed_seconds * static_cast<float>(rate.per_second));
}

float seconds_until(float left, Rate rate, float wanted) {
  const float missing = std::min(wanted, static_cast<float>(rate.burst)) - left;
  if (missing <= 0) return 0;
  return missing / static_cast<float>(std::max<std::uint32_t>(rate.per_second, 1));
}

}  // namespace

Allowance Allowance::times(std::uint32_t factor) const {
  return {signaling::times(messages, factor), signaling::times(bytes, factor),
          signaling::times(cost_us, factor)};
}

Budget::Budget(const Allowance& allowance, Instant now)
    : updated_(now),
      left_{static_cast<float>(allowance.messages.burst), static_cast<float>(allowance.bytes.burst),
            static_cast<float>(allowance.cost_us.burst)} {}

Charge Budget::available(const Allowance& allowance, Instant now) const {
  if (now <= updated_) return left_;
  const std::chrono::duration<float> elapsed = now - updated_;
  return {refilled(left_.messages, allowance.messages, elapsed.count()),
          refilled(left_.bytes, allowance.bytes, elapsed.count()),
          refilled(left_.cost_us, allowance.cost_us, elapsed.count())};
}

bool Budget::take(const Allowance& allowance, Instant now, const Charge& charge) {
  left_ = available(allowance, now);
  updated_ = std::max(updated_, now);
  if (left_.messages < charge.messages || left_.bytes < charge.bytes ||
      left_.cost_us < charge.cost_us) {
    return false;
  }
  left_.messages -= charge.messages;
  left_.bytes -= charge.bytes;
  left_.cost_us -= charge.cost_us;
  return true;
}

bool Budget::is_full(const Allowance& allowance, Instant now) const {
  const Charge left = available(allowance, now);
  return left.messages >= static_cast<float>(allowance.messages.burst) &&
         left.bytes >= static_cast<float>(allowance.bytes.burst) &&
         left.cost_us >= static_cast<float>(allowance.cost_us.burst);
}

Duration Budget::wait_for(const Allowance& allowance, Instant now, const Charge& charge) const {
  const Charge left = available(allowance, now);
  const float wait = std::max({seconds_until(left.messages, allowance.messages, charge.messages),
                               seconds_until(left.bytes, allowance.bytes, charge.bytes),
                               seconds_until(left.cost_us, allowance.cost_us, charge.cost_us)});
  return milliseconds(std::llround(std::ceil(wait * 1'000.0F)));
}

AddressBudgets::AddressBudgets(const Options& options)
    : options_(options), networks_(options.addresses_max), sites_(options.addresses_max) {}

AddressBudgets::Account& AddressBudgets::use(Book& book, const IpAddress& network,
                                             std::uint32_t factor, Instant now) {
  const Allowance allowance = options_.allowance.times(factor);
  const Rate strangers = times(options_.strangers, factor);
  book.forget_done([&](const Account& account) {
    return account.budget.is_full(allowance, now) && account.strangers.is_full(strangers, now);
  });
  return book.use(network,
                  [&] { return Account{Budget(allowance, now), TokenBucket(strangers, now)}; });
}

// The network pays first, so that one that has nothing left takes nothing from its neighbours.
template <typename Take>
bool AddressBudgets::take_of_both(const IpAddress& address, Instant now, Take take) {
  if (!take(use(networks_, address.limit_key(), 1, now), 1)) return false;
  return address.is_v4() || take(use(sites_, address.site_key(), kSiteFactor, now), kSiteFactor);
}

bool AddressBudgets::take_step(const IpAddress& address, Instant now) {
  return take_of_both(address, now, [&](Account& account, std::uint32_t factor) {
    return account.strangers.take(times(options_.strangers, factor), now);
  });
}

bool AddressBudgets::take(const IpAddress& address, Instant now, const Charge& charge) {
  return take_of_both(address, now, [&](Account& account, std::uint32_t factor) {
    return account.budget.take(options_.allowance.times(factor), now, charge);
  });
}

}  // namespace visavis::signaling

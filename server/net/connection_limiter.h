// How many connections there may be, in all and from one client.
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>

#include "core/base/address_shares.h"
#include "core/base/ip_address.h"

namespace visavis::net {

class ConnectionLimiter;

// One connection's place. Gives it back when destroyed, from any thread.
class Admission {
 public:
  Admission(Admission&& other) noexcept;
  Admission& operator=(Admission&&) = delete;
  ~Admission();

  // False: this connection is beyond a limit and has a place only to be told so.
  bool granted() const { return granted_; }
  // Counts the connection for `client` from now on, when its address becomes known only later
  // (behind a trusted proxy). False: this client has as many as it may have.
  bool count_for(const IpAddress& client);

 private:
  friend class ConnectionLimiter;
  Admission(ConnectionLimiter& limiter, bool granted) : limiter_(&limiter), granted_(granted) {}

  ConnectionLimiter* limiter_;
  bool granted_;
  std::optional<IpAddress> counted_for_;  // a limit_key()
};

// Thread-safe. Must outlive its admissions.
class ConnectionLimiter {
 public:
  ConnectionLimiter(std::size_t connections_max, std::size_t per_address_max)
      : connections_max_(connections_max), shares_(connections_max, per_address_max) {}

  // `client` is empty for a trusted proxy, which stands for many clients. Nothing: not even room
  // for a refusal, just close.
  std::optional<Admission> admit(const std::optional<IpAddress>& client);

 private:
  friend class Admission;
  // Connections beyond the limits that are served one answer, 503, at the same time.
  static constexpr std::size_t kRefusalsMax = 64;

  bool count_for(const IpAddress& key);
  void release(const Admission& admission);

  const std::size_t connections_max_;
  std::mutex mutex_;
  std::size_t connections_ = 0;
  std::size_t refusals_ = 0;
  AddressShares shares_;  // of the connections whose client is known
};

}  // namespace visavis::net

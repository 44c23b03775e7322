// Nonces that the server does not have to remember (RFC 8489 sections 9.2 and 18.1): each carries
// when it was issued, and a keyed digest of that and of the client's address.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/ip_address.h"
#include "core/base/time.h"

namespace visavis::stun {

// What the nonce cookie announces (section 18.1), so that nobody in between can take it away.
enum class SecurityFeature : std::uint32_t {
  kPasswordAlgorithms = 1U << 0U,
  kUsernameAnonymity = 1U << 1U,
};

class NonceIssuer {
 public:
  using Key = std::array<std::uint8_t, 32>;

  // `key` must be unpredictable and of this process: Instants of another one mean nothing here.
  // `features` are SecurityFeature bits.
  NonceIssuer(const Key& key, Duration lifetime, std::uint32_t features);

  // Printable, 35 characters.
  std::string issue(const IpAddress& client, Instant now) const;

  // Whether we issued it to this client, not too long ago.
  bool is_fresh(std::string_view nonce, const IpAddress& client, Instant now) const;

 private:
  std::string make(std::uint32_t issued_at, const IpAddress& client) const;

  const Key key_;
  const Duration lifetime_;
  const std::string prefix_;
};

// Whether a nonce, anybody's, announces the feature.
bool announces(std::string_view nonce, SecurityFeature feature);

}  // namespace visavis::stun

// The long-term credential mechanism, the server's side (RFC 8489 section 9.2).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/crypto.h"
#include "core/base/result.h"
#include "core/stun/attributes/message_integrity.h"
#include "core/stun/attributes/password_algorithm.h"
#include "core/stun/message.h"
#include "core/stun/nonce.h"

namespace visavis::stun {

// RFC 8489 sections 14.3, 14.9 and 14.10 allow fewer than 509 and 763 bytes.
inline constexpr std::size_t kUsernameBytesMax = 508;
inline constexpr std::size_t kRealmBytesMax = 64;  // ours; answers must stay small

// The key of MESSAGE-INTEGRITY: the digest of "username:realm:password" (section 9.2.2).
struct LongTermKey {
  std::array<std::uint8_t, 32> bytes{};
  std::size_t size = 0;
  PasswordAlgorithm algorithm = PasswordAlgorithm::kMd5;

  ByteView view() const { return ByteView(bytes).first(size); }
};
LongTermKey long_term_key(PasswordAlgorithm algorithm, std::string_view username,
                          std::string_view realm, std::string_view password);

// The value of USERHASH (section 14.4).
Sha256Digest userhash(std::string_view username, std::string_view realm);

// Who may do something here. Asked with names that anybody may have sent.
class Accounts {
 public:
  virtual ~Accounts() = default;
  // Null: nobody, or not any more.
  virtual std::optional<LongTermKey> key(std::string_view username,
                                         PasswordAlgorithm algorithm) const = 0;
  // Null where names cannot be told from hashes; then do not announce kUsernameAnonymity.
  virtual std::optional<std::string> username(ByteView userhash) const = 0;
};

struct Authenticated {
  std::string username;
  LongTermKey key;
  Integrity integrity = Integrity::kSha1;  // what the answer is to be protected with
};

// Who a request comes from, or the error to answer it with: 400, 401 or 438, the last two with a
// challenge.
class LongTermAuthenticator {
 public:
  LongTermAuthenticator(std::string realm, NonceIssuer nonces);

  Result<Authenticated, ErrorCode> authenticate(const Message& request, const IpAddress& client,
                                                const Accounts& accounts, Instant now) const;

  // REALM, NONCE, PASSWORD-ALGORITHMS.
  void add_challenge(MessageBuilder& answer, const IpAddress& client, Instant now) const;

  const std::string& realm() const { return realm_; }

 private:
  const std::string realm_;
  const NonceIssuer nonces_;
};

}  // namespace visavis::stun

#include "core/turn/credentials.h"

#include <algorithm>

namespace visavis::turn {
namespace {

using stun::AttributeType;
using stun::ErrorCode;
using stun::LongTermKey;
using stun::PasswordAlgorithm;
using Outcome = Result<stun::Authenticated, ErrorCode>;

// A client takes the bit to mean that it may say USERHASH for any name, and a hash leads to no
// ephemeral one.
std::uint32_t features(const ServerOptions& options) {
  auto bits = static_cast<std::uint32_t>(stun::SecurityFeature::kPasswordAlgorithms);
  if (options.mode == Mode::kOpen && !options.users.empty() && options.secrets.empty()) {
    bits |= static_cast<std::uint32_t>(stun::SecurityFeature::kUsernameAnonymity);
  }
  return bits;
}

// The one who made an allocation.
class Owner : public stun::Accounts {
 public:
  explicit Owner(const Allocation& allocation) : allocation_(allocation) {}
  std::optional<LongTermKey> key(std::string_view username,
                                 PasswordAlgorithm algorithm) const override {
    if (username != allocation_.username || algorithm != allocation_.key.algorithm) {
      return std::nullopt;
    }
    return allocation_.key;
  }
  std::optional<std::string> username(ByteView /*userhash*/) const override { return std::nullopt; }

 private:
  const Allocation& allocation_;
};

class StaticUsers : public stun::Accounts {
 public:
  explicit StaticUsers(const ServerOptions& options) : options_(options) {}
  std::optional<LongTermKey> key(std::string_view username,
                                 PasswordAlgorithm algorithm) const override {
    if (options_.mode != Mode::kOpen) return std::nullopt;
    const auto it = std::ranges::find(options_.users, username, &StaticUser::name);
    if (it == options_.users.end()) return std::nullopt;
    return stun::long_term_key(algorithm, username, options_.realm, it->password);
  }
  std::optional<std::string> username(ByteView userhash) const override {
    for (const StaticUser& user : options_.users) {
      const Sha256Digest hash = stun::userhash(user.name, options_.realm);
      if (std::ranges::equal(hash, userhash)) return user.name;
    }
    return std::nullopt;
  }

 private:
  const ServerOptions& options_;
};

// Whoever has a credential that was issued under this secret.
class Bearers : public stun::Accounts {
 public:
  Bearers(std::string_view realm, std::string_view secret) : realm_(realm), secret_(secret) {}
  std::optional<LongTermKey> key(std::string_view username,
                                 PasswordAlgorithm algorithm) const override {
    return stun::long_term_key(algorithm, username, realm_, ephemeral_password(secret_, username));
  }
  std::optional<std::string> username(ByteView /*userhash*/) const override { return std::nullopt; }

 private:
  std::string_view realm_;
  std::string_view secret_;
};

std::string_view username_of(const stun::Message& request) {
  const auto username = request.find(AttributeType::kUsername);
  return username ? as_text(username->value) : std::string_view{};
}

bool is_wrong_key(const Outcome& outcome) {
  return !outcome && outcome.error() == ErrorCode::kUnauthenticated;
}

}  // namespace

Credentials::Credentials(const ServerOptions& options, const EndedCalls& ended)
    : options_(options),
      ended_(ended),
      authenticator_(
          options.realm,
          stun::NonceIssuer(options.nonce_key, options.limits.nonce_lifetime, features(options))),
      ageless_nonces_(options.nonce_key, Duration::max(), features(options)) {}

Outcome Credentials::authenticate(const stun::Message& request, const IpAddress& client,
                                  const Allocation* allocation, const Clock& at) const {
  const std::string_view username = username_of(request);
  if (allocation != nullptr && username == allocation->username) {
    auto outcome = authenticator_.authenticate(request, client, Owner(*allocation), at.now);
    if (!is_wrong_key(outcome)) return outcome;
  }
  auto outcome = authenticator_.authenticate(request, client, StaticUsers(options_), at.now);
  const auto name = parse_ephemeral_name(username);
  if (!is_wrong_key(outcome) || is_static_user(username) || !name || !is_valid(*name, at.wall)) {
    return outcome;
  }
  for (const std::string& secret : options_.secrets) {
    outcome = authenticator_.authenticate(request, client, Bearers(options_.realm, secret), at.now);
    if (!is_wrong_key(outcome)) break;
  }
  return outcome;
}

bool Credentials::is_static_user(std::string_view username) const {
  return options_.mode == Mode::kOpen &&
         std::ranges::find(options_.users, username, &StaticUser::name) != options_.users.end();
}

bool Credentials::is_valid(const EphemeralName& name, std::chrono::sys_seconds wall) const {
  if (name.expiry <= wall) return false;
  if (!name.call.empty() && ended_.contains(name.call, name.participant)) return false;
  if (options_.mode == Mode::kOpen) return true;
  return !name.call.empty() && !name.participant.empty() &&
         name.expiry <= wall + kCredentialLifetimeMax;
}

Identity Credentials::identity(std::string_view username) const {
  const auto name = parse_ephemeral_name(username);
  if (is_static_user(username) || !name) return {username, {}, {}};
  if (name->participant.empty()) return {username, name->call, {}};
  return {username.substr(username.find(':') + 1), name->call, name->participant};
}

}  // namespace visavis::turn

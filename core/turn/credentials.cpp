#include "core/turn/credentials.h"

#include <algorithm>
#include <utility>

namespace visavis::turn {
namespace {

using stun::AttributeType;
using stun::ErrorCode;
using stun::LongTermKey;
using stun::PasswordAlgorithm;

// A client takes the bit to mean that it may say USERHASH for any name, and a hash leads to no
// ephemeral one.
std::uint32_t features(const ServerOptions& options) {
  auto bits = static_cast<std::uint32_t>(stun::SecurityFeature::kPasswordAlgorithms);
  if (options.mode == Mode::kOpen && !options.users.empty() && options.secrets.empty() &&
      options.open_secrets.empty()) {
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

bool is_signed(const stun::Message& request) {
  return (request.has(AttributeType::kMessageIntegrity) ||
          request.has(AttributeType::kMessageIntegritySha256)) &&
         request.has(AttributeType::kNonce) && request.has(AttributeType::kRealm) &&
         (request.has(AttributeType::kUsername) || request.has(AttributeType::kUserhash));
}

// What wrong passwords are counted for: the user, however it was named.
std::string login_name(const stun::Message& request, const StaticUsers& users) {
  if (const auto hash = request.find(AttributeType::kUserhash)) {
    return users.username(hash->value).value_or(std::string(as_text(hash->value)));
  }
  return std::string(username_of(request));
}

bool is_wrong_key(const Result<stun::Authenticated, ErrorCode>& outcome) {
  return !outcome && outcome.error() == ErrorCode::kUnauthenticated;
}

Result<Admitted, Denial> admit(Result<stun::Authenticated, ErrorCode> outcome, bool closed) {
  if (!outcome) return Failure{Denial{outcome.error(), false, false}};
  return Admitted{std::move(outcome).value(), closed};
}

}  // namespace

Credentials::Credentials(const ServerOptions& options, Ledger& ledger)
    : options_(options),
      ledger_(ledger),
      authenticator_(
          options.realm,
          stun::NonceIssuer(options.nonce_key, options.limits.nonce_lifetime, features(options))),
      ageless_nonces_(options.nonce_key, Duration::max(), features(options)) {}

bool Credentials::has_our_nonce(const stun::Message& request, const IpAddress& client,
                                Instant now) const {
  const auto nonce = request.find(AttributeType::kNonce);
  return nonce && ageless_nonces_.is_fresh(as_text(nonce->value), client, now);
}

Result<Admitted, Denial> Credentials::authenticate(const stun::Message& request,
                                                   const IpAddress& client,
                                                   const Allocation* allocation,
                                                   const Clock& at) const {
  const std::string_view username = username_of(request);
  if (allocation != nullptr && username == allocation->username) {
    auto outcome = authenticator_.authenticate(request, client, Owner(*allocation), at.now);
    if (!is_wrong_key(outcome)) return admit(std::move(outcome), allocation->closed);
  }
  if (is_signed(request) && !has_our_nonce(request, client, at.now)) {
    return Failure{Denial{ErrorCode::kStaleNonce, false, false}};
  }
  const auto name = parse_ephemeral_name(username);
  if (name && !is_static_user(username) && names_a_call(*name, at.wall)) {
    auto outcome = try_secrets(options_.secrets, request, client, at.now);
    if (!is_wrong_key(outcome)) return admit(std::move(outcome), true);
  }
  auto admitted = log_in(request, client, at);
  if (admitted || admitted.error().logins_limited || admitted.error().was_good ||
      !is_signed(request) || admitted.error().code != ErrorCode::kUnauthenticated) {
    return admitted;
  }
  return Failure{Denial{ErrorCode::kUnauthenticated, false, was_good(request, client, at.now)}};
}

bool Credentials::was_good(const stun::Message& request, const IpAddress& client,
                           Instant now) const {
  if (!parse_ephemeral_name(username_of(request))) return false;
  return !is_wrong_key(try_secrets(options_.secrets, request, client, now)) ||
         !is_wrong_key(try_secrets(options_.open_secrets, request, client, now));
}

Credentials::Authentication Credentials::try_secrets(const std::vector<std::string>& secrets,
                                                     const stun::Message& request,
                                                     const IpAddress& client, Instant now) const {
  Authentication outcome = Failure{ErrorCode::kUnauthenticated};
  for (const std::string& secret : secrets) {
    outcome = authenticator_.authenticate(request, client, Bearers(options_.realm, secret), now);
    if (!is_wrong_key(outcome)) break;
  }
  return outcome;
}

Result<Admitted, Denial> Credentials::log_in(const stun::Message& request, const IpAddress& client,
                                             const Clock& at) const {
  if (options_.mode != Mode::kOpen || !is_signed(request)) {
    return admit(try_guessable(request, client, at), false);
  }
  const std::string name = login_name(request, StaticUsers(options_));
  if (!ledger_.may_log_in(name, client, at.now)) {
    return Failure{Denial{ErrorCode::kUnauthenticated, true, false}};
  }
  Authentication outcome = try_guessable(request, client, at);
  if (is_wrong_key(outcome)) {
    // Nobody guesses a password that was right once: their clock may be wrong.
    if (was_good(request, client, at.now)) {
      return Failure{Denial{ErrorCode::kUnauthenticated, false, true}};
    }
    ledger_.log_in_failed(name, client, at.now);
  }
  if (outcome && is_static_user(name)) ledger_.log_in_succeeded(name, client, at.now);
  return admit(std::move(outcome), false);
}

Credentials::Authentication Credentials::try_guessable(const stun::Message& request,
                                                       const IpAddress& client,
                                                       const Clock& at) const {
  Authentication outcome =
      authenticator_.authenticate(request, client, StaticUsers(options_), at.now);
  const std::string_view username = username_of(request);
  const auto name = parse_ephemeral_name(username);
  if (options_.mode != Mode::kOpen || !is_wrong_key(outcome) || is_static_user(username) || !name ||
      name->expiry <= at.wall) {
    return outcome;
  }
  return try_secrets(options_.open_secrets, request, client, at.now);
}

bool Credentials::is_static_user(std::string_view username) const {
  return options_.mode == Mode::kOpen &&
         std::ranges::find(options_.users, username, &StaticUser::name) != options_.users.end();
}

// One that has not ended, as far as it goes.
bool Credentials::names_a_call(const EphemeralName& name, std::chrono::sys_seconds wall) const {
  return !name.call.empty() && !name.participant.empty() && name.expiry > wall &&
         name.expiry <= wall + kCredentialLifetimeMax &&
         !ledger_.has_ended(name.call, name.participant);
}

Identity Credentials::identity(const Admitted& who) {
  const std::string_view username = who.as.username;
  const auto name = parse_ephemeral_name(username);
  if (!who.closed || !name) return {username, {}, {}};
  return {username.substr(username.find(':') + 1), name->call, name->participant};
}

}  // namespace visavis::turn

#include "core/stun/long_term.h"

#include <algorithm>
#include <cassert>

namespace visavis::stun {
namespace {

// Null: the request contradicts itself or what we announced (section 9.2.4, the third check).
std::optional<PasswordAlgorithm> chosen_algorithm(const Message& request, std::string_view nonce) {
  const auto list = request.find(AttributeType::kPasswordAlgorithms);
  const auto choice = request.find(AttributeType::kPasswordAlgorithm);
  if (!announces(nonce, SecurityFeature::kPasswordAlgorithms) || (!list && !choice)) {
    return PasswordAlgorithm::kMd5;
  }
  if (!list || !choice || !std::ranges::equal(list->value, offered_password_algorithms())) {
    return std::nullopt;
  }
  return parse_password_algorithm(choice->value);
}

std::optional<std::string> who(const Message& request, const Accounts& accounts) {
  if (const auto hash = request.find(AttributeType::kUserhash)) {
    return accounts.username(hash->value);
  }
  const auto username = request.find(AttributeType::kUsername);
  if (!username || username->value.size() > kUsernameBytesMax) return std::nullopt;
  return std::string(as_text(username->value));
}

}  // namespace

LongTermKey long_term_key(PasswordAlgorithm algorithm, std::string_view username,
                          std::string_view realm, std::string_view password) {
  std::string text;
  text.reserve(username.size() + realm.size() + password.size() + 2);
  text.append(username).append(":").append(realm).append(":").append(password);
  LongTermKey key;
  key.algorithm = algorithm;
  const auto keep = [&key](const auto& digest) {
    std::ranges::copy(digest, key.bytes.begin());
    key.size = digest.size();
  };
  if (algorithm == PasswordAlgorithm::kMd5) {
    keep(md5(as_bytes(text)));
  } else {
    keep(sha256(as_bytes(text)));
  }
  return key;
}

Sha256Digest userhash(std::string_view username, std::string_view realm) {
  return sha256(as_bytes(std::string(username).append(":").append(realm)));
}

LongTermAuthenticator::LongTermAuthenticator(std::string realm, NonceIssuer nonces)
    : realm_(std::move(realm)), nonces_(std::move(nonces)) {
  assert(!realm_.empty() && realm_.size() <= kRealmBytesMax);
}

// The checks of section 9.2.4, in its order: with a stale nonce and a wrong key the answer is 401.
Result<Authenticated, ErrorCode> LongTermAuthenticator::authenticate(const Message& request,
                                                                     const IpAddress& client,
                                                                     const Accounts& accounts,
                                                                     Instant now) const {
  auto integrity = request.find(AttributeType::kMessageIntegritySha256);
  const bool sha256 = integrity.has_value();
  if (!sha256) integrity = request.find(AttributeType::kMessageIntegrity);
  if (!integrity) return Failure{ErrorCode::kUnauthenticated};

  const auto nonce = request.find(AttributeType::kNonce);
  const bool named = request.has(AttributeType::kUsername) || request.has(AttributeType::kUserhash);
  if (!nonce || !named || !request.has(AttributeType::kRealm)) {
    return Failure{ErrorCode::kBadRequest};
  }
  const std::string_view nonce_text = as_text(nonce->value);
  const auto algorithm = chosen_algorithm(request, nonce_text);
  if (!algorithm) return Failure{ErrorCode::kBadRequest};

  auto username = who(request, accounts);
  if (!username) return Failure{ErrorCode::kUnauthenticated};
  const auto key = accounts.key(*username, *algorithm);
  if (!key || !verify_integrity(request, *integrity, key->view())) {
    return Failure{ErrorCode::kUnauthenticated};
  }
  if (!nonces_.is_fresh(nonce_text, client, now)) return Failure{ErrorCode::kStaleNonce};
  return Authenticated{std::move(*username), *key, sha256 ? Integrity::kSha256 : Integrity::kSha1};
}

void LongTermAuthenticator::add_challenge(MessageBuilder& answer, const IpAddress& client,
                                          Instant now) const {
  answer.add(AttributeType::kRealm, as_bytes(realm_));
  answer.add(AttributeType::kNonce, as_bytes(nonces_.issue(client, now)));
  answer.add(AttributeType::kPasswordAlgorithms, offered_password_algorithms());
}

}  // namespace visavis::stun

#include "core/stun/long_term.h"

#include <gtest/gtest.h>

#include "core/stun/attributes/error_code.h"
#include "core/stun/message_builder.h"
#include "core/stun/test_support.h"

namespace visavis::stun {
namespace {

constexpr std::string_view kRealm = "calls.example";
constexpr std::string_view kPassword = "swordfish";
constexpr auto kFeatures = static_cast<std::uint32_t>(SecurityFeature::kPasswordAlgorithms) |
                           static_cast<std::uint32_t>(SecurityFeature::kUsernameAnonymity);
const IpAddress kClient = *IpAddress::parse("203.0.113.7");

// Knows Ana.
class OneAccount : public Accounts {
 public:
  std::optional<LongTermKey> key(std::string_view username,
                                 PasswordAlgorithm algorithm) const override {
    if (username != "Ana") return std::nullopt;
    return long_term_key(algorithm, username, kRealm, kPassword);
  }
  std::optional<std::string> username(ByteView hash) const override {
    if (as_text(hash) != as_text(userhash("Ana", kRealm))) return std::nullopt;
    return "Ana";
  }
};

class LongTerm : public testing::Test {
 protected:
  std::string fresh_nonce() const { return nonces_.issue(kClient, now_); }

  void start() { builder_.emplace(bytes_, Class::kRequest, Method::kAllocate, TransactionId{}); }
  void say(AttributeType type, std::string_view value) { builder_->add(type, as_bytes(value)); }
  void sign(Integrity integrity = Integrity::kSha1,
            PasswordAlgorithm algorithm = PasswordAlgorithm::kMd5,
            std::string_view password = kPassword) {
    add_integrity(*builder_, integrity, long_term_key(algorithm, "Ana", kRealm, password).view());
  }
  void say_all(std::string_view nonce) {
    start();
    say(AttributeType::kUsername, "Ana");
    say(AttributeType::kRealm, kRealm);
    say(AttributeType::kNonce, nonce);
  }
  void say_algorithms(std::string_view chosen) {
    builder_->add(AttributeType::kPasswordAlgorithms, offered_password_algorithms());
    builder_->add(AttributeType::kPasswordAlgorithm, from_hex(chosen));
  }
  // The name, or the number of the error.
  std::string outcome() const {
    const auto result =
        authenticator_.authenticate(*Message::parse(bytes_), kClient, accounts_, now_);
    return result ? result->username : std::to_string(static_cast<int>(result.error()));
  }

  Instant now_ = Instant(minutes(100));
  const NonceIssuer nonces_{{7}, minutes(10), kFeatures};
  const LongTermAuthenticator authenticator_{std::string(kRealm), nonces_};
  const OneAccount accounts_;
  std::vector<std::uint8_t> bytes_;
  std::optional<MessageBuilder> builder_;
};

TEST_F(LongTerm, WhoKnowsThePasswordIsLetIn) {
  say_all(fresh_nonce());
  sign();
  EXPECT_EQ(outcome(), "Ana");
}

TEST_F(LongTerm, WithoutIntegrityItIsAChallenge) {
  say_all(fresh_nonce());
  EXPECT_EQ(outcome(), "401");
  std::vector<std::uint8_t> out;
  MessageBuilder answer(out, Class::kError, Method::kAllocate, {});
  add_error_code(answer, ErrorCode::kUnauthenticated);
  authenticator_.add_challenge(answer, kClient, now_);
  EXPECT_LE(out.size(), 160U) << "what anybody gets for nothing must be small";
  say_all(text_of(*Message::parse(out), AttributeType::kNonce));
  sign();
  EXPECT_EQ(outcome(), "Ana");
}

TEST_F(LongTerm, AWrongPasswordOrAnUnknownNameIs401) {
  say_all(fresh_nonce());
  sign(Integrity::kSha1, PasswordAlgorithm::kMd5, "guess");
  EXPECT_EQ(outcome(), "401");
  start();
  say(AttributeType::kUsername, "Nobody");
  say(AttributeType::kRealm, kRealm);
  say(AttributeType::kNonce, fresh_nonce());
  sign();
  EXPECT_EQ(outcome(), "401");
}

TEST_F(LongTerm, WhatIsMissingBesideIntegrityIs400) {
  for (const AttributeType missing :
       {AttributeType::kUsername, AttributeType::kRealm, AttributeType::kNonce}) {
    start();
    if (missing != AttributeType::kUsername) say(AttributeType::kUsername, "Ana");
    if (missing != AttributeType::kRealm) say(AttributeType::kRealm, kRealm);
    if (missing != AttributeType::kNonce) say(AttributeType::kNonce, fresh_nonce());
    sign();
    EXPECT_EQ(outcome(), "400");
  }
}

TEST_F(LongTerm, AnOldNonceIs438ForThoseWithTheRightKeyOnly) {
  const std::string nonce = fresh_nonce();
  now_ += minutes(11);
  say_all(nonce);
  sign();
  EXPECT_EQ(outcome(), "438");
  say_all(nonce);
  sign(Integrity::kSha1, PasswordAlgorithm::kMd5, "guess");
  EXPECT_EQ(outcome(), "401");
}

TEST_F(LongTerm, Sha256IsUsedByThoseWhoChooseIt) {
  say_all(fresh_nonce());
  say_algorithms("00 02 00 00");
  sign(Integrity::kSha256, PasswordAlgorithm::kSha256);
  EXPECT_EQ(outcome(), "Ana");
  const auto result =
      authenticator_.authenticate(*Message::parse(bytes_), kClient, accounts_, now_);
  EXPECT_EQ(result->integrity, Integrity::kSha256);
  EXPECT_EQ(result->key.algorithm, PasswordAlgorithm::kSha256);
}

// Somebody in between could otherwise make a client use the weaker digest.
TEST_F(LongTerm, TheOfferMustComeBackUnchanged) {
  say_all(fresh_nonce());
  builder_->add(AttributeType::kPasswordAlgorithms, from_hex("00 01 00 00"));
  builder_->add(AttributeType::kPasswordAlgorithm, from_hex("00 01 00 00"));
  sign();
  EXPECT_EQ(outcome(), "400");
  say_all(fresh_nonce());
  builder_->add(AttributeType::kPasswordAlgorithm, from_hex("00 01 00 00"));
  sign();
  EXPECT_EQ(outcome(), "400") << "a choice without the offer";
  say_all(fresh_nonce());
  say_algorithms("00 03 00 00");
  sign();
  EXPECT_EQ(outcome(), "400") << "a choice that was not offered";
}

TEST_F(LongTerm, AHashStandsForTheName) {
  start();
  builder_->add(AttributeType::kUserhash, userhash("Ana", kRealm));
  say(AttributeType::kRealm, kRealm);
  say(AttributeType::kNonce, fresh_nonce());
  sign();
  EXPECT_EQ(outcome(), "Ana");
  start();
  builder_->add(AttributeType::kUserhash, userhash("Ben", kRealm));
  say(AttributeType::kRealm, kRealm);
  say(AttributeType::kNonce, fresh_nonce());
  sign();
  EXPECT_EQ(outcome(), "401");
}

TEST_F(LongTerm, BothIntegritiesMeanTheStrongerOneDecides) {
  say_all(fresh_nonce());
  sign(Integrity::kSha1);
  sign(Integrity::kSha256, PasswordAlgorithm::kMd5, "guess");
  EXPECT_EQ(outcome(), "401");
}

}  // namespace
}  // namespace visavis::stun

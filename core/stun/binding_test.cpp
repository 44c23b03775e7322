#include "core/stun/binding.h"

#include <gtest/gtest.h>

#include "core/stun/attributes/address.h"
#include "core/stun/attributes/error_code.h"
#include "core/stun/attributes/fingerprint.h"
#include "core/stun/message_builder.h"
#include "core/stun/test_support.h"

namespace visavis::stun {
namespace {

constexpr TransactionId kId = {1, 2, 3};
const TransportAddress kIpv4{*IpAddress::parse("203.0.113.7"), 61'000};
const TransportAddress kIpv6{*IpAddress::parse("2001:db8::7"), 61'000};

class Binding : public testing::Test {
 protected:
  Message answer(const TransportAddress& client) {
    answer_binding(*Message::parse(request_), client, answer_);
    EXPECT_LE(answer_.size(), 3 * request_.size()) << "amplifies";
    return Message::parse(answer_).value();
  }

  std::vector<std::uint8_t> request_;
  MessageBuilder builder_{request_, Class::kRequest, Method::kBinding, kId};
  std::vector<std::uint8_t> answer_;
};

TEST_F(Binding, TellsTheAddressThatWeSee) {
  for (const TransportAddress& client : {kIpv4, kIpv6}) {
    const Message message = answer(client);
    EXPECT_EQ(message.message_class(), Class::kSuccess);
    EXPECT_EQ(message.method(), Method::kBinding);
    EXPECT_EQ(message.transaction_id(), kId);
    const auto mapped = message.find(AttributeType::kXorMappedAddress);
    ASSERT_TRUE(mapped);
    EXPECT_EQ(parse_xor_address(mapped->value, kId)->address, client);
    EXPECT_FALSE(message.has(AttributeType::kFingerprint));
  }
}

TEST_F(Binding, AFingerprintIsAnsweredWithOne) {
  add_fingerprint(builder_);
  const Message message = answer(kIpv6);
  const auto fingerprint = message.find(AttributeType::kFingerprint);
  ASSERT_TRUE(fingerprint);
  EXPECT_TRUE(verify_fingerprint(message, *fingerprint));
}

TEST_F(Binding, WhatItDoesNotUnderstandItNames) {
  builder_.add(static_cast<AttributeType>(0x7001), {});
  const Message message = answer(kIpv4);
  EXPECT_EQ(message.message_class(), Class::kError);
  EXPECT_EQ(parse_error_code(message.find(AttributeType::kErrorCode)->value)->code, 420);
  EXPECT_EQ(text_of(message, AttributeType::kUnknownAttributes), "\x70\x01");
}

TEST_F(Binding, UnderstandsARequestThatIsAuthenticated) {
  builder_.add(AttributeType::kUsername, as_bytes("Ana"));
  builder_.add(AttributeType::kRealm, as_bytes("r"));
  builder_.add(AttributeType::kNonce, as_bytes("n"));
  builder_.add(AttributeType::kMessageIntegrity, {});
  EXPECT_EQ(answer(kIpv4).message_class(), Class::kSuccess);
}

}  // namespace
}  // namespace visavis::stun

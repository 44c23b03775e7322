#include "core/stun/message.h"

#include <gtest/gtest.h>

#include "core/stun/message_builder.h"
#include "core/stun/test_support.h"

namespace visavis::stun {
namespace {

constexpr TransactionId kId = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

std::vector<AttributeType> types_of(const Message& message) {
  std::vector<AttributeType> types;
  for (const Attribute& attribute : message) types.push_back(attribute.type);
  return types;
}

TEST(Message, IsReadAsItWasWritten) {
  std::vector<std::uint8_t> out;
  for (const Class c : {Class::kRequest, Class::kIndication, Class::kSuccess, Class::kError}) {
    for (const unsigned m : {0x001U, 0x003U, 0x009U, 0x010U, 0x07FU, 0x080U, 0xABCU, 0xFFFU}) {
      MessageBuilder builder(out, c, static_cast<Method>(m), kId);
      builder.add(AttributeType::kUsername, as_bytes("Ana"));
      builder.add_u32(AttributeType::kLifetime, 600);
      const auto message = Message::parse(out);
      ASSERT_TRUE(message);
      EXPECT_EQ(message->message_class(), c);
      EXPECT_EQ(static_cast<unsigned>(message->method()), m);
      EXPECT_EQ(message->transaction_id(), kId);
      EXPECT_EQ(text_of(*message, AttributeType::kUsername), "Ana");
      EXPECT_EQ(message->find(AttributeType::kLifetime)->value.size(), 4U);
      EXPECT_FALSE(message->has(AttributeType::kNonce));
    }
  }
}

// RFC 8489 section 5 and RFC 8656: the numbers that everybody knows.
TEST(Message, TypesAreThoseOfTheRfcs) {
  EXPECT_EQ(message_type(Class::kRequest, Method::kBinding), 0x0001);
  EXPECT_EQ(message_type(Class::kSuccess, Method::kBinding), 0x0101);
  EXPECT_EQ(message_type(Class::kError, Method::kAllocate), 0x0113);
  EXPECT_EQ(message_type(Class::kIndication, Method::kSend), 0x0016);
  EXPECT_EQ(message_type(Class::kIndication, Method::kData), 0x0017);
}

TEST(Message, NothingButAWholeMessageIsOne) {
  const auto whole =
      from_hex("00 01 00 08 21 12 a4 42 010203040506070809101112 80 22 00 03 61 62 63 00");
  ASSERT_TRUE(Message::parse(whole));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(Message::parse(ByteView(whole).first(size))) << size;
  }
  const auto with = [&whole](std::size_t index, std::uint8_t value) {
    auto changed = whole;
    changed[index] = value;
    return Message::parse(changed).has_value();
  };
  EXPECT_FALSE(with(0, 0x40)) << "ChannelData";
  EXPECT_FALSE(with(0, 0x80)) << "RTP";
  EXPECT_FALSE(with(3, 0x07)) << "not a multiple of 4";
  EXPECT_FALSE(with(3, 0x0c)) << "longer than it is";
  EXPECT_FALSE(with(3, 0x04)) << "shorter than it is";
  EXPECT_FALSE(with(4, 0x20)) << "another cookie";
  EXPECT_FALSE(with(23, 0x05)) << "the attribute reaches beyond the end";
  EXPECT_FALSE(with(22, 0xff)) << "far beyond";
  auto longer = whole;
  longer.push_back(0);
  EXPECT_FALSE(Message::parse(longer));
}

TEST(Message, BehindIntegrityOnlyWhatProtectsCounts) {
  std::vector<std::uint8_t> out;
  MessageBuilder builder(out, Class::kRequest, Method::kAllocate, kId);
  builder.add(AttributeType::kUsername, as_bytes("Ana"));
  builder.add(AttributeType::kMessageIntegrity, {});
  builder.add(AttributeType::kUsername, as_bytes("Mallory"));
  builder.add(AttributeType::kNonce, as_bytes("n"));
  builder.add(AttributeType::kMessageIntegritySha256, {});
  builder.add(AttributeType::kMessageIntegrity, {});
  builder.add(AttributeType::kRealm, as_bytes("r"));
  builder.add(AttributeType::kFingerprint, {});
  const auto message = Message::parse(out);
  ASSERT_TRUE(message);
  using enum AttributeType;
  EXPECT_EQ(types_of(*message),
            (std::vector{kUsername, kMessageIntegrity, kMessageIntegritySha256, kFingerprint}));
  EXPECT_EQ(text_of(*message, kUsername), "Ana");
}

TEST(Message, OfOneTypeTheFirstCounts) {
  std::vector<std::uint8_t> out;
  MessageBuilder builder(out, Class::kRequest, Method::kAllocate, kId);
  builder.add(AttributeType::kUsername, as_bytes("Ana"));
  builder.add(AttributeType::kUsername, as_bytes("Ben"));
  EXPECT_EQ(text_of(*Message::parse(out), AttributeType::kUsername), "Ana");
}

}  // namespace
}  // namespace visavis::stun

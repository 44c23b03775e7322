#include <gtest/gtest.h>

#include "core/stun/attributes/address.h"
#include "core/stun/attributes/error_code.h"
#include "core/stun/attributes/fingerprint.h"
#include "core/stun/attributes/message_integrity.h"
#include "core/stun/attributes/password_algorithm.h"
#include "core/stun/attributes/unknown_attributes.h"
#include "core/stun/test_support.h"

namespace visavis::stun {
namespace {

constexpr TransactionId kId = {0xb7, 0xe7, 0xa7, 1, 0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae};

struct Written {
  std::vector<std::uint8_t> bytes;
  MessageBuilder builder{bytes, Class::kRequest, Method::kBinding, kId};

  Message message() const { return *Message::parse(bytes); }
  ByteView value(AttributeType type) const { return message().find(type)->value; }
};

TEST(XorAddress, IsReadAsItWasWritten) {
  for (const std::string_view text :
       {"192.0.2.1", "255.255.255.255", "0.0.0.0", "2001:db8::17", "::"}) {
    Written written;
    const TransportAddress address{*IpAddress::parse(text), 49'152};
    add_xor_address(written.builder, AttributeType::kXorPeerAddress, address);
    const auto read = parse_xor_address(written.value(AttributeType::kXorPeerAddress), kId);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(read->address, address);
    EXPECT_EQ(read->family == AddressFamily::kIpv4, address.address.is_v4());
  }
}

// CVE-2026-27624: an IPv4 address in IPv6 clothes must meet the rules of IPv4.
TEST(XorAddress, Ipv4InIpv6SpellingIsTheIpv4Address) {
  const auto value = parse_address(from_hex("00 02 0d 96 00000000000000000000ffff7f000001"));
  ASSERT_TRUE(value);
  EXPECT_EQ(value->address.to_string(), "127.0.0.1:3478");
  EXPECT_TRUE(value->address.address.is_loopback());
  EXPECT_EQ(value->family, AddressFamily::kIpv6);
}

TEST(XorAddress, OtherFamiliesAndLengthsAreNone) {
  EXPECT_TRUE(parse_address(from_hex("00 01 0d 96 c0000201")));
  for (const std::string_view hex :
       {"", "00 01 0d", "00 01 0d 96", "00 01 0d 96 c00002", "00 02 0d 96 c0000201",
        "00 03 0d 96 c0000201", "00 00 0d 96 c0000201", "00 01 0d 96 c000020100"}) {
    EXPECT_FALSE(parse_address(from_hex(hex))) << hex;
  }
}

TEST(ErrorCode, CarriesClassNumberAndReason) {
  Written written;
  add_error_code(written.builder, ErrorCode::kStaleNonce);
  const ByteView value = written.value(AttributeType::kErrorCode);
  EXPECT_EQ(value[2], 4);
  EXPECT_EQ(value[3], 38);
  const auto read = parse_error_code(value);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->code, 438);
  EXPECT_EQ(read->reason, "Stale Nonce");
  for (const std::string_view hex : {"", "00 00 04", "00 00 02 00", "00 00 07 00", "00 00 04 64"}) {
    EXPECT_FALSE(parse_error_code(from_hex(hex))) << hex;
  }
}

TEST(UnknownAttributes, AreTheRequiredOnesThatNobodyKnows) {
  Written written;
  written.builder.add(AttributeType::kUsername, {});
  written.builder.add(static_cast<AttributeType>(0x7ABC), {});
  written.builder.add(static_cast<AttributeType>(0x8ABC), {});
  written.builder.add(static_cast<AttributeType>(0x7ABC), {});
  const auto unknown = unknown_attributes(written.message(), {AttributeType::kUsername});
  EXPECT_EQ(unknown, std::vector{static_cast<AttributeType>(0x7ABC)});
  Written answer;
  add_unknown_attributes(answer.builder, unknown);
  EXPECT_EQ(as_text(answer.value(AttributeType::kUnknownAttributes)), "\x7A\xBC");
}

TEST(UnknownAttributes, AreNamedUpToALimit) {
  Written written;
  for (unsigned i = 0; i < 100; ++i)
    written.builder.add(static_cast<AttributeType>(0x7000 + i), {});
  EXPECT_EQ(unknown_attributes(written.message(), {}).size(), kUnknownAttributesMax);
}

TEST(Integrity, CoversWhatStandsBeforeItAndNotWhatFollows) {
  const ByteView key = as_bytes("secret");
  for (const Integrity kind : {Integrity::kSha1, Integrity::kSha256}) {
    const auto type = kind == Integrity::kSha1 ? AttributeType::kMessageIntegrity
                                               : AttributeType::kMessageIntegritySha256;
    Written written;
    written.builder.add(AttributeType::kUsername, as_bytes("Ana"));
    add_integrity(written.builder, kind, key);
    add_fingerprint(written.builder);
    const Message message = written.message();
    EXPECT_TRUE(verify_integrity(message, *message.find(type), key));
    EXPECT_FALSE(verify_integrity(message, *message.find(type), as_bytes("Secret")));
    EXPECT_TRUE(verify_fingerprint(message, *message.find(AttributeType::kFingerprint)));
    for (std::size_t i = 0; i < message.find(type)->offset; ++i) {
      if (i == 2 || i == 3) continue;  // the length has its own value for the digest
      written.bytes[i] ^= 0x10;
      EXPECT_FALSE(verify_integrity(message, *message.find(type), key)) << i;
      written.bytes[i] ^= 0x10;
    }
  }
}

TEST(Integrity, ATruncatedOneIsWrong) {
  Written written;
  add_integrity(written.builder, Integrity::kSha256, as_bytes("secret"));
  std::vector<std::uint8_t> out;
  MessageBuilder shorter(out, Class::kRequest, Method::kBinding, kId);
  shorter.add(AttributeType::kMessageIntegritySha256,
              written.value(AttributeType::kMessageIntegritySha256).first(16));
  const auto message = Message::parse(out);
  const auto attribute = message->find(AttributeType::kMessageIntegritySha256);
  EXPECT_FALSE(verify_integrity(*message, *attribute, as_bytes("secret")));
}

TEST(Fingerprint, MustBeTheLastAttribute) {
  Written written;
  add_fingerprint(written.builder);
  EXPECT_TRUE(
      verify_fingerprint(written.message(), *written.message().find(AttributeType::kFingerprint)));
  written.builder.add(AttributeType::kSoftware, {});
  EXPECT_FALSE(
      verify_fingerprint(written.message(), *written.message().find(AttributeType::kFingerprint)));
}

TEST(PasswordAlgorithm, OneOfThoseOffered) {
  EXPECT_EQ(parse_password_algorithm(from_hex("00 01 00 00")), PasswordAlgorithm::kMd5);
  EXPECT_EQ(parse_password_algorithm(from_hex("00 02 00 00")), PasswordAlgorithm::kSha256);
  for (const std::string_view hex :
       {"", "00 01", "00 00 00 00", "00 03 00 00", "00 01 00 04 00000000"}) {
    EXPECT_FALSE(parse_password_algorithm(from_hex(hex))) << hex;
  }
}

}  // namespace
}  // namespace visavis::stun

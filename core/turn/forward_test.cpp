// What clients get on the wire.
#include <gtest/gtest.h>

#include "core/stun/test_support.h"
#include "core/turn/test_support.h"

namespace visavis::turn {
namespace {

using stun::AttributeType;
using testing::Dialogue;

class Header : public ::testing::Test {
 protected:
  // Header, data and padding as a shell writes them.
  std::vector<std::uint8_t> written(std::uint16_t channel, std::string_view peer,
                                    std::string_view data, Transport transport = Transport::kUdp) {
    const FiveTuple client{{}, {}, transport, 0};
    const ToClient forward{&client, channel, testing::address(peer), as_bytes(data)};
    std::vector<std::uint8_t> out(Server::header_size(forward));
    EXPECT_LE(out.size(), kForwardHeaderBytesMax);
    relay_.server().write_header(forward, out);
    out.insert(out.end(), data.begin(), data.end());
    out.insert(out.end(), padding_size(forward), 0);
    return out;
  }

  Dialogue relay_;
};

TEST_F(Header, OfADataIndication) {
  for (const char* peer : {"192.0.2.1:5000", "[2001:db8::1]:65535", "203.0.113.9:1"}) {
    for (const char* data : {"", "x", "xy", "xyz", "four", "five5"}) {
      const auto bytes = written(0, peer, data);
      EXPECT_EQ(bytes.size() % 4, 0U);
      const auto message = stun::Message::parse(bytes);
      ASSERT_TRUE(message) << peer << data;
      EXPECT_EQ(message->message_class(), stun::Class::kIndication);
      EXPECT_EQ(message->method(), stun::Method::kData);
      EXPECT_EQ(stun::text_of(*message, AttributeType::kData), data);
      const auto from = message->find(AttributeType::kXorPeerAddress);
      EXPECT_EQ(stun::parse_xor_address(from->value, message->transaction_id())->address,
                testing::address(peer));
    }
  }
}

TEST_F(Header, NoTwoIndicationsHaveTheSameId) {
  std::set<stun::TransactionId> ids;
  for (int i = 0; i < 1'000; ++i) {
    const auto bytes = written(0, "192.0.2.1:5000", "x");
    EXPECT_TRUE(ids.insert(stun::Message::parse(bytes)->transaction_id()).second);
  }
}

TEST_F(Header, OfChannelDataIsPaddedOnStreamsOnly) {
  EXPECT_EQ(written(0x4001, "192.0.2.1:5000", "hello"),
            stun::from_hex("40 01 00 05 68 65 6c 6c 6f"));
  for (const Transport transport : {Transport::kTcp, Transport::kTls}) {
    EXPECT_EQ(written(0x4001, "192.0.2.1:5000", "hello", transport),
              stun::from_hex("40 01 00 05 68 65 6c 6c 6f 00 00 00"));
    EXPECT_EQ(written(0x4001, "192.0.2.1:5000", "", transport), stun::from_hex("40 01 00 00"));
  }
}

TEST(ClientData, MayBePaddedOverUdpToo) {
  Dialogue relay;
  auto ana = relay.client("203.0.113.7:61001", "call", "ana");
  const auto at_ana = relay.allocate(ana).relayed();
  EXPECT_EQ(relay.bind(ana, 0x4000, at_ana), "success");
  const auto forwarded = [&](std::string_view hex) {
    return relay.describe(relay.say(ana, stun::from_hex(hex)));
  };
  EXPECT_EQ(forwarded("40 00 00 01 78 00 00 00"), "61001 channel 16384: x");
  EXPECT_EQ(forwarded("40 00 00 01 78"), "61001 channel 16384: x");
  EXPECT_EQ(forwarded("40 00 00 02 78"), "nothing");
  EXPECT_EQ(forwarded("40 01 00 01 78"), "nothing") << "an unbound number";
  EXPECT_EQ(forwarded("50 00 00 01 78"), "nothing") << "no number at all";
}

TEST(ClientData, ASendIndicationHasPeerAndData) {
  Dialogue relay;
  auto ana = relay.client("203.0.113.7:61001", "call", "ana");
  const auto at_ana = relay.allocate(ana).relayed();
  relay.permit(ana, at_ana);
  const auto forwarded = [&](const std::vector<testing::Fill>& attributes) {
    std::vector<std::uint8_t> out;
    stun::MessageBuilder builder(out, stun::Class::kIndication, stun::Method::kSend, {1});
    for (const auto& fill : attributes) fill(builder);
    return relay.describe(relay.say(ana, out));
  };
  const auto peer = testing::peer(at_ana);
  const auto data = testing::bytes(AttributeType::kData, {'x'});
  EXPECT_EQ(forwarded({peer, data}), "61001 from " + at_ana.to_string() + ": x");
  EXPECT_EQ(forwarded({peer}), "nothing");
  EXPECT_EQ(forwarded({data}), "nothing");
  EXPECT_EQ(forwarded({testing::bytes(AttributeType::kXorPeerAddress, {0, 1}), data}), "nothing");
  EXPECT_EQ(forwarded({peer, data, testing::bytes(static_cast<AttributeType>(0x7001), {})}),
            "nothing");
  EXPECT_EQ(forwarded({peer, data, testing::bytes(AttributeType::kDontFragment, {})}),
            "61001 from " + at_ana.to_string() + ": x");
}

}  // namespace
}  // namespace visavis::turn

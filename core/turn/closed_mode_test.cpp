// Closed mode: clients of one call reach each other over this relay, and nothing else.
#include <gtest/gtest.h>

#include <set>

#include "core/turn/test_support.h"

namespace visavis::turn {
namespace {

using stun::AttributeType;
using stun::Method;
using testing::address;
using testing::Client;
using testing::Dialogue;
using testing::Heard;

class ClosedMode : public ::testing::Test {
 protected:
  // Ana and Ben are in a call, each with an allocation.
  void meet() {
    at_ana_ = relay_.allocate(ana_).relayed();
    at_ben_ = relay_.allocate(ben_).relayed();
  }

  Dialogue relay_;
  Client ana_ = relay_.client("203.0.113.7:61001", "call", "ana");
  Client ben_ = relay_.client("203.0.113.8:61002", "call", "ben");
  TransportAddress at_ana_;
  TransportAddress at_ben_;
};

TEST_F(ClosedMode, GivesAnAddressThatIsRoutedNowhere) {
  const Heard heard = relay_.allocate(ana_);
  EXPECT_EQ(heard.what(), "success");
  EXPECT_EQ(heard.relayed().address.to_string(), "192.0.2.1");
  EXPECT_GE(heard.relayed().port, 1'024);
  EXPECT_EQ(heard.addresses(AttributeType::kXorMappedAddress)[0], ana_.tuple.client);
  EXPECT_EQ(heard.lifetime_s(), 600);
  EXPECT_EQ(relay_.allocations(), 1U);
  EXPECT_EQ(relay_.command(), "") << "there is nothing to bind";
}

TEST_F(ClosedMode, AnIpv6AddressIsForThoseWhoAsk) {
  const Heard six =
      relay_.allocate(ana_, {testing::family(AttributeType::kRequestedAddressFamily, 2)});
  EXPECT_EQ(six.relayed().address.to_string(), "2001:db8::1");
  EXPECT_EQ(six.addresses(AttributeType::kXorRelayedAddress).size(), 1U);
  const Heard both =
      relay_.allocate(ben_, {testing::family(AttributeType::kAdditionalAddressFamily, 2)});
  EXPECT_EQ(both.relayed(0).address.to_string(), "192.0.2.1");
  EXPECT_EQ(both.relayed(1).address.to_string(), "2001:db8::1");
  // They reach each other where both have the family.
  EXPECT_EQ(relay_.permit(ana_, both.relayed(1)), "success");
  EXPECT_EQ(relay_.permit(ben_, six.relayed()), "success");
  EXPECT_EQ(relay_.send(ana_, both.relayed(1), "six"),
            "61002 from " + six.relayed().to_string() + ": six");
  EXPECT_EQ(relay_.permit(ana_, both.relayed(0)), "403");
}

TEST_F(ClosedMode, DataGoesToTheOtherOneOfTheCall) {
  meet();
  EXPECT_EQ(relay_.permit(ana_, at_ben_), "success");
  EXPECT_EQ(relay_.permit(ben_, at_ana_), "success");
  EXPECT_EQ(relay_.send(ana_, at_ben_, "hello"), "61002 from " + at_ana_.to_string() + ": hello");
  EXPECT_EQ(relay_.send(ben_, at_ana_, "hi"), "61001 from " + at_ben_.to_string() + ": hi");
  EXPECT_EQ(relay_.server().counters().hairpins_local, 2U);
}

TEST_F(ClosedMode, ChannelsShortenItInEachDirection) {
  meet();
  EXPECT_EQ(relay_.bind(ana_, 0x4000, at_ben_), "success");
  EXPECT_EQ(relay_.permit(ben_, at_ana_), "success");
  EXPECT_EQ(relay_.send(ana_, 0x4000, "a"), "61002 from " + at_ana_.to_string() + ": a");
  EXPECT_EQ(relay_.send(ben_, at_ana_, "b"), "61001 channel 16384: b");
  EXPECT_EQ(relay_.bind(ben_, 0x4001, at_ana_), "success");
  EXPECT_EQ(relay_.send(ana_, 0x4000, "c"), "61002 channel 16385: c");
  EXPECT_EQ(relay_.send(ben_, 0x4001, ""), "61001 channel 16384: ");
}

TEST_F(ClosedMode, WhoHasNotPermittedItHearsNothing) {
  meet();
  EXPECT_EQ(relay_.send(ana_, at_ben_, "x"), "nothing") << "the sender has not";
  EXPECT_EQ(relay_.send(ana_, 0x4000, "x"), "nothing");
  EXPECT_EQ(relay_.permit(ana_, at_ben_), "success");
  EXPECT_EQ(relay_.send(ana_, at_ben_, "x"), "nothing") << "the receiver has not";
  EXPECT_EQ(relay_.refused(Refusal::kNoPermission), 3U);
}

TEST_F(ClosedMode, EveryOtherPeerIsForbiddenAndNothingElse) {
  meet();
  for (const char* peer : {"127.0.0.1:443", "0.0.0.0:80", "10.0.0.1:1", "203.0.113.8:61002",
                           "198.51.100.1:443", "192.0.2.2:5000", "[::1]:1", "[2001:db8::1]:5000",
                           "[2001:db8::2]:5000", "[fe80::1]:1", "255.255.255.255:1"}) {
    EXPECT_EQ(relay_.permit(ana_, address(peer)), "403") << peer;
    EXPECT_EQ(relay_.bind(ana_, 0x4000, address(peer)), "403") << peer;
    EXPECT_EQ(relay_.send(ana_, address(peer), "x"), "nothing") << peer;
  }
  EXPECT_EQ(relay_.refused(Refusal::kForbiddenPeer), 22U);
  EXPECT_EQ(relay_.permit(ana_, at_ben_), "success") << "it costs nothing else";
}

TEST_F(ClosedMode, OnePeerThatIsForbiddenForbidsTheRequest) {
  meet();
  EXPECT_EQ(relay_
                .ask(ana_, Method::kCreatePermission,
                     {testing::peer(at_ben_), testing::peer(address("8.8.8.8:1"))})
                .what(),
            "403");
  EXPECT_EQ(relay_.send(ana_, at_ben_, "x"), "nothing");
}

TEST(ClosedModeCalls, TheSameAddressInAnotherCallIsAnotherOne) {
  ServerOptions options;
  options.limits.allocations_max = 1'000'000;
  options.loops = 16'000;  // so that loop 0 has but four ports, and a stranger gets to Ana's
  Dialogue relay(std::move(options));
  Client ana = relay.client("203.0.113.7:61001", "call", "ana");
  Client ben = relay.client("203.0.113.8:61002", "call", "ben");
  Client eve = relay.client("203.0.113.9:61003", "other", "eve");
  const TransportAddress at_ana = relay.allocate(ana).relayed();
  const TransportAddress at_ben = relay.allocate(ben).relayed();
  TransportAddress at_eve = relay.allocate(eve).relayed();
  for (int i = 0; i < 3 && at_eve != at_ana; ++i) {
    relay.refresh(eve, 0);
    at_eve = relay.allocate(eve).relayed();
  }
  ASSERT_EQ(at_eve, at_ana);
  for (Client* client : {&ana, &ben, &eve}) EXPECT_EQ(relay.permit(*client, at_ana), "success");
  EXPECT_EQ(relay.send(ben, at_ana, "x"), "61001 from " + at_ben.to_string() + ": x");
  EXPECT_EQ(relay.send(eve, at_ben, "x"), "nothing");
  EXPECT_EQ(relay.send(eve, at_ana, "x"), "61003 from " + at_ana.to_string() + ": x");
}

TEST_F(ClosedMode, WhereNobodyIsDataGoesNowhere) {
  meet();
  const TransportAddress nobody{at_ben_.address, static_cast<std::uint16_t>(at_ben_.port ^ 0x100)};
  EXPECT_EQ(relay_.permit(ana_, nobody), "success");
  EXPECT_EQ(relay_.send(ana_, nobody, "x"), "nothing");
  EXPECT_EQ(relay_.refused(Refusal::kNoPeer), 1U);
  EXPECT_EQ(relay_.send(ana_, {at_ben_.address, 0}, "x"), "nothing");
}

TEST_F(ClosedMode, NoPortIsUsedTwiceInACall) {
  std::set<std::uint16_t> ports;
  for (int i = 0; i < 500; ++i) {
    const auto port = relay_.allocate(ana_).relayed().port;
    EXPECT_TRUE(ports.insert(port).second) << port;
    EXPECT_EQ(relay_.refresh(ana_, 0).what(), "success");
    relay_.pass(milliseconds(500));  // not faster than one participant may
  }
}

TEST(ClosedModeCalls, WhenAllPortsAreUsedThereIsNoMore) {
  ServerOptions options;
  options.loops = 16'000;
  Dialogue relay(std::move(options));
  Client ana = relay.client("203.0.113.7:61001", "call", "ana");
  int made = 0;
  while (relay.allocate(ana).what() == "success") {
    relay.refresh(ana, 0);
    ++made;
  }
  EXPECT_EQ(made, 4);
  EXPECT_EQ(relay.allocate(ana).what(), "508");
  EXPECT_EQ(relay.allocations(), 0U);
  Client other = relay.client("203.0.113.7:61002", "other", "ana");
  EXPECT_EQ(relay.allocate(other).what(), "success");
}

TEST_F(ClosedMode, AnEvenPortCanBeHadAndAReservationCannot) {
  for (int i = 0; i < 3; ++i) {
    const Heard heard = relay_.allocate(ana_, {testing::bytes(AttributeType::kEvenPort, {0})});
    EXPECT_EQ(heard.relayed().port % 2, 0);
    relay_.refresh(ana_, 0);
  }
  EXPECT_EQ(relay_.allocate(ana_, {testing::bytes(AttributeType::kEvenPort, {0x80})}).what(),
            "508");
  EXPECT_EQ(relay_
                .allocate(ana_, {testing::bytes(AttributeType::kReservationToken,
                                                {1, 2, 3, 4, 5, 6, 7, 8})})
                .what(),
            "508");
}

// --- Several loops

TEST(ClosedModeLoops, ThePortSaysWhichLoopHasIt) {
  for (unsigned loop = 0; loop < 3; ++loop) {
    ServerOptions options;
    options.loop = loop;
    options.loops = 3;
    Dialogue relay(std::move(options), loop + 1);
    Client ana = relay.client("203.0.113.7:61001", "call", "ana");
    for (int i = 0; i < 20; ++i) {
      EXPECT_EQ(relay.allocate(ana).relayed().port / 2 % 3, loop);
      relay.refresh(ana, 0);
    }
  }
}

TEST(ClosedModeLoops, DataFindsItsWay) {
  ServerOptions options;
  options.loops = 2;
  Dialogue here(options, 1);
  options.loop = 1;
  Dialogue there(options, 2);
  Client ana = here.client("203.0.113.7:61001", "call", "ana");
  Client ben = there.client("203.0.113.8:61002", "call", "ben");
  const TransportAddress at_ana = here.allocate(ana).relayed();
  const TransportAddress at_ben = there.allocate(ben).relayed();
  EXPECT_EQ(here.bind(ana, 0x4000, at_ben), "success");
  const std::vector<std::uint8_t> packet = {0x40, 0, 0, 1, 'x'};
  const Forward forward = here.say(ana, packet);
  ASSERT_TRUE(std::holds_alternative<ToLoop>(forward));
  const auto& to = std::get<ToLoop>(forward);
  EXPECT_EQ(to.loop, 1U);
  EXPECT_EQ(to.hairpin.from, at_ana);
  EXPECT_EQ(to.hairpin.to, at_ben);
  EXPECT_EQ(here.server().counters().hairpins_remote, 1U);

  EXPECT_EQ(there.describe(there.server().on_hairpin(to.hairpin, there.now())), "nothing");
  EXPECT_EQ(there.permit(ben, at_ana), "success");
  EXPECT_EQ(there.describe(there.server().on_hairpin(to.hairpin, there.now())),
            "61002 from " + at_ana.to_string() + ": x");
  Hairpin foreign = to.hairpin;
  foreign.call.bytes[0] ^= 1U;
  EXPECT_EQ(there.describe(there.server().on_hairpin(foreign, there.now())), "nothing");
  EXPECT_EQ(there.server().counters().hairpins_local, 0U);
}

}  // namespace
}  // namespace visavis::turn

// Open mode: a full TURN server, with sockets that the shell binds.
#include <gtest/gtest.h>

#include "core/stun/test_support.h"
#include "core/turn/test_support.h"

namespace visavis::turn {
namespace {

using stun::AttributeType;
using stun::Method;
using testing::address;
using testing::Client;
using testing::Dialogue;
using testing::Heard;
using namespace std::chrono_literals;

ServerOptions open_options() {
  ServerOptions options;
  options.mode = Mode::kOpen;
  options.users = {{"ana", "swordfish"}, {"ben", "marlin"}};
  options.open_secrets = {std::string(testing::kSecret)};
  options.peers.own = {*IpAddress::parse("9.9.9.9")};
  return options;
}

class OpenMode : public ::testing::Test {
 protected:
  Client client(std::string_view at, std::string_view name = "ana",
                std::string_view password = "swordfish", Transport transport = Transport::kUdp) {
    return relay_.client(at, Credential{std::string(name), std::string(password)}, transport);
  }
  // Ana's allocation is relay 1, at 9.9.9.9:50000.
  void allocate() {
    EXPECT_EQ(relay_.allocate(ana_).what(), "silence");
    EXPECT_EQ(relay_.command(), "bind 1");
    relay_.relay_bound(1, "9.9.9.9:50000");
    EXPECT_EQ(relay_.hear(ana_).what(), "success");
  }
  static testing::Fill additional() {
    return testing::family(AttributeType::kAdditionalAddressFamily, 2);
  }
  static testing::Fill even_port(std::uint8_t reserve) {
    return testing::bytes(AttributeType::kEvenPort, {reserve});
  }

  Dialogue relay_{open_options()};
  Client ana_ = client("203.0.113.7:61001");
};

TEST_F(OpenMode, SuccessComesWhenTheSocketIsBound) {
  EXPECT_EQ(relay_.allocate(ana_).what(), "silence");
  EXPECT_EQ(relay_.command(), "bind 1");
  EXPECT_EQ(relay_.refresh(ana_, 600).what(), "437") << "there is none yet";
  relay_.relay_bound(1, "9.9.9.9:50000");
  const Heard heard = relay_.hear(ana_);
  EXPECT_EQ(heard.what(), "success");
  EXPECT_EQ(heard.relayed().to_string(), "9.9.9.9:50000");
  EXPECT_EQ(heard.lifetime_s(), 600);
  EXPECT_EQ(heard.addresses(AttributeType::kXorMappedAddress)[0], ana_.tuple.client);
  EXPECT_TRUE(heard.message()->has(AttributeType::kMessageIntegrity));
  EXPECT_EQ(relay_.refresh(ana_, 600).what(), "success");
  EXPECT_EQ(relay_.refresh(ana_, 0).what(), "success");
  EXPECT_EQ(relay_.command(), "close relay 1");
  EXPECT_EQ(relay_.from_peer(1, "8.8.8.8:53", "x"), "nothing");
}

TEST_F(OpenMode, ARetransmissionDoesNotBindTwice) {
  const stun::TransactionId id = {7};
  relay_.ask(ana_, Method::kAllocate, {testing::udp()}, id);
  EXPECT_EQ(relay_.command(), "bind 1");
  EXPECT_EQ(relay_.ask_once(ana_, Method::kAllocate, {testing::udp()}, id).what(), "silence");
  EXPECT_EQ(relay_.command(), "");
  relay_.relay_bound(1, "9.9.9.9:50000");
  const Heard first = relay_.hear(ana_);
  EXPECT_EQ(first.what(), "success");
  EXPECT_EQ(relay_.ask_once(ana_, Method::kAllocate, {testing::udp()}, id).bytes(), first.bytes());
  EXPECT_EQ(relay_.allocate(ana_).what(), "437");
}

TEST_F(OpenMode, WhenNoSocketCanBeBoundThereIsNoCapacity) {
  relay_.allocate(ana_);
  relay_.relay_failed(1);
  EXPECT_EQ(relay_.hear(ana_).what(), "508");
  EXPECT_EQ(relay_.allocations(), 0U);
  EXPECT_EQ(relay_.command(), "bind 1");
  EXPECT_EQ(relay_.command(), "") << "there is nothing to close";
  EXPECT_EQ(relay_.server().counters().allocations_made, 0U);
}

TEST_F(OpenMode, AHostWithoutIpv6SaysSo) {
  relay_.allocate(ana_, {testing::family(AttributeType::kRequestedAddressFamily, 2)});
  EXPECT_EQ(relay_.command(), "bind 1 ipv6");
  relay_.relay_failed(1);
  EXPECT_EQ(relay_.hear(ana_).what(), "440");
}

TEST_F(OpenMode, WhoLeavesBeforeTheSocketIsBoundLeavesNothing) {
  Client tcp = client("203.0.113.7:61002", "ben", "marlin", Transport::kTcp);
  relay_.allocate(tcp);
  EXPECT_EQ(relay_.command(), "bind 1");
  relay_.server().on_client_gone(tcp.tuple, relay_.now());
  relay_.relay_bound(1, "9.9.9.9:50000");
  EXPECT_EQ(relay_.command(), "close relay 1");
  EXPECT_EQ(relay_.command(), "");
  EXPECT_EQ(relay_.hear(tcp).what(), "silence");
  EXPECT_EQ(relay_.allocations(), 0U);
}

TEST_F(OpenMode, DataGoesThroughTheSocket) {
  allocate();
  EXPECT_EQ(relay_.permit(ana_, address("8.8.8.8:0")), "success");
  EXPECT_EQ(relay_.send(ana_, address("8.8.8.8:53"), "x"), "peer 8.8.8.8:53 from relay 1: x");
  EXPECT_EQ(relay_.from_peer(1, "8.8.8.8:53", "y"), "61001 from 8.8.8.8:53: y");
  EXPECT_EQ(relay_.from_peer(1, "8.8.8.8:54", "y"), "61001 from 8.8.8.8:54: y");
  EXPECT_EQ(relay_.bind(ana_, 0x4000, address("8.8.8.8:53")), "success");
  EXPECT_EQ(relay_.send(ana_, 0x4000, "x"), "peer 8.8.8.8:53 from relay 1: x");
  EXPECT_EQ(relay_.from_peer(1, "8.8.8.8:53", "y"), "61001 channel 16384: y");
  EXPECT_EQ(relay_.from_peer(1, "8.8.4.4:53", "y"), "nothing") << "no permission";
  EXPECT_EQ(relay_.from_peer(2, "8.8.8.8:53", "y"), "nothing") << "no such relay";
  const Counters& counters = relay_.server().counters();
  EXPECT_EQ(counters.to_peers.packets, 2U);
  EXPECT_EQ(counters.from_peers.packets, 3U);
  EXPECT_EQ(counters.to_clients[0].bytes, 3U);
}

TEST_F(OpenMode, ADontFragmentIsPassedOn) {
  allocate();
  relay_.permit(ana_, address("8.8.8.8:0"));
  std::vector<std::uint8_t> out;
  stun::MessageBuilder builder(out, stun::Class::kIndication, Method::kSend, {1});
  testing::peer(address("8.8.8.8:53"))(builder);
  builder.add(AttributeType::kDontFragment, {});
  builder.add(AttributeType::kData, as_bytes("x"));
  EXPECT_EQ(relay_.describe(relay_.say(ana_, out)), "peer 8.8.8.8:53 from relay 1 unfragmented: x");
}

TEST_F(OpenMode, PeersThatLeadInwardsAreForbidden) {
  allocate();
  for (const char* peer : {"127.0.0.1:1", "10.0.0.1:1", "9.9.9.9:50000", "192.0.2.1:5000"}) {
    EXPECT_EQ(relay_.permit(ana_, address(peer)), "403") << peer;
    EXPECT_EQ(relay_.bind(ana_, 0x4000, address(peer)), "403") << peer;
  }
  EXPECT_EQ(relay_.refused(Refusal::kForbiddenPeer), 8U);
}

TEST_F(OpenMode, APeerOfTheOtherFamilyIsAMismatch) {
  allocate();
  EXPECT_EQ(relay_.permit(ana_, address("[2606:4700::1]:1")), "443");
  EXPECT_EQ(relay_.bind(ana_, 0x4000, address("[2606:4700::1]:1")), "443");
  EXPECT_EQ(relay_.permit(ana_, address("[::1]:1")), "443");
}

TEST_F(OpenMode, TwoFamiliesAreTwoSockets) {
  relay_.allocate(ana_, {additional()});
  EXPECT_EQ(relay_.command(), "bind 1");
  EXPECT_EQ(relay_.command(), "bind 2 ipv6");
  relay_.relay_bound(2, "[2620:fe::fe]:50002");
  EXPECT_EQ(relay_.hear(ana_).what(), "silence") << "one is not all";
  relay_.relay_bound(1, "9.9.9.9:50000");
  const Heard heard = relay_.hear(ana_);
  EXPECT_EQ(heard.relayed(0).to_string(), "9.9.9.9:50000");
  EXPECT_EQ(heard.relayed(1).to_string(), "[2620:fe::fe]:50002");
  EXPECT_FALSE(heard.message()->has(AttributeType::kAddressErrorCode));
  relay_.permit(ana_, address("8.8.8.8:1"));
  relay_.permit(ana_, address("[2606:4700::1]:1"));
  EXPECT_EQ(relay_.send(ana_, address("8.8.8.8:1"), "x"), "peer 8.8.8.8:1 from relay 1: x");
  EXPECT_EQ(relay_.send(ana_, address("[2606:4700::1]:1"), "x"),
            "peer [2606:4700::1]:1 from relay 2: x");
  const auto four = testing::family(AttributeType::kRequestedAddressFamily, 1);
  relay_.ask(ana_, Method::kRefresh, {four, testing::lifetime(0)});
  EXPECT_EQ(relay_.command(), "close relay 1");
  EXPECT_EQ(relay_.send(ana_, address("8.8.8.8:1"), "x"), "nothing");
  EXPECT_EQ(relay_.permit(ana_, address("8.8.8.8:1")), "443");
  relay_.refresh(ana_, 0);
  EXPECT_EQ(relay_.command(), "close relay 2");
}

TEST_F(OpenMode, OneFamilyOfTwoIsBetterThanNone) {
  for (const bool ipv6_fails : {true, false}) {
    Dialogue relay(open_options());
    Client ana = relay.client("203.0.113.7:61001", Credential{"ana", "swordfish"});
    relay.allocate(ana, {additional()});
    relay.relay_failed(ipv6_fails ? 2 : 1);
    relay.relay_bound(ipv6_fails ? 1 : 2, ipv6_fails ? "9.9.9.9:50000" : "[2620:fe::fe]:50002");
    const Heard heard = relay.hear(ana);
    EXPECT_EQ(heard.what(), "success");
    EXPECT_EQ(heard.addresses(AttributeType::kXorRelayedAddress).size(), 1U);
    const auto error = heard.value(AttributeType::kAddressErrorCode);
    ASSERT_GE(error.size(), 4U);
    EXPECT_EQ(error[0], ipv6_fails ? 2 : 1);
    EXPECT_EQ(error[2] * 100 + error[3], ipv6_fails ? 440 : 508);
  }
}

TEST_F(OpenMode, AnEvenPortMayHaveAReservedSuccessor) {
  relay_.allocate(ana_, {even_port(0)});
  EXPECT_EQ(relay_.command(), "bind 1 even");
  Client rtp = client("203.0.113.7:61002");
  relay_.allocate(rtp, {even_port(0x80)});
  EXPECT_EQ(relay_.command(), "bind 2 even next 3");
  relay_.relay_bound(1, "9.9.9.9:50000");
  relay_.relay_bound(2, "9.9.9.9:50002");
  EXPECT_FALSE(relay_.hear(ana_).message()->has(AttributeType::kReservationToken));
  EXPECT_TRUE(relay_.hear(rtp).message()->has(AttributeType::kReservationToken));
}

TEST_F(OpenMode, ATokenIsRedeemedOnceByTheSameUser) {
  Client rtp = client("203.0.113.7:61002");
  relay_.allocate(rtp, {even_port(0x80)});
  relay_.relay_bound(1, "9.9.9.9:50002");
  const Heard heard = relay_.hear(rtp);
  const ByteView value = heard.value(AttributeType::kReservationToken);
  const auto token = testing::bytes(AttributeType::kReservationToken, {value.begin(), value.end()});
  relay_.command();

  Client ben = client("203.0.113.8:61003", "ben", "marlin");
  EXPECT_EQ(relay_.allocate(ben, {token}).what(), "508");
  Client rtcp = client("203.0.113.7:61004");
  EXPECT_EQ(relay_.allocate(rtcp, {token}).what(), "silence");
  EXPECT_EQ(relay_.command(), "take 2") << "it is bound already";
  relay_.relay_bound(2, "9.9.9.9:50003");
  EXPECT_EQ(relay_.hear(rtcp).relayed().to_string(), "9.9.9.9:50003");
  Client third = client("203.0.113.7:61005");
  EXPECT_EQ(relay_.allocate(third, {token}).what(), "508");
  relay_.permit(rtcp, address("8.8.8.8:1"));
  EXPECT_EQ(relay_.from_peer(2, "8.8.8.8:1", "x"), "61004 from 8.8.8.8:1: x");
  relay_.pass(10min);
  EXPECT_EQ(relay_.command(), "close relay 1");
  EXPECT_EQ(relay_.command(), "close relay 2");
  EXPECT_EQ(relay_.command(), "");
}

TEST_F(OpenMode, ATokenThatNobodyRedeemsLastsThirtySeconds) {
  Client rtp = client("203.0.113.7:61002");
  relay_.allocate(rtp, {even_port(0x80)});
  relay_.relay_bound(1, "9.9.9.9:50002");
  relay_.command();
  relay_.pass(30s - 1us);
  EXPECT_EQ(relay_.command(), "");
  relay_.pass(1us);
  EXPECT_EQ(relay_.command(), "close relay 2");
  EXPECT_EQ(relay_.allocations(), 1U);
}

TEST_F(OpenMode, ReservationsAreBounded) {
  ServerOptions options = open_options();
  options.limits.reservations_max = 1;
  Dialogue relay(std::move(options));
  Client one = relay.client("203.0.113.7:61001", Credential{"ana", "swordfish"});
  Client two = relay.client("203.0.113.7:61002", Credential{"ana", "swordfish"});
  Client three = relay.client("203.0.113.7:61003", Credential{"ana", "swordfish"});
  relay.allocate(one, {even_port(0x80)});
  relay.allocate(two, {even_port(0x80)});
  EXPECT_EQ(relay.command(), "bind 1 even next 2");
  EXPECT_EQ(relay.command(), "") << "a port that is being bound is reserved already";
  EXPECT_EQ(relay.refused(Refusal::kServerFull), 1U);
  relay.relay_bound(1, "9.9.9.9:50000");
  EXPECT_EQ(relay.hear(one).what(), "success");
  EXPECT_EQ(relay.allocate(three, {even_port(0x80)}).what(), "508");
  relay.pass(30s);
  relay.allocate(three, {even_port(0x80)});
  EXPECT_EQ(relay.command(), "close relay 2");
  EXPECT_EQ(relay.command(), "bind 3 even next 4");
  relay.relay_failed(3);
  EXPECT_EQ(relay.hear(three).what(), "508");
  relay.allocate(two, {even_port(0x80)});
  EXPECT_EQ(relay.command(), "bind 5 even next 6") << "what could not be bound is not reserved";
}

TEST_F(OpenMode, ReservationsOfAUserAreBounded) {
  ServerOptions options = open_options();
  options.limits.reservations_per_user_max = 2;
  options.users.push_back({"ben", "marlin"});
  Dialogue relay(std::move(options));
  const auto reserve = [&](std::uint64_t number, const Credential& who) {
    Client client = relay.client("203.0.113.7:" + std::to_string(number), who);
    const std::string answer = relay.allocate(client, {even_port(0x80)}).what();
    return relay.command().starts_with("bind") ? "bind" : answer;
  };
  const Credential ana{"ana", "swordfish"};
  EXPECT_EQ(reserve(1, ana), "bind");
  EXPECT_EQ(reserve(2, ana), "bind");
  EXPECT_EQ(reserve(3, ana), "486") << "who has too many hears that, not that the relay is full";
  EXPECT_EQ(relay.refused(Refusal::kQuota), 1U);
  EXPECT_EQ(reserve(4, {"ben", "marlin"}), "bind") << "others have theirs";
}

TEST_F(OpenMode, BytesFromPeersCountForTheUserApartFromItsOwn) {
  ServerOptions options = open_options();
  options.limits.bytes_per_second_per_user_max = 300;
  Dialogue relay(std::move(options));
  Client ana = relay.client("203.0.113.7:61001", Credential{"ana", "swordfish"});
  relay.allocate(ana);
  relay.relay_bound(1, "9.9.9.9:50000");
  ASSERT_EQ(relay.permit(ana, address("8.8.8.8:53")), "success");
  const std::string data(100, 'x');
  int through = 0;
  for (int i = 0; i < 10; ++i) {
    through += relay.from_peer(1, "8.8.8.8:53", data) == "nothing" ? 0 : 1;
  }
  EXPECT_EQ(through, 3);
  EXPECT_EQ(relay.refused(Refusal::kBandwidth), 7U);
  EXPECT_NE(relay.send(ana, address("8.8.8.8:53"), data), "nothing") << "a flood silences nobody";
}

TEST_F(OpenMode, IcmpErrorsReachTheClient) {
  allocate();
  relay_.icmp(1, "8.8.8.8:53", {3, 4, 1'400});
  EXPECT_EQ(relay_.hear(ana_).what(), "silence") << "no permission";
  relay_.permit(ana_, address("8.8.8.8:53"));
  relay_.icmp(1, "8.8.8.8:53", {3, 4, 1'400});
  const Heard heard = relay_.hear(ana_);
  EXPECT_EQ(heard.what(), "indication");
  EXPECT_EQ(heard.message()->method(), Method::kData);
  EXPECT_FALSE(heard.message()->has(AttributeType::kData));
  EXPECT_EQ(heard.addresses(AttributeType::kXorPeerAddress)[0].to_string(), "8.8.8.8:53");
  const ByteView value = heard.value(AttributeType::kIcmp);
  EXPECT_EQ(std::vector(value.begin(), value.end()),
            stun::from_hex("00 00 06 04 00 00 05 78"));  // 3 << 9 | 4
}

// --- Who is let in

TEST_F(OpenMode, EphemeralNamesNeedNoCall) {
  std::uint64_t relays = 0;
  for (const std::string& who : {std::string(), std::string(":ana"), std::string(":call:ana"),
                                 std::string(":a:b:c"), std::string(":")}) {
    const std::string name = std::to_string((relay_.wall() + 1h).time_since_epoch().count()) + who;
    Client guest = relay_.client("203.0.113.7:61009",
                                 Credential{name, ephemeral_password(testing::kSecret, name)});
    relay_.allocate(guest);
    relay_.relay_bound(++relays, "9.9.9.9:50000");
    EXPECT_EQ(relay_.hear(guest).what(), "success") << name;
  }
  Client late = relay_.client(
      "203.0.113.7:61009",
      Credential{"1600000000:ana", ephemeral_password(testing::kSecret, "1600000000:ana")});
  EXPECT_EQ(relay_.allocate(late).what(), "401");
}

TEST_F(OpenMode, CallsStayClosed) {
  ServerOptions options = open_options();
  options.secrets = {std::string(testing::kSecret)};
  options.open_secrets = {"of others"};
  Dialogue relay(std::move(options));
  Client ana = relay.client("203.0.113.7:61001", "call", "ana");
  EXPECT_EQ(relay.allocate(ana).what(), "success");
  EXPECT_EQ(relay.permit(ana, address("9.9.9.8:5000")), "403");
  EXPECT_EQ(relay.permit(ana, address("192.0.2.1:5000")), "success");
  relay.end_call("call");
  EXPECT_EQ(relay.allocations(), 0U);
  EXPECT_EQ(relay.allocate(ana).what(), "401");
  // And others' secret is not good for them.
  const std::string name =
      std::to_string((relay.wall() + 1h).time_since_epoch().count()) + ":call:ana";
  Client other =
      relay.client("203.0.113.7:61002", Credential{name, ephemeral_password("of others", name)});
  relay.allocate(other);
  EXPECT_EQ(relay.command(), "bind 1");
}

TEST_F(OpenMode, AStaticNameIsNotTakenForAnEphemeralOne) {
  Client client = this->client("203.0.113.7:61002", "ana", ephemeral_password("north", "ana"));
  EXPECT_EQ(relay_.allocate(client).what(), "401");
  client = this->client("203.0.113.7:61002", "nobody", "swordfish");
  EXPECT_EQ(relay_.allocate(client).what(), "401");
}

TEST_F(OpenMode, AStaticUserMayHideTheName) {
  relay_.allocate(ana_);  // learns realm and nonce
  relay_.relay_bound(1, "9.9.9.9:50000");
  relay_.hear(ana_);
  std::vector<std::uint8_t> out;
  stun::MessageBuilder builder(out, stun::Class::kRequest, Method::kRefresh, {1});
  builder.add(AttributeType::kUserhash, stun::userhash("ana", ana_.realm));
  builder.add(AttributeType::kRealm, as_bytes(ana_.realm));
  builder.add(AttributeType::kNonce, as_bytes(ana_.nonce));
  const auto key =
      stun::long_term_key(stun::PasswordAlgorithm::kMd5, "ana", ana_.realm, "swordfish");
  stun::add_integrity(builder, stun::Integrity::kSha1, key.view());
  relay_.say(ana_, out);
  EXPECT_EQ(relay_.hear(ana_).what(), "success");
}

// Announced only where every name can be told from its hash.
TEST_F(OpenMode, AnonymityIsOfferedWhereThereAreOnlyStaticUsers) {
  const auto offers = [](Dialogue& relay) {
    const Client client = relay.client("203.0.113.7:61001", Credential{"ana", "swordfish"});
    const Heard heard = relay.ask_once(client, Method::kAllocate, {testing::udp()});
    return stun::announces(heard.text(AttributeType::kNonce),
                           stun::SecurityFeature::kUsernameAnonymity);
  };
  EXPECT_FALSE(offers(relay_));
  ServerOptions options = open_options();
  options.open_secrets.clear();
  Dialogue relay(std::move(options));
  EXPECT_TRUE(offers(relay));
}

}  // namespace
}  // namespace visavis::turn

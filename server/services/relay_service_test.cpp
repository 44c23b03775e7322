// The relay behind real sockets.
#include "server/services/relay_service.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "server/services/test_support/relay.h"

namespace visavis::services {
namespace {

using test::kLoopback;
using test::Relay;
using test::RelayClient;
using turn::Transport;

// Every transport to every other one, on one loop and from one to another.
class RelayPairs : public testing::TestWithParam<std::tuple<Transport, Transport, unsigned>> {
 protected:
  RelayPairs() : relay_({.loops = std::get<2>(GetParam())}) {
    std::tie(ana_, at_ana_) = meet(std::get<0>(GetParam()), 0, "ana");
    std::tie(ben_, at_ben_) = meet(std::get<1>(GetParam()), std::get<2>(GetParam()) - 1, "ben");
  }
  std::pair<std::unique_ptr<RelayClient>, TransportAddress> meet(Transport transport, unsigned loop,
                                                                 std::string_view name) {
    auto [client, relayed] = relay_.allocated(transport, loop, name);
    return {std::make_unique<RelayClient>(std::move(client)), relayed};
  }

  Relay relay_;
  std::unique_ptr<RelayClient> ana_;
  std::unique_ptr<RelayClient> ben_;
  TransportAddress at_ana_;
  TransportAddress at_ben_;
};

TEST_P(RelayPairs, ReachEachOtherWithIndicationsAndChannels) {
  EXPECT_EQ(ana_->permit(at_ben_), "success");
  EXPECT_EQ(ben_->permit(at_ana_), "success");
  ana_->send_indication(at_ben_, "an indication");
  EXPECT_EQ(ben_->receive(), at_ana_.to_string() + ": an indication");
  ben_->send_indication(at_ana_, "back");
  EXPECT_EQ(ana_->receive(), at_ben_.to_string() + ": back");

  EXPECT_EQ(ana_->bind(0x4001, at_ben_), "success");
  ana_->send_channel_data(0x4001, "half");
  EXPECT_EQ(ben_->receive(), at_ana_.to_string() + ": half");
  EXPECT_EQ(ben_->bind(0x4002, at_ana_), "success");
  ana_->send_channel_data(0x4001, "whole");
  EXPECT_EQ(ben_->receive(), "16386: whole");
  ben_->send_channel_data(0x4002, "");
  EXPECT_EQ(ana_->receive(), "16385: ");
}

TEST_P(RelayPairs, KeepTheOrderOfWhatTheySend) {
  ASSERT_EQ(ana_->bind(0x4001, at_ben_), "success");
  ASSERT_EQ(ben_->bind(0x4001, at_ana_), "success");
  for (std::size_t round = 1; round <= 5; ++round) {
    std::vector<std::string> burst;
    for (int i = 0; i < 40; ++i) {
      burst.push_back(std::to_string(100 + i) + std::string(round * 237, 'x'));
    }
    ana_->send_burst(0x4001, burst);
    for (const std::string& one : burst) ASSERT_EQ(ben_->receive(), "16385: " + one);
  }
  for (std::size_t i = 0; i < 100; ++i) {
    const std::string one = std::to_string(i) + std::string(i * i % 1'200, 'y');
    ben_->send_channel_data(0x4001, one);
    ana_->send_channel_data(0x4001, one);
    ASSERT_EQ(ana_->receive(), "16385: " + one);
    ASSERT_EQ(ben_->receive(), "16385: " + one);
  }
}

INSTANTIATE_TEST_SUITE_P(, RelayPairs,
                         testing::Values(std::tuple{Transport::kUdp, Transport::kUdp, 1U},
                                         std::tuple{Transport::kUdp, Transport::kTcp, 1U},
                                         std::tuple{Transport::kTls, Transport::kUdp, 1U},
                                         std::tuple{Transport::kUdp, Transport::kUdp, 2U},
                                         std::tuple{Transport::kUdp, Transport::kTls, 2U},
                                         std::tuple{Transport::kTcp, Transport::kUdp, 2U},
                                         std::tuple{Transport::kTcp, Transport::kTls, 2U}));

TEST(RelayService, AnswersOverIpv6) {
  const Relay relay({.listen = *IpAddress::parse("::1")});
  RelayClient ana = relay.client(Transport::kUdp, "call", "ana");
  EXPECT_EQ(ana.allocate().what(), "success");
}

TEST(RelayService, ForgetsACallThatHasEndedAndClosesItsStreams) {
  Relay relay({.loops = 2});
  RelayClient ana = relay.client(Transport::kUdp, "call", "ana");
  RelayClient ben = relay.client(Transport::kTcp, "call", "ben");
  EXPECT_EQ(ana.allocate().what(), "success");
  EXPECT_EQ(ben.allocate().what(), "success");
  EXPECT_TRUE(Relay::eventually([&] { return relay.service().report().turn.allocations == 2; }));
  relay.service().end_call("call", std::nullopt);
  EXPECT_TRUE(ben.stream().ended());
  EXPECT_TRUE(Relay::eventually([&] { return relay.service().report().turn.allocations == 0; }));
  EXPECT_NE(relay.client(Transport::kUdp, "call", "ana").allocate().what(), "success");
}

TEST(RelayService, AStreamThatEndsTakesItsAllocationWithIt) {
  Relay relay;
  {
    RelayClient ben = relay.client(Transport::kTls, "call", "ben");
    EXPECT_EQ(ben.allocate().what(), "success");
    EXPECT_TRUE(Relay::eventually([&] { return relay.service().report().turn.allocations == 1; }));
  }
  EXPECT_TRUE(Relay::eventually([&] { return relay.service().report().turn.allocations == 0; }));
}

TEST(RelayService, ClosesASilentStreamWithoutAnAllocationOnly) {
  Relay relay({.limits = {.header_timeout = milliseconds(100)}});
  RelayClient ana = relay.client(Transport::kTcp, "call", "ana");
  EXPECT_EQ(ana.allocate().what(), "success");
  RelayClient idle = relay.client(Transport::kTcp, "call", "idle");
  EXPECT_EQ(idle.ask(stun::Method::kBinding, {}).what(), "success");
  EXPECT_TRUE(idle.stream().ended());  // by then the other one has been asked about as well
  EXPECT_EQ(ana.ask(stun::Method::kRefresh, {}).what(), "success");
}

// What nobody reads is dropped, not kept; who reads again gets what is new.
TEST(RelayService, DropsWhatAClientIsTooSlowFor) {
  for (const Transport transport : {Transport::kTcp, Transport::kTls}) {
    Relay relay({.limits = {.packet_stream_bytes_max = 200'000,
                            .packet_stream_age_max = milliseconds(50)}});
    auto [ana, at_ana] = relay.allocated(Transport::kTcp, 0, "ana");
    RelayClient ben = relay.client(transport, "call", "ben", 4'096);
    const TransportAddress at_ben = ben.allocate().relayed();
    ASSERT_EQ(ana.bind(0x4001, at_ben), "success");
    ASSERT_EQ(ben.bind(0x4001, at_ana), "success");
    const std::vector<std::string> burst(50, std::string(1'000, 'x'));
    while (relay.count(&net::Counters::stream_packets_dropped) < 100) ana.send_burst(0x4001, burst);
    EXPECT_EQ(relay.count(&net::Counters::slow_readers_closed), 0U);
    // What is left comes whole, and then the answers to requests, which are never dropped.
    EXPECT_EQ(ben.ask(stun::Method::kRefresh, {}).what(), "success");
    ana.send_channel_data(0x4001, "new");
    std::string received = ben.receive();
    for (; received != "16385: new"; received = ben.receive()) {
      ASSERT_EQ(received, "16385: " + burst[0]);
    }
  }
}

TEST(RelayService, ClosesAStreamThatIsNone) {
  Relay relay;
  RelayClient garbage = relay.client(Transport::kTcp, "call", "ana");
  garbage.send(std::string("\0\1\0\3 not a multiple of four", 27));
  EXPECT_TRUE(garbage.stream().ended());
  RelayClient later = relay.client(Transport::kTls, "call", "ana");
  EXPECT_EQ(later.allocate().what(), "success");
  later.send("\xC3\xA9 begins no message");
  EXPECT_TRUE(later.stream().ended());
}

TEST(RelayService, KeepsNoLargeBeginningForAStranger) {
  Relay relay;
  const std::string large("\0\2\xFF\xFC\x21\x12\xA4\x42", 8);
  RelayClient stranger = relay.client(Transport::kTcp, "call", "stranger");
  stranger.send(large);
  EXPECT_TRUE(stranger.stream().ended());
  RelayClient ana = relay.client(Transport::kTcp, "call", "ana");
  ASSERT_EQ(ana.allocate().what(), "success");
  ana.send(large + std::string(12 + 0xFFFC, '\0'));  // no request that is known, but a whole one
  EXPECT_EQ(ana.ask(stun::Method::kRefresh, {}).what(), "success");
}

TEST(RelayService, ReadsStreamsByteByByte) {
  Relay relay;
  for (const Transport transport : {Transport::kTcp, Transport::kTls}) {
    RelayClient ana = relay.client(transport, "call", "ana");
    const std::string request(
        "\0\1\0\0\x21\x12\xA4\x42"
        "transaction!",
        20);
    for (const char byte : request + request) ana.send(std::string(1, byte));
    ana.send(request + request);
    for (int i = 0; i < 4; ++i) EXPECT_EQ(ana.receive_message().substr(0, 2), "\1\1");
  }
}

class OpenRelay : public testing::Test {
 protected:
  static Relay::Options options(unsigned loops = 1) {
    Relay::Options options{.loops = loops};
    options.relay.server.mode = turn::Mode::kOpen;
    options.relay.server.users = {{"ana", "north"}};
    options.relay.server.peers.allow = {*IpNetwork::parse("127.0.0.0/8")};
    return options;
  }
  static RelayClient client(const Relay& relay, Transport transport = Transport::kUdp) {
    return RelayClient(transport, relay.address(), {"ana", "north"});
  }
};

TEST_F(OpenRelay, CarriesDataToAndFromPeers) {
  Relay relay(options(2));
  const net::test::TestPeer peer(kLoopback);
  for (const Transport transport : {Transport::kUdp, Transport::kTcp}) {
    RelayClient ana = client(relay, transport);
    const TransportAddress relayed = ana.allocate().relayed();
    EXPECT_EQ(relayed.address, kLoopback);
    EXPECT_GE(relayed.port, 49'152);
    ASSERT_EQ(ana.permit(peer.address()), "success");
    ana.send_indication(peer.address(), "hello");
    EXPECT_EQ(peer.receive(), relayed.to_string() + " hello");
    peer.send("back", relayed);
    EXPECT_EQ(ana.receive(), peer.address().to_string() + ": back");
    ASSERT_EQ(ana.bind(0x4000, peer.address()), "success");
    std::vector<std::string> burst;
    for (int i = 0; i < 30; ++i) burst.push_back(std::to_string(100 + i) + std::string(999, 'x'));
    ana.send_burst(0x4000, burst);
    std::string back;
    for (const std::string& one : burst) {
      EXPECT_EQ(peer.receive(), relayed.to_string() + ' ' + one);
      back += one;
    }
    peer.send_segments(back, burst[0].size(), relayed);
    for (const std::string& one : burst) EXPECT_EQ(ana.receive(), "16384: " + one);
  }
}

TEST_F(OpenRelay, ClosesTheSocketWithItsAllocation) {
  Relay relay(options());
  const net::test::TestPeer peer(kLoopback);
  RelayClient ana = client(relay);
  const TransportAddress relayed = ana.allocate().relayed();
  ASSERT_EQ(ana.permit(peer.address()), "success");
  EXPECT_EQ(ana.ask(stun::Method::kRefresh, {turn::testing::lifetime(0)}).what(), "success");
  net::EventLoop loop_of_this_thread(0);
  EXPECT_TRUE(Relay::eventually([&] {
    // The port is free again once the socket is gone.
    const auto again =
        net::UdpSocket::open(loop_of_this_thread, relayed, {.buffer_bytes = 1 << 16});
    return static_cast<bool>(again);
  }));
}

// Clients over TCP are spread over the loops in turn: one of each pair is on each loop.
TEST_F(OpenRelay, ReservesTheNextPortForWhicheverLoopHearsOfTheToken) {
  const net::test::TestPeer peer(kLoopback);
  for (const unsigned loops : {1U, 2U, 4U}) {
    Relay relay(options(loops));
    for (const Transport transport : {Transport::kTcp, Transport::kUdp}) {
      RelayClient ana = client(relay, transport);
      const auto first =
          ana.allocate({turn::testing::bytes(stun::AttributeType::kEvenPort, {0x80})});
      ASSERT_EQ(first.what(), "success");
      EXPECT_EQ(first.relayed().port % 2, 0);
      const ByteView token = first.value(stun::AttributeType::kReservationToken);
      RelayClient second = client(relay, transport);
      const auto next = second.allocate({turn::testing::bytes(
          stun::AttributeType::kReservationToken, {token.begin(), token.end()})});
      ASSERT_EQ(next.what(), "success") << loops << " loops";
      EXPECT_EQ(next.relayed().port, first.relayed().port + 1);
      ASSERT_EQ(second.permit(peer.address()), "success");
      second.send_indication(peer.address(), "hello");
      EXPECT_EQ(peer.receive(), next.relayed().to_string() + " hello");
      peer.send("back", next.relayed());
      EXPECT_EQ(second.receive(), peer.address().to_string() + ": back");
    }
  }
}

TEST_F(OpenRelay, TellsOfIcmpErrors) {
  Relay relay(options());
  RelayClient ana = client(relay);
  ASSERT_EQ(ana.allocate().what(), "success");
  TransportAddress gone;
  {
    const net::test::TestPeer peer(kLoopback);
    gone = peer.address();
  }
  ASSERT_EQ(ana.permit(gone), "success");
  ana.send_indication(gone, "anybody?");
  const std::string message = ana.receive_message();
  const turn::testing::Heard heard({as_bytes(message).begin(), as_bytes(message).end()});
  EXPECT_EQ(heard.what(), "indication");
  EXPECT_EQ(heard.addresses(stun::AttributeType::kXorPeerAddress)[0], gone);
  const ByteView icmp = heard.value(stun::AttributeType::kIcmp);
  ASSERT_EQ(icmp.size(), 8U);
  // Destination unreachable, the port (RFC 792), in seven and nine bits (RFC 8656 section 18.13).
  EXPECT_EQ(icmp[2] << 8 | icmp[3], 3 << 9 | 3);
}

TEST_F(OpenRelay, LeadsNobodyBackIntoThisHost) {
  Relay::Options strict = options();
  strict.relay.server.peers.allow.clear();
  Relay relay(strict);
  RelayClient ana = client(relay);
  ASSERT_EQ(ana.allocate().what(), "success");
  EXPECT_EQ(ana.permit({kLoopback, 80}), "403");
  for (const IpAddress& own : own_addresses()) {
    if (!own.is_v4()) continue;
    EXPECT_EQ(ana.permit({own, 80}), "403") << own.to_string();
  }
}

}  // namespace
}  // namespace visavis::services

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

#include "server/net/clock.h"
#include "server/net/test_support/test_certificate.h"
#include "server/net/tls_context.h"
#include "server/services/crypto_random.h"
#include "server/services/relay_metrics.h"
#include "server/services/test_support/relay_client.h"

namespace visavis::services {
namespace {

using test::RelayClient;
using turn::Transport;

constexpr std::string_view kSecret = "north";
const IpAddress kLoopback = *IpAddress::parse("127.0.0.1");

// A relay on threads of its own.
class Relay {
 public:
  struct Options {
    unsigned loops = 1;
    RelayOptions relay{};
    net::Limits limits{};
    IpAddress listen = kLoopback;
  };
  Relay() : Relay(Options()) {}
  explicit Relay(Options options)
      : server_(settings(options), options.loops),
        service_(server_, with_secret(std::move(options.relay)), random_) {
    server_.set_websocket_handler(nobody_);
    if (const auto error = server_.listen(options.listen, 0)) throw std::runtime_error(*error);
    thread_ = std::thread([this] { server_.run(); });
  }
  ~Relay() {
    server_.stop();
    thread_.join();
  }

  TransportAddress address() const {
    return {server_.listeners()[0]->address(), server_.listeners()[0]->port()};
  }
  RelayClient client(Transport transport, std::string_view call, std::string_view participant,
                     int receive_buffer_bytes = 0) const {
    return RelayClient(transport, address(),
                       turn::issue_credential(kSecret, soon(), call, participant),
                       receive_buffer_bytes);
  }
  // One whose allocation is on this loop, and the address that it was given.
  std::pair<RelayClient, TransportAddress> allocated(Transport transport, unsigned loop,
                                                     std::string_view participant) {
    while (true) {
      RelayClient client = this->client(transport, "call", participant);
      const TransportAddress relayed = client.allocate().relayed();
      if (relayed.port / 2 % server_.loops() == loop) return {std::move(client), relayed};
    }
  }

  RelayService& service() { return service_; }
  const RelayService& service() const { return service_; }
  std::uint64_t count(net::Counter net::Counters::* counter) const {
    std::uint64_t total = 0;
    for (unsigned i = 0; i < server_.loops(); ++i) total += (server_.counters(i).*counter).get();
    return total;
  }

  static std::chrono::sys_seconds soon() { return net::wall_now() + std::chrono::hours(1); }
  static bool eventually(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + net::test::kPatience;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(milliseconds(1));
    }
    return true;
  }

 private:
  struct Nobody : net::WebSocketHandler {
    void on_open(net::WebSocketId, const net::WebSocketOrigin&) override {}
    void on_message(net::WebSocketId, std::string_view) override {}
    void on_refused(net::WebSocketId, net::MessageRefusal) override {}
    void on_closed(net::WebSocketId, net::WebSocketEnd) override {}
    bool accepts_input(unsigned) override { return true; }
  };

  net::WorkerSettings settings(const Options& options) const {
    net::WorkerSettings settings;
    settings.limits = options.limits;
    settings.http = [](const net::HttpRequest&) { return net::HttpResponse{}; };
    auto tls = net::TlsContext::load(certificate_.certificate(), certificate_.key());
    if (!tls) throw std::runtime_error(tls.error());
    settings.tls = std::move(tls).value();
    return settings;
  }
  static RelayOptions with_secret(RelayOptions options) {
    turn::ServerOptions& server = options.server;
    (server.mode == turn::Mode::kOpen ? server.open_secrets
                                      : server.secrets) = {std::string(kSecret)};
    return options;
  }

  net::test::TestCertificate certificate_{"relay"};
  CryptoRandom random_;
  Nobody nobody_;
  net::Server server_;
  RelayService service_;
  std::thread thread_;
};

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

// --- What holds for all loops together

TEST(RelayLimits, TwoLoopsHaveNoMoreAllocationsThanOne) {
  Relay::Options options{.loops = 2};
  options.relay.server.limits.allocations_per_user_max = 4;
  options.relay.server.limits.new_allocations_burst_per_user = 1'000;
  const Relay relay(std::move(options));
  std::vector<RelayClient> clients;
  int made = 0;
  // The kernel gives each port of a client to either loop.
  for (int i = 0; i < 40; ++i) {
    RelayClient& ana = clients.emplace_back(relay.client(Transport::kUdp, "call", "ana"));
    const auto heard = ana.allocate();
    if (heard.what() != "success") {
      EXPECT_EQ(heard.what(), "486");
      continue;
    }
    ++made;
  }
  EXPECT_EQ(made, 4);
  const auto quota = [&] {
    const auto all = refusals(relay.service().report());
    return std::ranges::find(all, "quota", &RefusalCount::kind)->count;
  };
  EXPECT_TRUE(Relay::eventually([&] { return quota() == 36; }));
}

TEST(RelayLimits, TwoLoopsCarryNoMoreBytesThanOne) {
  constexpr std::uint64_t kPerSecond = 200'000;
  Relay::Options options{.loops = 2};
  options.relay.server.limits.bytes_per_second_per_user_max = kPerSecond;
  Relay relay(std::move(options));
  auto [here, at_here] = relay.allocated(Transport::kTcp, 0, "ana");
  auto [there, at_there] = relay.allocated(Transport::kTcp, 1, "ana");
  auto [ben, at_ben] = relay.allocated(Transport::kUdp, 0, "ben");
  ASSERT_EQ(here.bind(0x4001, at_ben), "success");
  ASSERT_EQ(there.bind(0x4001, at_ben), "success");
  const auto begin = std::chrono::steady_clock::now();
  const std::vector<std::string> burst(50, std::string(1'000, 'x'));
  for (int i = 0; i < 20; ++i) {
    here.send_burst(0x4001, burst);
    there.send_burst(0x4001, burst);
  }
  // All has been read where this is answered.
  for (RelayClient* client : {&here, &there}) {
    ASSERT_EQ(client->ask(stun::Method::kBinding, {}).what(), "success");
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  EXPECT_TRUE(Relay::eventually([&] {
    const auto& turn = relay.service().report().turn;
    const auto dropped = turn.refusals[static_cast<std::size_t>(turn::Refusal::kBandwidth)];
    return turn.from_clients[static_cast<std::size_t>(Transport::kTcp)].packets + dropped == 2'000;
  }));
  const auto carried =
      relay.service().report().turn.from_clients[static_cast<std::size_t>(Transport::kTcp)].bytes;
  EXPECT_GE(carried, kPerSecond * 9 / 10);
  // A second's worth at once, what time has brought, and what may be on lease.
  EXPECT_LE(static_cast<double>(carried), kPerSecond * (1.25 + took.count()));
}

TEST(RelayLimits, TwoLoopsAnswerNoMoreStrangersThanOne) {
  Relay::Options options{.loops = 2};
  options.relay.server.limits.challenges_burst = 5;
  options.relay.server.limits.challenges_per_second = 1;
  const Relay relay(std::move(options));
  std::vector<RelayClient> strangers;
  for (int i = 0; i < 60; ++i) {
    strangers.push_back(relay.client(Transport::kUdp, "call", "ana"));
    strangers.back().send(std::string("\0\3\0\0\x21\x12\xA4\x42transaction!", 20));
  }
  const auto counted = [&] {
    const auto& turn = relay.service().report().turn;
    return std::pair(turn.challenges,
                     turn.refusals[static_cast<std::size_t>(turn::Refusal::kChallengesLimited)]);
  };
  EXPECT_TRUE(Relay::eventually([&] { return counted().first + counted().second == 60; }));
  EXPECT_GE(counted().first, 5U);
  EXPECT_LE(counted().first, 9U) << "five, and one for each second that this took";
  RelayClient ben = relay.client(Transport::kTcp, "call", "ben");
  EXPECT_EQ(ben.allocate().what(), "success") << "over TCP from the same address";
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

TEST_F(OpenRelay, ReservesTheNextPort) {
  Relay relay(options());
  RelayClient ana = client(relay);
  const auto first = ana.allocate({turn::testing::bytes(stun::AttributeType::kEvenPort, {0x80})});
  ASSERT_EQ(first.what(), "success");
  EXPECT_EQ(first.relayed().port % 2, 0);
  const ByteView token = first.value(stun::AttributeType::kReservationToken);
  RelayClient second = client(relay);
  const auto next = second.allocate(
      {turn::testing::bytes(stun::AttributeType::kReservationToken, {token.begin(), token.end()})});
  EXPECT_EQ(next.relayed().port, first.relayed().port + 1);
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

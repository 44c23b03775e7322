#include "server/net/udp_socket.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/net/socket_address.h"
#include "server/net/test_support/test_peer.h"
#include "server/net/test_support/test_server.h"

namespace visavis::net {
namespace {

using test::TestPeer;
using test::TestServer;

const IpAddress kLoopback = *IpAddress::parse("127.0.0.1");

TEST(SocketAddress, IsTheSameThereAndBack) {
  for (const std::string_view text : {"192.0.2.1", "0.0.0.0", "2001:db8::7", "::1"}) {
    const TransportAddress address{*IpAddress::parse(text), 49'152};
    EXPECT_EQ(to_transport_address(to_socket_address(address).storage), address);
  }
}

TEST(UdpSocket, AnswersOnThePortOfTheListener) {
  const TestServer server;
  const TransportAddress at{kLoopback, server.port()};
  for (int i = 0; i < 20; ++i) {  // the kernel spreads them over the loops
    const TestPeer peer(kLoopback);
    peer.send("hello", at);
    EXPECT_EQ(peer.receive(), at.to_string() + ' ' + peer.address().to_string() + " hello");
  }
  EXPECT_EQ(server.count(&Counters::datagrams_read), 20U);
  EXPECT_TRUE(
      TestServer::eventually([&] { return server.count(&Counters::datagrams_written) == 20; }));
}

TEST(UdpSocket, AnswersManyAtOnce) {
  const TestServer server;
  const TransportAddress at{kLoopback, server.port()};
  const TestPeer peer(kLoopback);
  constexpr int kDatagrams = 300;
  for (int i = 0; i < kDatagrams; ++i) peer.send(std::to_string(i), at);
  for (int i = 0; i < kDatagrams; ++i) {
    ASSERT_TRUE(peer.receive().ends_with(' ' + std::to_string(i)));
  }
}

// A client that asked one address and is answered from another one does not listen.
TEST(UdpSocket, AnswersFromTheAddressThatWasAsked) {
  TestServer::Options options;
  options.listen = *IpAddress::parse("0.0.0.0");
  const TestServer server(options);
  const TestPeer peer(kLoopback);
  const TransportAddress second{*IpAddress::parse("127.0.0.2"), server.port()};
  peer.send("hello", second);
  EXPECT_TRUE(peer.receive().starts_with(second.to_string() + ' '));
}

TEST(UdpSocket, KeepsSilentWhereThereIsNothingToSay) {
  const TestServer server;
  const TransportAddress at{kLoopback, server.port()};
  const TestPeer peer(kLoopback);
  peer.send("silence", at);
  peer.send("", at);
  peer.send("after", at);
  // The empty datagram is one, too.
  EXPECT_TRUE(peer.receive().ends_with(' '));
  EXPECT_TRUE(peer.receive().ends_with(" after"));
  peer.send("=", at);
  EXPECT_EQ(peer.receive(), at.to_string() + " =");
}

TEST(UdpSocket, CarriesTheLargestDatagramThereIs) {
  const TestServer server;
  const TransportAddress at{kLoopback, server.port()};
  const TestPeer peer(kLoopback);
  const std::string largest = '=' + std::string(65'506, 'x');
  peer.send(largest, at);
  EXPECT_EQ(peer.receive(), at.to_string() + ' ' + largest);
}

TEST(UdpSocket, AnswersOverIpv6) {
  TestServer::Options options;
  options.listen = *IpAddress::parse("::1");
  const TestServer server(options);
  const TransportAddress at{options.listen, server.port()};
  const TestPeer peer(options.listen);
  peer.send("hello", at);
  EXPECT_EQ(peer.receive(), at.to_string() + ' ' + peer.address().to_string() + " hello");
  peer.send_segments('=' + std::string(5'000, 'x'), 1'000, at);
  for (int i = 0; i < 5; ++i) peer.receive();
  EXPECT_TRUE(peer.receive().ends_with(" x"));
}

// A burst that the kernel hands over as one buffer leaves as one, and arrives as it was.
TEST(UdpSocket, TakesBurstsApartAndKeepsTheirOrder) {
  const TestServer server({.threads = 1});
  const TransportAddress at{kLoopback, server.port()};
  const TestPeer peer(kLoopback);
  for (const std::size_t segment_bytes : {std::size_t{160}, std::size_t{1'200}}) {
    std::string burst;
    for (char i = 0; i < 40; ++i) {
      burst += '=' + std::string(segment_bytes - 1, static_cast<char>('0' + i));
    }
    burst += "=last";
    peer.send_segments(burst, segment_bytes, at);
    for (std::size_t i = 0; i <= 40; ++i) {
      EXPECT_EQ(peer.receive(),
                at.to_string() + ' ' + burst.substr(i * segment_bytes, segment_bytes));
    }
  }
}

TEST(UdpSocket, SendsABurstAsOne) {
  const TestServer server({.threads = 1});
  const TransportAddress at{kLoopback, server.port()};
  TestPeer peer(kLoopback);
  peer.join_bursts();
  std::string burst;
  for (int i = 0; i < 40; ++i) burst += '=' + std::string(1'199, 'x');
  burst += "=last";
  peer.send_segments(burst, 1'200, at);
  EXPECT_EQ(peer.receive(), at.to_string() + ' ' + burst);
}

// As where a device or a tunnel does not do it.
TEST(UdpSocket, SendsBurstsAlsoWhereTheKernelRefusesToSegment) {
  TestServer server({.threads = 1});
  const int off = 1;
  ASSERT_EQ(::setsockopt(server.server().udp_socket(0, 0).descriptor(), SOL_SOCKET, SO_NO_CHECK,
                         &off, sizeof off),
            0);
  const TransportAddress at{kLoopback, server.port()};
  const TestPeer peer(kLoopback);
  std::string burst;
  for (int i = 0; i < 40; ++i) burst += '=' + std::to_string(100 + i) + std::string(996, 'x');
  peer.send_segments(burst, 1'000, at);
  for (std::size_t i = 0; i < 40; ++i) {
    EXPECT_EQ(peer.receive(), at.to_string() + ' ' + burst.substr(i * 1'000, 1'000));
  }
  EXPECT_EQ(server.count(&Counters::datagrams_dropped), 0U);
}

TEST(UdpSocket, DropsAndCountsWhatCannotBeSent) {
  const TestServer server({.threads = 1});
  const TransportAddress at{kLoopback, server.port()};
  const TestPeer peer(kLoopback);
  peer.send(std::string(65'507, 'x'), at);  // with its sender before it, it is no datagram any more
  peer.send("=after", at);
  EXPECT_EQ(peer.receive(), at.to_string() + " =after");
  EXPECT_EQ(server.count(&Counters::datagrams_dropped), 1U);
}

TEST(UdpSocket, KeepsTheOrderOfUnequalSizes) {
  const TestServer server({.threads = 1});
  const TransportAddress at{kLoopback, server.port()};
  const TestPeer peer(kLoopback);
  std::vector<std::string> sent;
  for (std::size_t i = 0; i < 200; ++i) {
    sent.push_back('=' + std::to_string(i) + std::string(i * i * 7 % 1'300, 'x'));
    if (i % 50 == 0) sent.emplace_back();
  }
  for (const std::string& text : sent) peer.send(text, at);
  for (const std::string& text : sent) {
    // An empty one comes back with its sender.
    const std::string from = text.empty() ? peer.address().to_string() + ' ' : text;
    ASSERT_EQ(peer.receive(), at.to_string() + ' ' + from);
  }
}

// Destinations that refuse do not cost the others anything.
TEST(UdpSocket, ADeadDestinationHarmsNobodyElse) {
  const TestServer server({.threads = 1});
  const TransportAddress at{kLoopback, server.port()};
  const TestPeer alive(kLoopback);
  for (int i = 0; i < 50; ++i) {
    {
      const TestPeer dead(kLoopback);
      dead.send("=anybody?", at);
    }
    alive.send("=" + std::to_string(i), at);
    ASSERT_EQ(alive.receive(), at.to_string() + " =" + std::to_string(i));
  }
  EXPECT_EQ(server.count(&Counters::datagrams_dropped), 0U);
}

// What a socket hands over.
struct Inbox final : DatagramHandler {
  void on_datagram(UdpSocket& /*socket*/, const Datagram& datagram) override {
    datagrams.emplace_back(as_text(datagram.bytes));
  }
  void on_icmp(UdpSocket& /*socket*/, const IcmpReport& report) override { icmp = report; }
  void on_batch_end(unsigned /*loop*/) override {}

  std::vector<std::string> datagrams;
  std::optional<IcmpReport> icmp;
};

TEST(UdpSocket, WhatWaitsBehindAnIcmpErrorIsReadAllTheSame) {
  EventLoop loop(0);
  Inbox inbox;
  auto opened = UdpSocket::open(loop, {kLoopback, 0}, {.report_icmp = true});
  ASSERT_TRUE(opened);
  const std::unique_ptr<UdpSocket> socket = std::move(opened).value();
  ASSERT_TRUE(socket->start(inbox));
  const auto wait_for = [&](short events) {
    pollfd one{.fd = socket->descriptor(), .events = events, .revents = 0};
    return ::poll(&one, 1, 10'000) == 1;
  };
  const TestPeer alive(kLoopback);
  alive.send("here", socket->address());
  ASSERT_TRUE(wait_for(POLLIN));
  TransportAddress dead;
  {
    const TestPeer gone(kLoopback);
    dead = gone.address();
  }
  socket->send_copy({.remote = dead}, as_bytes("anybody?"));
  loop.datagrams().flush();
  ASSERT_TRUE(wait_for(0));  // an error is what poll(2) always waits for

  socket->on_ready({.readable = true});
  EXPECT_EQ(inbox.datagrams, std::vector<std::string>{"here"});
  EXPECT_FALSE(inbox.icmp);
  socket->on_ready({.readable = true, .hung_up = true});
  ASSERT_TRUE(inbox.icmp);
  EXPECT_EQ(inbox.icmp->remote, dead);
  EXPECT_EQ(inbox.icmp->type, 3);  // RFC 792: destination unreachable,
  EXPECT_EQ(inbox.icmp->code, 3);  // port unreachable
}

// Why a server with so many threads cannot listen at the UDP port of what `open` opens. TCP comes
// first, for which somebody else may happen to have it: then another one.
template <typename Open>
ListenError why_not_at_a_port_of(Open open, unsigned threads) {
  std::optional<ListenError> error;
  for (int attempt = 0; attempt < 20; ++attempt) {
    const auto other = open();
    Server server({}, threads);
    error = server.listen(kLoopback, other->address().port);
    if (!error || error->message.find("for UDP") != std::string::npos) break;
  }
  return error.value_or(ListenError{});
}

TEST(UdpSocket, ATakenPortIsAnErrorThatSaysSo) {
  const auto error = why_not_at_a_port_of([] { return std::make_unique<TestPeer>(kLoopback); }, 1);
  EXPECT_NE(error.message.find("for UDP: another program has it already"), std::string::npos)
      << error.message;
  EXPECT_TRUE(error.may_pass);
}

// Another program of this user that would share it, as SO_REUSEPORT lets it.
TEST(UdpSocket, APortThatAnotherProgramWouldShareIsTakenAllTheSame) {
  EventLoop loop(0);
  const auto shared = [&loop] {
    return UdpSocket::open(loop, {kLoopback, 0}, {.port_use = PortUse::kShared}).value();
  };
  for (const unsigned threads : {1U, 2U}) {
    const auto error = why_not_at_a_port_of(shared, threads);
    EXPECT_NE(error.message.find("for UDP: another program"), std::string::npos) << error.message;
  }
}

TEST(UdpSocket, TheFirstOfSeveralLoopsSharesThePortAfterwards) {
  EventLoop loop(0);
  const auto first = UdpSocket::open(loop, {kLoopback, 0}, {.port_use = PortUse::kFirst});
  ASSERT_TRUE(first);
  EXPECT_TRUE(UdpSocket::open(loop, (*first)->address(), {.port_use = PortUse::kShared}));
  EXPECT_FALSE(UdpSocket::open(loop, (*first)->address(), {}));
}

}  // namespace
}  // namespace visavis::net

#include "server/net/udp_socket.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <optional>

#include "server/net/socket_address.h"
#include "server/net/test_support/test_server.h"

namespace visavis::net {
namespace {

using test::TestServer;

const IpAddress kLoopback = *IpAddress::parse("127.0.0.1");

// A UDP client with real sockets.
class TestPeer {
 public:
  explicit TestPeer(const IpAddress& address) : socket_(::socket(AF_INET, SOCK_DGRAM, 0)) {
    const SocketAddress any_port = to_socket_address({address, 0});
    EXPECT_EQ(::bind(socket_, any_port.get(), any_port.size), 0);
    const timeval patience{.tv_sec = 5, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  ~TestPeer() { ::close(socket_); }
  TestPeer(const TestPeer&) = delete;
  TestPeer& operator=(const TestPeer&) = delete;

  TransportAddress address() const {
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&storage), &size);
    return to_transport_address(storage);
  }
  void send(std::string_view text, const TransportAddress& to) const {
    const SocketAddress address = to_socket_address(to);
    ::sendto(socket_, text.data(), text.size(), 0, address.get(), address.size);
  }
  // "SENDER TEXT"; nothing when nothing comes in time.
  std::string receive() const {
    std::array<char, 4'096> buffer{};
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    const auto count = ::recvfrom(socket_, buffer.data(), buffer.size(), 0,
                                  reinterpret_cast<sockaddr*>(&from), &size);
    if (count < 0) return "";
    return to_transport_address(from).to_string() + ' ' +
           std::string(buffer.data(), static_cast<std::size_t>(count));
  }

 private:
  const int socket_;
};

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
  EXPECT_EQ(server.count(&Counters::datagrams_written), 20U);
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

TEST(UdpSocket, KeepsSilentWhereThereIsNothingToSayAndForWhatIsTooLarge) {
  const TestServer server;
  const TransportAddress at{kLoopback, server.port()};
  const TestPeer peer(kLoopback);
  peer.send("silence", at);
  peer.send(std::string(2'049, 'x'), at);
  peer.send("", at);
  peer.send("after", at);
  // The empty datagram is one, too.
  EXPECT_TRUE(peer.receive().ends_with(' '));
  EXPECT_TRUE(peer.receive().ends_with(" after"));
}

TEST(UdpSocket, ATakenPortIsAnErrorThatSaysSo) {
  const TestPeer other(kLoopback);
  TestServer server;
  const auto error = server.server().listen(kLoopback, other.address().port);
  ASSERT_TRUE(error);
  EXPECT_NE(error->find("for UDP: another program has it already"), error->npos) << *error;
}

}  // namespace
}  // namespace visavis::net

#include "server/net/test_support/test_peer.h"

#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <stdexcept>

#include "server/net/socket_address.h"
#include "server/net/test_support/test_client.h"

namespace visavis::net::test {
namespace {

constexpr int kBufferBytes = 4 << 20;

}  // namespace

TestPeer::TestPeer(const IpAddress& address)
    : socket_(::socket(address.is_v4() ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  const SocketAddress any_port = to_socket_address({address, 0});
  if (::bind(socket_, any_port.get(), any_port.size) != 0) {
    ::close(socket_);
    throw std::runtime_error("cannot bind a UDP socket");
  }
  const timeval patience{.tv_sec = std::chrono::duration_cast<seconds>(kPatience).count(),
                         .tv_usec = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &kBufferBytes, sizeof kBufferBytes);
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  ::getsockname(socket_, reinterpret_cast<sockaddr*>(&storage), &size);
  address_ = to_transport_address(storage);
}

TestPeer::~TestPeer() { ::close(socket_); }

void TestPeer::send(std::string_view bytes, const TransportAddress& to) const {
  const SocketAddress address = to_socket_address(to);
  ::sendto(socket_, bytes.data(), bytes.size(), 0, address.get(), address.size);
}

void TestPeer::send_segments(std::string_view bytes, std::size_t segment_bytes,
                             const TransportAddress& to) const {
  const SocketAddress address = to_socket_address(to);
  iovec piece{.iov_base = const_cast<char*>(bytes.data()), .iov_len = bytes.size()};
  alignas(cmsghdr) std::array<std::uint8_t, CMSG_SPACE(sizeof(std::uint16_t))> control{};
  msghdr header{};
  header.msg_name = const_cast<sockaddr_storage*>(&address.storage);
  header.msg_namelen = address.size;
  header.msg_iov = &piece;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  cmsghdr* const part = CMSG_FIRSTHDR(&header);
  part->cmsg_level = IPPROTO_UDP;
  part->cmsg_type = UDP_SEGMENT;
  part->cmsg_len = CMSG_LEN(sizeof(std::uint16_t));
  const auto size = static_cast<std::uint16_t>(segment_bytes);
  std::memcpy(CMSG_DATA(part), &size, sizeof size);
  if (::sendmsg(socket_, &header, 0) < 0) throw std::runtime_error("cannot send a burst");
}

void TestPeer::join_bursts() {
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_UDP, UDP_GRO, &on, sizeof on);
}

TestPeer::Received TestPeer::receive_datagram() const {
  std::array<char, 65'536> buffer;
  sockaddr_storage from{};
  socklen_t size = sizeof from;
  const auto count = ::recvfrom(socket_, buffer.data(), buffer.size(), 0,
                                reinterpret_cast<sockaddr*>(&from), &size);
  if (count < 0) throw std::runtime_error("no datagram came in time");
  return {to_transport_address(from), std::string(buffer.data(), static_cast<std::size_t>(count))};
}

std::string TestPeer::receive() const {
  const Received received = receive_datagram();
  return received.from.to_string() + ' ' + received.bytes;
}

}  // namespace visavis::net::test

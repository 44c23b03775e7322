#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

#include "bench/turn/link.h"
#include "bench/turn/stream_link.h"

namespace visavis::bench {
namespace {

constexpr std::size_t kDatagramsAtOnce = 16;
constexpr std::size_t kDatagramBytesMax = 65'536;
constexpr int kSocketBufferBytes = 2 << 20;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// Where all UDP sockets read to; the generator has one thread.
struct Inbox {
  std::vector<std::uint8_t> bytes = std::vector<std::uint8_t>(kDatagramsAtOnce * kDatagramBytesMax);
  std::array<iovec, kDatagramsAtOnce> vectors{};
  std::array<std::array<char, CMSG_SPACE(sizeof(int))>, kDatagramsAtOnce> controls{};
  std::array<mmsghdr, kDatagramsAtOnce> headers{};

  // What the kernel changed is set again for the next call.
  void reset(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      vectors[i] = {bytes.data() + i * kDatagramBytesMax, kDatagramBytesMax};
      headers[i].msg_hdr = {};
      headers[i].msg_hdr.msg_iov = &vectors[i];
      headers[i].msg_hdr.msg_iovlen = 1;
      headers[i].msg_hdr.msg_control = controls[i].data();
      headers[i].msg_hdr.msg_controllen = controls[i].size();
    }
  }
};

Inbox& inbox() {
  static Inbox one;
  return one;
}

// The size of the datagrams that GRO has put together; 0: it is one.
std::size_t segment_bytes(msghdr& header) {
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level != SOL_UDP || part->cmsg_type != UDP_GRO) continue;
    int size = 0;
    std::memcpy(&size, CMSG_DATA(part), sizeof size);
    return static_cast<std::size_t>(size);
  }
  return 0;
}

class UdpLink : public Link {
 public:
  explicit UdpLink(Sender sender)
      : fd_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)), sender_(sender) {
    if (fd_ < 0) fail("socket");
    // Whoever loses datagrams here, it is not the generator; and what was sent as one is received
    // so.
    for (const int option : {SO_RCVBUFFORCE, SO_RCVBUF, SO_SNDBUFFORCE, SO_SNDBUF})
      setsockopt(fd_, SOL_SOCKET, option, &kSocketBufferBytes, sizeof kSocketBufferBytes);
    const int on = 1;
    if (setsockopt(fd_, IPPROTO_UDP, UDP_GRO, &on, sizeof on) != 0) fail("UDP_GRO");
  }
  ~UdpLink() override { close(fd_); }

  int descriptor() const override { return fd_; }

  void connect_to(std::uint16_t port) const {
    const sockaddr_in address = loopback(port);
    if (connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      fail("connect");
  }
  std::uint16_t bind_to_any() const {
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (bind(fd_, reinterpret_cast<const sockaddr*>(&address), size) != 0) fail("bind");
    if (getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0) fail("getsockname");
    return ntohs(address.sin_port);
  }

  void send(ByteView messages, std::size_t stride) override {
    if (messages.size() == stride) {
      check(::send(fd_, messages.data(), stride, 0));
    } else if (sender_ == Sender::kGso) {
      send_segmented(messages, stride);
    } else {
      send_one_by_one(messages, stride);
    }
  }

  void receive(const OnMessage& on_message) override {
    Inbox& in = inbox();
    in.reset(kDatagramsAtOnce);
    const int count = recvmmsg(fd_, in.headers.data(), kDatagramsAtOnce, MSG_DONTWAIT, nullptr);
    for (int i = 0; i < count; ++i) {
      auto& header = in.headers[static_cast<std::size_t>(i)];
      const std::size_t segment = segment_bytes(header.msg_hdr);
      ByteView rest(static_cast<const std::uint8_t*>(header.msg_hdr.msg_iov->iov_base),
                    header.msg_len);
      while (!rest.empty()) {
        const std::size_t size = segment == 0 ? rest.size() : std::min(segment, rest.size());
        on_message(rest.first(size));
        rest = rest.subspan(size);
      }
    }
  }

 private:
  static sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }

  // A refusal is about a datagram before: a server that has closed a socket. It is loss.
  static void check(ssize_t result) {
    if (result < 0 && errno != ECONNREFUSED) fail("send");
  }

  void send_segmented(ByteView messages, std::size_t stride) const {
    iovec vector{const_cast<std::uint8_t*>(messages.data()), messages.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(std::uint16_t))> control{};
    msghdr header{};
    header.msg_iov = &vector;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    cmsghdr* part = CMSG_FIRSTHDR(&header);
    part->cmsg_level = SOL_UDP;
    part->cmsg_type = UDP_SEGMENT;
    part->cmsg_len = CMSG_LEN(sizeof(std::uint16_t));
    const auto size = static_cast<std::uint16_t>(stride);
    std::memcpy(CMSG_DATA(part), &size, sizeof size);
    check(sendmsg(fd_, &header, 0));
  }

  void send_one_by_one(ByteView messages, std::size_t stride) const {
    std::vector<iovec> vectors(messages.size() / stride);
    std::vector<mmsghdr> headers(vectors.size());
    for (std::size_t i = 0; i < vectors.size(); ++i) {
      vectors[i] = {const_cast<std::uint8_t*>(messages.data() + i * stride), stride};
      headers[i].msg_hdr.msg_iov = &vectors[i];
      headers[i].msg_hdr.msg_iovlen = 1;
    }
    for (std::size_t sent = 0; sent < headers.size();) {
      const int count =
          sendmmsg(fd_, &headers[sent], static_cast<unsigned>(headers.size() - sent), 0);
      check(count);
      sent += count > 0 ? static_cast<std::size_t>(count) : 1;
    }
  }

  int fd_;
  Sender sender_;
};

}  // namespace

std::unique_ptr<Link> open_link(std::uint16_t server_port, Leg leg, Sender sender) {
  if (leg != Leg::kUdp)
    return std::make_unique<StreamLink>(Endpoint{server_port, leg == Leg::kTls});
  auto link = std::make_unique<UdpLink>(sender);
  link->connect_to(server_port);
  return link;
}

std::unique_ptr<Link> open_peer(TransportAddress& address) {
  auto link = std::make_unique<UdpLink>(Sender::kPlain);
  address = {IpAddress::v4({127, 0, 0, 1}), link->bind_to_any()};
  return link;
}

}  // namespace visavis::bench

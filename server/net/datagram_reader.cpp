#include "server/net/datagram_reader.h"

#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "server/net/socket_address.h"

namespace visavis::net {
namespace {

constexpr std::size_t kBufferBytes = 65'536;
// Headers before the first segment fit here, see OutgoingDatagram::room_before; and buffers that
// begin at different cache sets do not evict each other.
constexpr std::size_t kBufferStride = kBufferBytes + std::size_t{21} * 64;
constexpr std::size_t kControlBytes = CMSG_SPACE(sizeof(in6_pktinfo)) + CMSG_SPACE(sizeof(int));

bool is_link_local(const sockaddr_storage& address) {
  return address.ss_family == AF_INET6 &&
         IN6_IS_ADDR_LINKLOCAL(&reinterpret_cast<const sockaddr_in6&>(address).sin6_addr);
}

IpAddress to_ip_address(const in_addr& address) {
  std::array<std::uint8_t, 4> bytes;
  std::memcpy(bytes.data(), &address, bytes.size());
  return IpAddress::v4(bytes);
}

IpAddress to_ip_address(const in6_addr& address) {
  std::array<std::uint8_t, 16> bytes;
  std::memcpy(bytes.data(), &address, bytes.size());
  return IpAddress::v6(bytes);
}

template <typename T>
T content(const cmsghdr* part) {
  T value;
  std::memcpy(&value, CMSG_DATA(part), sizeof value);
  return value;
}

void read_control(const cmsghdr* part, DatagramReader::Message& message) {
  if (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_PKTINFO) {
    message.path.local = to_ip_address(content<in_pktinfo>(part).ipi_addr);
  } else if (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_PKTINFO) {
    message.path.local = to_ip_address(content<in6_pktinfo>(part).ipi6_addr);
  } else if (part->cmsg_level == IPPROTO_UDP && part->cmsg_type == UDP_GRO) {
    const auto segment_bytes = content<int>(part);
    if (segment_bytes > 0) message.segment_bytes = static_cast<std::size_t>(segment_bytes);
  }
}

}  // namespace

struct DatagramReader::Slots {
  struct Slot {
    sockaddr_storage sender;
    iovec buffer;
    alignas(cmsghdr) std::array<std::uint8_t, kControlBytes> control;
  };
  std::array<mmsghdr, kMessagesMax> headers;
  std::array<Slot, kMessagesMax> slots;
  // Not initialised on purpose: pages that nobody has touched cost nothing.
  std::unique_ptr<std::uint8_t[]> buffers{new std::uint8_t[kMessagesMax * kBufferStride]};

  void make_ready(int index) {
    const auto i = static_cast<std::size_t>(index);
    Slot& slot = slots[i];
    slot.buffer = {buffers.get() + i * kBufferStride + OutgoingDatagram::kHeaderBytesMax,
                   kBufferBytes};
    headers[i] = {};
    headers[i].msg_hdr = {.msg_name = &slot.sender,
                          .msg_namelen = sizeof slot.sender,
                          .msg_iov = &slot.buffer,
                          .msg_iovlen = 1,
                          .msg_control = slot.control.data(),
                          .msg_controllen = slot.control.size(),
                          .msg_flags = 0};
  }
};

DatagramReader::DatagramReader() = default;
DatagramReader::~DatagramReader() = default;

int DatagramReader::receive(int descriptor) {
  if (!slots_) slots_ = std::make_unique<Slots>();
  for (int i = 0; i < used_; ++i) slots_->make_ready(i);
  used_ = 0;
  while (true) {
    const int count =
        ::recvmmsg(descriptor, slots_->headers.data(), kMessagesMax, MSG_DONTWAIT, nullptr);
    if (count > 0) used_ = count;
    // EAGAIN: nothing is there. Anything else is the error of something sent earlier, which says
    // nothing about what waits here, and which this call has cleared.
    if (count >= 0 || errno == EAGAIN || errno == EWOULDBLOCK || errno == EBADF) return count;
    if (errno == EFAULT || errno == EINVAL || errno == ENOTSOCK || errno == ENOMEM) return count;
  }
}

DatagramReader::Message DatagramReader::message(int index) const {
  const auto i = static_cast<std::size_t>(index);
  msghdr& header = slots_->headers[i].msg_hdr;
  const Slots::Slot& slot = slots_->slots[i];
  const std::size_t size = slots_->headers[i].msg_len;
  Message message;
  message.complete = (header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0;
  message.path.remote = to_transport_address(slot.sender);
  if (is_link_local(slot.sender)) {
    message.path.interface = reinterpret_cast<const sockaddr_in6&>(slot.sender).sin6_scope_id;
  }
  message.bytes = {static_cast<std::uint8_t*>(slot.buffer.iov_base), size};
  message.segment_bytes = size;
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    read_control(part, message);
  }
  return message;
}

}  // namespace visavis::net

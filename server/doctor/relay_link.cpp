#include "server/doctor/relay_link.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <cerrno>
#include <system_error>

#include "core/turn/stream_framer.h"
#include "server/net/clock.h"
#include "server/net/socket_address.h"

namespace visavis::doctor {
namespace {

constexpr std::size_t kDatagramBytesMax = 2'048;
constexpr int kReceiveBufferBytes = 1 << 20;

class DatagramLink final : public RelayLink {
 public:
  explicit DatagramLink(int descriptor) : descriptor_(descriptor) {}
  ~DatagramLink() override { ::close(descriptor_); }

  bool send(ByteView message) override {
    if (::send(descriptor_, message.data(), message.size(), MSG_NOSIGNAL) >= 0) return true;
    note(errno);
    // A refusal is of an earlier datagram; a full buffer loses this one, as a network would.
    return errno == ECONNREFUSED || errno == EAGAIN || errno == ENOBUFS;
  }

  std::optional<std::vector<std::uint8_t>> receive(Instant deadline) override {
    std::vector<std::uint8_t> bytes(kDatagramBytesMax);
    while (true) {
      const ssize_t got = ::recv(descriptor_, bytes.data(), bytes.size(), MSG_DONTWAIT);
      if (got >= 0) {
        bytes.resize(static_cast<std::size_t>(got));
        return bytes;
      }
      if (errno != EAGAIN && errno != EINTR) note(errno);
      const auto left = std::chrono::ceil<milliseconds>(deadline - net::monotonic_now()).count();
      if (left <= 0) return std::nullopt;
      pollfd poll{.fd = descriptor_, .events = POLLIN, .revents = 0};
      ::poll(&poll, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
    }
  }

  bool is_stream() const override { return false; }
  int descriptor() const override { return descriptor_; }
  TransportAddress local_address() const override {
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    ::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&storage), &size);
    return net::to_transport_address(storage);
  }
  NotReached trouble() const override { return trouble_; }

 private:
  void note(int error) {
    if (error == EAGAIN || error == ENOBUFS) return;
    trouble_ = {error == ECONNREFUSED ? Reach::kRefused : Reach::kFailed,
                std::generic_category().message(error)};
    if (error == ENETUNREACH || error == EHOSTUNREACH) trouble_.reach = Reach::kNoRoute;
  }

  const int descriptor_;
  NotReached trouble_{Reach::kReached, {}};
};

class StreamLink final : public RelayLink {
 public:
  explicit StreamLink(std::unique_ptr<Stream> stream) : stream_(std::move(stream)) {}

  bool send(ByteView message) override {
    stream_->set_patience(seconds(5));
    std::vector<std::uint8_t> padded(message.begin(), message.end());
    padded.resize((padded.size() + 3) / 4 * 4);  // RFC 8656 section 12.5
    ByteView rest = padded;
    boost::system::error_code error;
    while (!rest.empty() && !error) rest = rest.subspan(stream_->write(rest, error));
    if (error) trouble_ = {Reach::kFailed, error.message()};
    return !error;
  }

  std::optional<std::vector<std::uint8_t>> receive(Instant deadline) override {
    stream_->set_deadline(deadline);
    while (true) {
      const auto frame = turn::next_stream_frame(input_);
      if (!frame) {
        trouble_ = {Reach::kFailed, "what came was no TURN"};
        return std::nullopt;
      }
      if (frame->message_bytes != 0 && input_.size() >= frame->frame_bytes) {
        std::vector<std::uint8_t> message(
            input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(frame->message_bytes));
        input_.erase(input_.begin(),
                     input_.begin() + static_cast<std::ptrdiff_t>(frame->frame_bytes));
        return message;
      }
      std::array<std::uint8_t, 16'384> buffer{};
      boost::system::error_code error;
      const std::size_t got = stream_->read(buffer, error);
      if (error) {
        if (error != boost::asio::error::timed_out) {
          trouble_ = {Reach::kFailed, error == boost::asio::error::eof
                                          ? std::string("the connection was closed")
                                          : error.message()};
        }
        return std::nullopt;
      }
      input_.insert(input_.end(), buffer.begin(),
                    buffer.begin() + static_cast<std::ptrdiff_t>(got));
    }
  }

  bool is_stream() const override { return true; }
  int descriptor() const override { return stream_->descriptor(); }
  TransportAddress local_address() const override { return stream_->local_address(); }
  NotReached trouble() const override { return trouble_; }

 private:
  std::unique_ptr<Stream> stream_;
  std::vector<std::uint8_t> input_;
  NotReached trouble_{Reach::kReached, {}};
};

}  // namespace

Result<std::unique_ptr<RelayLink>, NotReached> RelayLink::open_udp(const TransportAddress& server) {
  const net::SocketAddress to = net::to_socket_address(server);
  const int descriptor = ::socket(to.storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) {
    return Failure{NotReached{Reach::kNoRoute, std::generic_category().message(errno)}};
  }
  auto link = std::make_unique<DatagramLink>(descriptor);
  ::setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &kReceiveBufferBytes, sizeof kReceiveBufferBytes);
  // Connected, so that an ICMP refusal is heard and nobody else is.
  if (::connect(descriptor, to.get(), to.size) != 0) {
    return Failure{NotReached{Reach::kNoRoute, std::generic_category().message(errno)}};
  }
  return std::unique_ptr<RelayLink>(std::move(link));
}

std::unique_ptr<RelayLink> RelayLink::over(std::unique_ptr<Stream> stream) {
  return std::make_unique<StreamLink>(std::move(stream));
}

}  // namespace visavis::doctor

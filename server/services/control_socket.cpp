#include "server/services/control_socket.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "server/ops/control_place.h"

namespace visavis::services {
namespace {

using Protocol = boost::asio::local::stream_protocol;

constexpr mode_t kOwnerOnly = 0600;
constexpr int kBacklog = 8;

bool is_own_user_or_root(int descriptor) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  return peer.uid == ::geteuid() || peer.uid == 0;
}

ino_t inode_of(const std::filesystem::path& path) {
  struct stat status{};
  return ::lstat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

}  // namespace

// One connection. Keeps itself alive by its handlers.
class ControlSocket::Session : public std::enable_shared_from_this<Session> {
 public:
  Session(Protocol::socket socket, std::shared_ptr<ControlSocket*> owner)
      : socket_(std::move(socket)),
        timer_(socket_.get_executor()),
        owner_(std::move(owner)),
        dialogue_((*owner_)->answer_) {}
  ~Session() {
    if (*owner_ != nullptr) (*owner_)->ended();
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // For the next line, and no longer than kPatience.
  void wait() {
    be_patient();
    read();
  }

 private:
  void be_patient() {
    timer_.expires_after(kPatience);
    timer_.async_wait([self = weak_from_this()](const boost::system::error_code& error) {
      const auto session = self.lock();
      boost::system::error_code ignored;
      if (!error && session) session->socket_.close(ignored);
    });
  }

  void read() {
    socket_.async_read_some(
        boost::asio::buffer(input_),
        [self = shared_from_this()](const boost::system::error_code& error, std::size_t size) {
          if (error || *self->owner_ == nullptr) return;
          self->dialogue_.hear({self->input_.data(), size});
          if (!self->write_reply()) self->read();
        });
  }

  // False: the line is not whole yet.
  bool write_reply() {
    auto reply = dialogue_.reply();
    if (!reply) return false;
    output_ = *std::move(reply);
    be_patient();
    boost::asio::async_write(
        socket_, boost::asio::buffer(output_),
        [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
          if (error || *self->owner_ == nullptr || self->dialogue_.is_over()) return;
          if (!self->write_reply()) self->wait();
        });
    return true;
  }

  Protocol::socket socket_;
  boost::asio::steady_timer timer_;
  std::shared_ptr<ControlSocket*> owner_;
  ControlDialogue dialogue_;
  std::array<char, ControlDialogue::kLineBytesMax> input_{};
  std::string output_;
};

ControlSocket::ControlSocket(boost::asio::io_context& context, std::filesystem::path path,
                             Answer answer)
    : acceptor_(context),
      pause_(context),
      path_(std::move(path)),
      answer_(std::move(answer)),
      self_(std::make_shared<ControlSocket*>(this)) {}

Result<std::unique_ptr<ControlSocket>, std::string> ControlSocket::open(
    boost::asio::io_context& context, const std::filesystem::path& directory, Answer answer) {
  const auto path = directory / ops::ControlPlace::kFileName;
  const auto failure = [&path](std::string_view why) {
    return Failure{
        fmt::format("The control socket {} cannot be made ({}), so that visavis check "
                    "cannot use it.",
                    path.string(), why)};
  };
  const ops::ControlPlace there(directory);
  if (!there) return failure(std::generic_category().message(errno));
  const Protocol::endpoint endpoint(there.socket_path());

  boost::system::error_code error;
  Protocol::socket probe(context);
  probe.connect(endpoint, error);
  if (!error) return failure("another server uses this data directory");
  if (error == boost::asio::error::connection_refused) ::unlink(path.c_str());

  std::unique_ptr<ControlSocket> made(new ControlSocket(context, path, std::move(answer)));
  auto& acceptor = made->acceptor_;
  acceptor.open(endpoint.protocol(), error);
  // Before bind(), which makes the file with this mode, so that it never has a wider one.
  if (!error && ::fchmod(acceptor.native_handle(), kOwnerOnly) != 0) {
    error.assign(errno, boost::system::system_category());
  }
  if (!error) acceptor.bind(endpoint, error);
  if (error) return failure(error.message());
  made->inode_ = inode_of(path);
  ::chmod(path.c_str(), kOwnerOnly);
  acceptor.listen(kBacklog, error);
  if (error) return failure(error.message());
  made->accept();
  return made;
}

ControlSocket::~ControlSocket() {
  *self_ = nullptr;
  if (inode_ != 0 && inode_of(path_) == inode_) ::unlink(path_.c_str());
}

void ControlSocket::accept() {
  accepting_ = true;
  acceptor_.async_accept(
      [self = self_](const boost::system::error_code& error, Protocol::socket socket) {
        ControlSocket* const owner = *self;
        if (owner == nullptr || error == boost::asio::error::operation_aborted) return;
        owner->accepting_ = false;
        if (!error && is_own_user_or_root(socket.native_handle())) {
          ++owner->sessions_;
          std::make_shared<Session>(std::move(socket), self)->wait();
        }
        if (error) return owner->accept_later();
        if (owner->sessions_ < kConnectionsMax) owner->accept();
      });
}

// After an error, such as too few descriptors.
void ControlSocket::accept_later() {
  accepting_ = true;
  pause_.expires_after(std::chrono::seconds(1));
  pause_.async_wait([self = self_](const boost::system::error_code& error) {
    if (!error && *self != nullptr) (*self)->accept();
  });
}

void ControlSocket::ended() {
  --sessions_;
  if (!accepting_ && acceptor_.is_open()) accept();
}

}  // namespace visavis::services

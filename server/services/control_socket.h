// The control socket: a Unix stream socket in the data directory, for the operator's commands on
// this machine. Only the server's own user and root can use it (mode 0600, and the peer's user is
// asked for). What is said over a connection is control_dialogue.h's matter.
#pragma once

#include <sys/types.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/base/time.h"
#include "server/services/control_dialogue.h"

namespace visavis::services {

// Belongs to the thread of its io_context.
class ControlSocket {
 public:
  static constexpr std::size_t kConnectionsMax = 4;   // further ones wait in the kernel
  static constexpr Duration kPatience = seconds(10);  // for a line, and for taking the answer

  // Called on the io_context's thread.
  using Answer = ControlDialogue::Answer;

  // Takes the place of a socket that nobody listens at any more. The error is a sentence for the
  // operator.
  static Result<std::unique_ptr<ControlSocket>, std::string> open(
      boost::asio::io_context& context, const std::filesystem::path& directory, Answer answer);
  // Removes the socket, if it still is this one.
  ~ControlSocket();
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;

 private:
  class Session;
  ControlSocket(boost::asio::io_context& context, std::filesystem::path path, Answer answer);

  void accept();
  void accept_later();
  void ended();

  boost::asio::local::stream_protocol::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  const std::filesystem::path path_;
  const Answer answer_;
  ino_t inode_ = 0;
  std::size_t sessions_ = 0;
  bool accepting_ = false;
  // Sessions outlive this where the loop has stopped with them waiting; they look whether it lives.
  std::shared_ptr<ControlSocket*> self_;
};

}  // namespace visavis::services

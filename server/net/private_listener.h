// A listening socket for the operator alone: a Unix socket, or a TCP port beside the public ones.
// Whoever can reach it is trusted with what is not for everybody, so that nothing has to be guessed
// from where a request seems to come from: behind a proxy on the same machine everybody does.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/base/transport_address.h"
#include "server/net/connection_limiter.h"
#include "server/net/event_loop.h"
#include "server/net/listen_error.h"
#include "server/net/worker.h"

namespace visavis::net {

struct PrivateAddress {
  std::string path;            // of a Unix socket; empty: TCP at `tcp`
  TransportAddress tcp;        // port 0 takes a free one
  std::string to_url() const;  // "http://127.0.0.1:9464" or "unix:/run/visavis/metrics.sock"
};

// Belongs to the thread of its loop.
class PrivateListener {
 public:
  // Gets every connection accepted; on the listener's loop.
  using Sink = std::function<void(AcceptedConnection)>;

  // Binds and listens; connections wait in the kernel until start(). A Unix socket is made with
  // mode 0660, in place of one that nobody listens at any more.
  static Result<std::unique_ptr<PrivateListener>, ListenError> open(EventLoop& loop,
                                                                    const PrivateAddress& address);
  ~PrivateListener();
  PrivateListener(const PrivateListener&) = delete;
  PrivateListener& operator=(const PrivateListener&) = delete;

  // `limiter` must outlive the connections.
  void start(ConnectionLimiter& limiter, Sink sink);
  // Removes the Unix socket.
  void stop();

  // With the port that was taken.
  const PrivateAddress& address() const { return address_; }

 private:
  PrivateListener(EventLoop& loop, int descriptor, PrivateAddress address);

  void wait();
  void accept_some();
  bool accept_one();

  boost::asio::posix::stream_descriptor listening_;
  boost::asio::steady_timer pause_timer_;
  PrivateAddress address_;
  ConnectionLimiter* limiter_ = nullptr;
  Sink sink_;
};

}  // namespace visavis::net

// The UDP side of a listening port, as one loop sees it: every loop has a socket of its own on the
// port (SO_REUSEPORT), and the kernel keeps a client with one of them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/base/transport_address.h"
#include "server/net/event_loop.h"

namespace visavis::net {

// Called on every loop, by several at the same time.
class DatagramHandler {
 public:
  virtual ~DatagramHandler() = default;
  // What goes back to the client, or nothing. `datagram` is valid during the call, the answer until
  // the next call on the same loop.
  virtual ByteView answer(unsigned loop, ByteView datagram, const TransportAddress& client) = 0;
};

// Belongs to the thread of its loop.
class UdpSocket : public Pollable {
 public:
  // Datagrams wait in the kernel until start(). IPv6 sockets take IPv6 only. The error is errno.
  static Result<std::unique_ptr<UdpSocket>, int> open(EventLoop& loop,
                                                      const TransportAddress& address);
  ~UdpSocket() override;
  UdpSocket(const UdpSocket&) = delete;
  UdpSocket& operator=(const UdpSocket&) = delete;

  // `handler` must outlive the socket. False when the kernel refuses to watch it: errno says why.
  bool start(DatagramHandler& handler);

  void on_ready(Readiness readiness) override;

 private:
  struct Batch;

  UdpSocket(EventLoop& loop, int descriptor);

  int receive(Batch& batch);
  void answer_all(Batch& batch, int count);

  EventLoop& loop_;
  const int descriptor_;
  DatagramHandler* handler_ = nullptr;
  std::unique_ptr<Batch> batch_;
};

}  // namespace visavis::net

// What the connections of every protocol have in common: a place in their worker, and a timeout.
#pragma once

#include <cstdint>

#include "server/net/deadline_wheel.h"
#include "server/net/poller.h"

namespace visavis::net {

class Worker;

class Connection : public Pollable, public Timed {
 public:
  explicit Connection(Worker& worker) : worker_(worker) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // The server is leaving: end what can end now.
  virtual void on_drain() = 0;
  // Writes what the socket takes now. Called at the end of a round, see Worker::flush_later().
  virtual void flush() {}
  // For Poller::remove().
  virtual int descriptor() const = 0;

 protected:
  Worker& worker_;

 private:
  friend class Worker;
  static constexpr std::uint32_t kNoPlace = UINT32_MAX;
  std::uint32_t place_ = kNoPlace;  // among the worker's connections; kNoPlace once it is closed
};

}  // namespace visavis::net

// Many clients on one epoll loop.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "bench/generator/client.h"
#include "bench/generator/dialect.h"

namespace visavis::bench {

using Clock = std::chrono::steady_clock;

class Population {
 public:
  // What to do with a relayed message; everything else is the dialect's.
  using OnRelayed = std::function<void(Client&)>;

  Population(Endpoint endpoint, Dialect& dialect);
  ~Population();
  Population(const Population&) = delete;
  Population& operator=(const Population&) = delete;

  // Connects without greeting.
  Client& connect();
  // Connects and greets so many, and waits until all are ready.
  void join(std::size_t count);
  // Pairs 0 with 1, 2 with 3, …
  void pair_all();
  // Says goodbye and waits for the server's.
  void leave_all();

  void set_on_relayed(OnRelayed on_relayed) { on_relayed_ = std::move(on_relayed); }
  // Reads what has come; waits for it at most so long, to the microsecond.
  void run_once(std::chrono::nanoseconds timeout);
  void run_for(std::chrono::milliseconds duration);
  // Throws after 60 s.
  void run_until(const std::function<bool()>& condition);
  // Until nothing has come for `quiet`.
  void run_until_quiet(std::chrono::milliseconds quiet);

  std::size_t size() const { return clients_.size(); }
  Client& operator[](std::size_t index) { return *clients_[index]; }
  Dialect& dialect() { return dialect_; }
  std::uint64_t bytes_received() const;

 private:
  Endpoint endpoint_;
  Dialect& dialect_;
  int epoll_ = -1;
  std::vector<std::unique_ptr<Client>> clients_;
  OnRelayed on_relayed_ = [](Client&) {};
};

}  // namespace visavis::bench

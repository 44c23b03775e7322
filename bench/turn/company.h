// The clients of a run with their allocations made and their permissions given: who sends, what,
// and who receives it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "bench/turn/accounts.h"
#include "bench/turn/client.h"
#include "bench/turn/link.h"

namespace visavis::bench {

using Clock = std::chrono::steady_clock;

enum class Route : std::uint8_t {
  kToPeer,       // client, server, a peer's own UDP socket
  kBothOnRelay,  // client, server, another client of the same server
};
enum class Form : std::uint8_t { kChannelData, kIndications };

struct Setting {
  std::uint16_t port = 0;
  Leg leg = Leg::kUdp;
  Sender sender = Sender::kPlain;
  Route route = Route::kBothOnRelay;
  Form form = Form::kChannelData;
  std::size_t clients = 100;  // even
  std::size_t payload_bytes = 1'200;
  std::size_t burst = 1;  // messages that are sent together
};

// A client with an allocation.
std::unique_ptr<TurnClient> open_client(const Setting& setting, const Credential& credential);

// What the generator writes into the front of each payload.
struct Stamp {
  std::uint32_t flow = 0;
  std::uint32_t burst = 0;  // number of
  Clock::time_point due;
};

class Company {
 public:
  using OnArrival = std::function<void(const Stamp&)>;

  Company(const Setting& setting, const Accounts& accounts);
  ~Company();
  Company(const Company&) = delete;
  Company& operator=(const Company&) = delete;

  // Every client sends in one flow.
  std::size_t flows() const { return flows_.size(); }
  // One burst.
  void send(const Stamp& stamp);
  // Waits at most so long for something to arrive, and hands it over.
  void receive(std::chrono::milliseconds wait, const OnArrival& on_arrival);

 private:
  struct Flow {
    Link* sender = nullptr;
    std::vector<std::uint8_t> messages;
  };

  void pair_up();
  void give_peers();
  void connect_to(TurnClient& client, const TransportAddress& peer);
  void watch(Link& link);

  const Setting setting_;
  std::vector<std::unique_ptr<TurnClient>> clients_;
  std::vector<std::unique_ptr<Link>> peers_;
  std::vector<Flow> flows_;
  std::size_t stride_ = 0;
  int epoll_;
};

}  // namespace visavis::bench

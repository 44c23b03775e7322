#include "bench/generator/population.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace visavis::bench {
namespace {

using std::chrono::milliseconds;
constexpr std::size_t kGreetedAtOnce = 50;
constexpr auto kPatience = std::chrono::seconds(60);

}  // namespace

Population::Population(Endpoint endpoint, Dialect& dialect)
    : endpoint_(endpoint), dialect_(dialect), epoll_(epoll_create1(EPOLL_CLOEXEC)) {}

Population::~Population() { close(epoll_); }

Client& Population::connect() {
  clients_.push_back(std::make_unique<Client>(endpoint_, dialect_.path(), dialect_.subprotocol()));
  Client& client = *clients_.back();
  client.index = clients_.size() - 1;
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = &client;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, client.descriptor(), &event);
  // What came in the same packet as the handshake's answer would otherwise wait for the next.
  client.receive([&](std::string_view text) { dialect_.take(client, text); });
  return client;
}

void Population::join(std::size_t count) {
  for (std::size_t joined = 0; joined < count;) {
    const std::size_t batch = std::min(kGreetedAtOnce, count - joined);
    const std::size_t first = clients_.size();
    for (std::size_t i = 0; i < batch; ++i) dialect_.greet(connect());
    run_until([&] {
      return std::all_of(clients_.begin() + static_cast<std::ptrdiff_t>(first), clients_.end(),
                         [](const auto& client) { return client->ready; });
    });
    joined += batch;
  }
}

void Population::pair_all() {
  for (std::size_t i = 0; i + 1 < clients_.size(); i += 2)
    dialect_.pair(*clients_[i], *clients_[i + 1]);
  run_until([&] {
    return std::all_of(clients_.begin(), clients_.end(),
                       [](const auto& client) { return client->paired; });
  });
}

void Population::leave_all() {
  for (const auto& client : clients_) client->send_close();
  for (const auto& client : clients_) {
    try {
      while (true) client->receive([](std::string_view) {});
    } catch (const std::runtime_error&) {  // closed, as asked
    }
  }
  clients_.clear();
}

void Population::run_once(std::chrono::nanoseconds timeout) {
  std::array<epoll_event, 256> events;
  const timespec wait{timeout.count() / 1'000'000'000, timeout.count() % 1'000'000'000};
  const int count =
      epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &wait, nullptr);
  for (int i = 0; i < count; ++i) {
    Client& client = *static_cast<Client*>(events[static_cast<std::size_t>(i)].data.ptr);
    client.receive([&](std::string_view text) {
      if (dialect_.take(client, text)) on_relayed_(client);
    });
  }
}

void Population::run_for(milliseconds duration) {
  const auto end = Clock::now() + duration;
  while (Clock::now() < end) run_once(milliseconds(1));
}

void Population::run_until(const std::function<bool()>& condition) {
  const auto end = Clock::now() + kPatience;
  while (!condition()) {
    run_once(milliseconds(1));
    if (Clock::now() > end) throw std::runtime_error("the server does not answer any more");
  }
}

void Population::run_until_quiet(milliseconds quiet) {
  auto last = Clock::now();
  std::uint64_t seen = bytes_received();
  while (Clock::now() - last < quiet) {
    run_once(milliseconds(1));
    const std::uint64_t now = bytes_received();
    if (now != seen) last = Clock::now();
    seen = now;
  }
}

std::uint64_t Population::bytes_received() const {
  std::uint64_t total = 0;
  for (const auto& client : clients_) total += client->bytes_received();
  return total;
}

}  // namespace visavis::bench

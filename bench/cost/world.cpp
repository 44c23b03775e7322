#include "bench/cost/world.h"

#include <fmt/format.h>
#include <time.h>

#include <cstdlib>
#include <utility>
#include <variant>

#include "core/turn/ephemeral_credential.h"

namespace visavis::bench {
namespace {

using namespace signaling;  // NOLINT: only this file

constexpr std::string_view kKey = "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk";
// For those who act.
constexpr std::size_t kPlacesLeft = 500;
// The calendar stands still, so that tokens of an earlier life are good however long it all takes.
constexpr WallTime kWall{std::chrono::seconds(1'800'000'000)};

RelayOffer relay() {
  RelayOffer options;
  options.issue_credential = [](std::string_view call, std::string_view participant, Duration) {
    turn::Credential made = turn::issue_credential(
        kKey, std::chrono::sys_seconds(seconds(1'900'000'000)), call, participant);
    return RelayCredential{std::move(made.username), std::move(made.password)};
  };
  return options;
}

// Every connection from an address of its own: what addresses may do is not what is measured here.
IpAddress address_of(std::uint64_t number) {
  const auto byte = [number](int shift) { return static_cast<std::uint8_t>(number >> shift); };
  return IpAddress::v4({10, byte(16), byte(8), byte(0)});
}

}  // namespace

std::string field(std::string_view message, std::string_view name) {
  const std::string key = fmt::format("\"{}\":\"", name);
  const std::size_t at = message.find(key);
  if (at == std::string_view::npos) return {};
  const std::size_t begin = at + key.size();
  return std::string(message.substr(begin, message.find('"', begin) - begin));
}

std::string long_name() {
  std::string name;
  for (int i = 0; i < 64; ++i) name += "\uFDFA";
  return name;
}

void World::SeededRandom::fill(MutableByteView out) {
  for (auto& byte : out) byte = static_cast<std::uint8_t>(engine_());
}

World::World(std::uint64_t seed, const Limits& limits)
    : limits_(limits), random_(seed), hub_({limits, {std::string(kKey)}, "[]", relay()}, random_) {
  hub_.on_wall_time(kWall, now_);
}

void World::fill() {
  const std::string name = long_name();
  const std::size_t people = limits_.rooms_max - kPlacesLeft;
  for (std::size_t n = 0; n < people; ++n) {
    const Device first = join(name);
    if (2 * n + 2 * kPlacesLeft < limits_.sessions_max) join(name, first.identity);
    ask(first, fmt::format(R"({{"type":"room.join","id":1,"room":"room-{}"}})", n),
        "call.accepted");
    pass(milliseconds(20));
  }
}

ConnectionId World::connect() {
  const ConnectionId id{++connections_};
  hub_.on_connect(id, {.address = address_of(connections_), .reached_at = "calls.example.org:443"},
                  now_);
  return id;
}

Device World::join(std::string_view name, const std::string& identity) {
  Device device{.connection = connect()};
  const std::string known = identity.empty() ? "" : fmt::format(R"(,"identity":"{}")", identity);
  const std::string welcome = ask(
      device, fmt::format(R"({{"type":"hello","id":1,"name":"{}"{}}})", name, known), "welcome");
  device.user = field(welcome, "user");
  device.identity = field(welcome, "identity");
  device.resume = field(welcome, "token");
  return device;
}

Person World::person(std::string_view name, std::size_t devices) {
  Person person{std::string(name), {join(name)}};
  while (person.devices.size() < devices) {
    pass(milliseconds(100));
    person.devices.push_back(join(name, person.first().identity));
  }
  return person;
}

std::vector<Person> World::people(std::string_view name, std::size_t count, std::size_t devices) {
  std::vector<Person> made;
  for (std::size_t n = 0; n < count; ++n) made.push_back(person(name, devices));
  return made;
}

std::string World::ask(const Device& device, std::string_view text, std::string_view type) {
  say(device, text);
  const std::string start = fmt::format(R"({{"type":"{}")", type);
  for (const std::string& message : heard(device.connection)) {
    if (message.starts_with(start)) return message;
  }
  fmt::print(stderr, "hub_cost: no {} came for {}\n", type, text.substr(0, 200));
  for (const std::string& message : heard(device.connection)) {
    fmt::print(stderr, "hub_cost: but {}\n", message.substr(0, 1500));
  }
  std::exit(2);
}

void World::say(const Device& device, std::string_view text) {
  drop_commands();
  hub_.on_message(device.connection, text, now_);
  take_commands();
}

void World::leave(const Device& device) {
  hub_.on_close(device.connection, CloseCause::kLeft, now_);
}

void World::lose(const Device& device) {
  hub_.on_close(device.connection, CloseCause::kLost, now_);
}

void World::pass(Duration duration) {
  const Instant end = now_ + duration;
  for (auto next = hub_.next_timeout(); next && *next <= end; next = hub_.next_timeout()) {
    now_ = std::max(now_, *next);
    hub_.on_timeout(now_);
    drop_commands();
  }
  now_ = end;
  hub_.on_wall_time(kWall, now_);
}

double World::time(ConnectionId connection, std::string_view text) {
  return time_of([&](Hub& hub, Instant now) { hub.on_message(connection, text, now); });
}

const std::vector<std::string>& World::heard(ConnectionId connection) { return heard_[connection]; }

double World::cpu_us() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

void World::take_commands() {
  heard_.clear();
  sent_ = 0;
  while (const auto command = hub_.poll_command()) {
    const auto* send = std::get_if<SendText>(&*command);
    if (send == nullptr) continue;
    ++sent_;
    heard_[send->connection].push_back(*send->frame);
  }
}

void World::drop_commands() {
  while (hub_.poll_command()) {
  }
}

}  // namespace visavis::bench

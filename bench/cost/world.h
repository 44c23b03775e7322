// A hub at the edge of its default limits: 20,000 sessions of 10,000 people with the longest names
// there are, 10,000 rooms, and some people who act. Time is its own, and passes only when it is
// told to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "core/signaling/hub.h"

namespace visavis::bench {

// The value of the first `"name":"…"` in a message of the hub; empty where there is none.
std::string field(std::string_view message, std::string_view name);

// 64 characters that fold to 18 each, the most that one can be.
std::string long_name();

// One session and its connection.
struct Device {
  signaling::ConnectionId connection{};
  std::string user{};
  std::string identity{};
  std::string resume{};
};

struct Person {
  std::string name;
  std::vector<Device> devices;

  const Device& first() const { return devices.front(); }
};

class World {
 public:
  explicit World(std::uint64_t seed, const signaling::Limits& limits = {});

  // Fills it with people in rooms of their own, with two devices each, leaving room for who acts.
  void fill();

  signaling::ConnectionId connect();
  Device join(std::string_view name, const std::string& identity = {});
  // `devices` sessions of one person.
  Person person(std::string_view name, std::size_t devices);
  std::vector<Person> people(std::string_view name, std::size_t count, std::size_t devices);

  // Says it, and gives the first message that comes back to this connection and is of this type;
  // ends the program where none is.
  std::string ask(const Device& device, std::string_view text, std::string_view type);
  // Says it; nobody looks what comes of it.
  void say(const Device& device, std::string_view text);
  void leave(const Device& device);
  void lose(const Device& device);

  // Every timer on the way fires. A second is enough for presence to be told.
  void pass(Duration duration);

  // What `on_message` takes of the processor, in microseconds. What it sends is kept for heard().
  double time(signaling::ConnectionId connection, std::string_view text);
  template <typename Action>
  double time_of(Action action) {
    drop_commands();
    const double started = cpu_us();
    action(hub_, now_);
    const double ended = cpu_us();
    take_commands();
    return ended - started;
  }
  // What came to this connection since the last time() or ask().
  const std::vector<std::string>& heard(signaling::ConnectionId connection);
  // How many messages that was, to all.
  std::size_t sent() const { return sent_; }

  const signaling::Limits& limits() const { return limits_; }
  signaling::Gauges gauges() const { return hub_.gauges(); }

 private:
  class SeededRandom final : public Random {
   public:
    explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
    void fill(MutableByteView out) override;

   private:
    std::mt19937_64 engine_;
  };

  // Of this thread: what other programs do meanwhile is not counted.
  static double cpu_us();
  void take_commands();
  void drop_commands();

  signaling::Limits limits_;
  SeededRandom random_;
  signaling::Hub hub_;
  Instant now_{seconds(1'000)};
  std::uint64_t connections_ = 0;
  std::size_t sent_ = 0;
  std::map<signaling::ConnectionId, std::vector<std::string>> heard_;
};

}  // namespace visavis::bench

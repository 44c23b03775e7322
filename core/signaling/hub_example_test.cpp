// The example with which ARCHITECTURE.md begins: tests/house holds the two to each other.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/signaling/hub.h"

namespace visavis::signaling {
namespace {

class SystemRandom final : public Random {
 public:
  void fill(MutableByteView out) override {
    for (auto& byte : out) byte = static_cast<std::uint8_t>(next_++ * 37);
  }

 private:
  std::uint64_t next_ = 1;
};

// example begins
// A shell around the hub: it owns sockets and the clock, and feeds the hub with what happened and
// when.
class Shell {
 public:
  explicit Shell(Random& random)
      : hub_({.limits = {}, .identity_keys = {std::string(32, 'k')}}, random) {}

  void connect(ConnectionId socket, Instant now) {
    hub_.on_connect(socket, {.address = *IpAddress::parse("192.0.2.1")}, now);
    drain();
  }
  void receive(ConnectionId socket, std::string_view text, Instant now) {
    hub_.on_message(socket, text, now);
    drain();
  }
  // What a timer calls that is armed for next_timeout().
  void wake(Instant now) {
    hub_.on_timeout(now);
    drain();
  }
  std::optional<Instant> next_timeout() const { return hub_.next_timeout(); }

  std::map<ConnectionId, std::vector<std::string>> sent;
  std::vector<ConnectionId> closed;

 private:
  // After everything that is told to the hub: what it wants done, in its order.
  void drain() {
    while (const auto command = hub_.poll_command()) {
      if (const auto* text = std::get_if<SendText>(&*command)) {
        sent[text->connection].push_back(*text->frame);
      } else if (const auto* close = std::get_if<CloseConnection>(&*command)) {
        closed.push_back(close->connection);
      }  // EndRelay goes to the relay, RoomsWithRules to a file
    }
  }

  Hub hub_;
};
// example ends

TEST(HubExample, TwoPeopleSeeEachOther) {
  SystemRandom random;
  Shell shell(random);
  const Instant start{};
  const ConnectionId ana{1};
  const ConnectionId ben{2};
  shell.connect(ana, start);
  shell.receive(ana, R"({"type":"hello","name":"Ana"})", start);
  shell.connect(ben, start);
  shell.receive(ben, R"({"type":"hello","name":"Ben"})", start);
  ASSERT_EQ(shell.sent[ana].size(), 1U);
  EXPECT_NE(shell.sent[ana][0].find(R"("type":"welcome")"), std::string::npos);
  ASSERT_TRUE(shell.next_timeout());
  shell.wake(*shell.next_timeout());
  ASSERT_EQ(shell.sent[ana].size(), 2U) << "news of who is online are told a moment later";
  EXPECT_NE(shell.sent[ana][1].find(R"("name":"Ben")"), std::string::npos);
}

TEST(HubExample, WhoSaysNothingIsClosed) {
  SystemRandom random;
  Shell shell(random);
  shell.connect(ConnectionId{7}, Instant{});
  shell.wake(*shell.next_timeout());
  EXPECT_EQ(shell.closed, std::vector<ConnectionId>{ConnectionId{7}});
}

}  // namespace
}  // namespace visavis::signaling

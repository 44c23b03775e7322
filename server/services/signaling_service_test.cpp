// The hub behind real sockets, on several loops.
#include "server/services/signaling_service.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/post.hpp>
#include <chrono>
#include <functional>
#include <future>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/close_code.h"
#include "core/websocket/test_client.h"
#include "server/net/test_support/test_client.h"
#include "server/services/crypto_random.h"

namespace visavis::services {
namespace {

using net::test::TestClient;
using websocket::Opcode;
using websocket::test::text_frame;

// The value of a string field; empty where absent.
std::string field(const std::string& json, const std::string& name) {
  const std::string start = "\"" + name + "\":\"";
  const auto begin = json.find(start);
  if (begin == std::string::npos) return {};
  const auto value = begin + start.size();
  return json.substr(value, json.find('"', value) - value);
}

class SignalingServiceTest : public testing::Test {
 protected:
  static constexpr unsigned kLoops = 3;
  static constexpr std::size_t kUndeliveredBytesMax = 100'000;
  static constexpr std::uint32_t kPlenty = 1'000'000'000;

  void SetUp() override {
    ASSERT_FALSE(server_.listen(*IpAddress::parse("127.0.0.1"), 0));
    thread_ = std::thread([this] { server_.run(); });
  }
  void TearDown() override {
    server_.stop();
    thread_.join();
  }

  // Connections go to the loops in turn.
  TestClient connect() {
    TestClient client(server_.listeners().front()->port());
    EXPECT_EQ(client.open_websocket().status, 101);
    return client;
  }

  // The next message of this type; others are skipped.
  static std::string read_message(TestClient& client, const std::string& type) {
    while (true) {
      const net::test::ReceivedFrame frame = client.read_frame();
      if (frame.opcode == Opcode::kText && field(frame.payload, "type") == type) {
        return frame.payload;
      }
    }
  }

  static std::string hello(TestClient& client, const std::string& name) {
    client.send(text_frame(R"({"type":"hello","id":1,"name":")" + name + R"("})"));
    return field(read_message(client, "welcome"), "user");
  }

  static bool eventually(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + net::test::kPatience;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(milliseconds(1));
    }
    return true;
  }

  static net::WorkerSettings settings() {
    net::WorkerSettings settings;
    // Clients that read slower than the loops send are net's business, not ours here.
    settings.limits.outbox_bytes_max = 64 << 20;
    settings.hosts = net::HostPolicy("", {"test"}, false);
    settings.http = [](const net::HttpRequest&) { return net::HttpResponse{}; };
    return settings;
  }

  CryptoRandom random_;
  net::Server server_{settings(), kLoops};
  std::atomic<std::size_t> connections_{0};
  std::atomic<std::size_t> messages_{0};
  std::atomic<std::size_t> relays_ended_{0};
  SignalingService service_{
      server_,
      {.limits = {.messages_per_second = kPlenty,
                  .messages_burst = kPlenty,
                  .message_bytes_per_second = kPlenty,
                  .message_bytes_burst = kPlenty,
                  .cost_us_per_second = kPlenty,
                  .cost_us_burst = kPlenty,
                  .replay_bytes_max = kPlenty,
                  .signal_share_bytes = kPlenty,
                  .hub_round_max = milliseconds(1)},
       .identity_keys = {std::string(32, 'k')},
       .relay = {.issue_credential = [](auto, auto, auto) { return signaling::RelayCredential{}; },
                 .stun_urls = {},
                 .turn_urls = {}}},
      random_,
      [this](const auto& counters, const auto& gauges) {
        connections_ = gauges.connections;
        messages_ = counters.messages_received;
      },
      [this](const signaling::EndRelay& end) {
        if (!end.participant) ++relays_ended_;
      },
      {},
      kUndeliveredBytesMax};
  std::thread thread_;
};

TEST_F(SignalingServiceTest, CarriesCallsBetweenAllLoops) {
  std::vector<TestClient> clients;
  std::vector<std::string> users;
  for (unsigned i = 0; i < 2 * kLoops; ++i) {
    clients.push_back(connect());
    users.push_back(hello(clients.back(), "P" + std::to_string(i)));
  }
  // Each calls a person on the next loop.
  for (unsigned i = 0; i < kLoops; ++i) {
    TestClient& caller = clients[i];
    TestClient& called = clients[kLoops + (i + 1) % kLoops];
    caller.send(text_frame(R"({"type":"call.start","id":2,"to":[")" +
                           users[kLoops + (i + 1) % kLoops] + R"("]})"));
    const std::string call = field(read_message(called, "call.incoming"), "call");
    EXPECT_EQ(field(read_message(caller, "call.ringing"), "call"), call);
    called.send(text_frame(R"({"type":"call.accept","id":3,"call":")" + call + R"("})"));
    EXPECT_EQ(field(read_message(caller, "call.accepted"), "call"), call);
  }
}

TEST_F(SignalingServiceTest, TellsTheRelayOfEveryCallThatEnds) {
  for (unsigned i = 0; i < kLoops; ++i) {
    TestClient caller = connect();
    TestClient called = connect();
    hello(caller, "Ana");
    caller.send(text_frame(R"({"type":"call.start","to":[")" + hello(called, "Ben") + R"("]})"));
    const std::string call = field(read_message(called, "call.incoming"), "call");
    EXPECT_EQ(relays_ended_, i);
    called.send(text_frame(R"({"type":"call.decline","call":")" + call + R"("})"));
    read_message(caller, "call.ended");
    EXPECT_TRUE(eventually([&] { return relays_ended_ == i + 1; }));
  }
}

TEST_F(SignalingServiceTest, AnswersRefusedMessagesAndCloses) {
  for (unsigned i = 0; i < kLoops; ++i) {
    TestClient client = connect();
    client.send(websocket::test::frame(websocket::test::kFin | 0x2, "bytes"));
    EXPECT_EQ(field(read_message(client, "error"), "code"), "binary_not_supported");
    const net::test::ReceivedFrame last = client.read_frame();
    EXPECT_EQ(last.opcode, Opcode::kClose);
    EXPECT_EQ(last.payload.substr(0, 2), websocket::test::big_endian(kCloseUnsupportedData, 2));
  }
}

TEST_F(SignalingServiceTest, TellsTheHubWhoIsGone) {
  const auto published = [this](std::size_t count) {
    return eventually([&] { return connections_ == count; });
  };
  {
    std::vector<TestClient> clients;
    for (unsigned i = 0; i < kLoops; ++i) clients.push_back(connect());
    EXPECT_TRUE(published(kLoops));
  }
  EXPECT_TRUE(published(0));
}

// A loop that cannot keep up must not make the hub's output pile up for it: nobody is read until it
// has.
TEST_F(SignalingServiceTest, StopsReadingWhileALoopIsBehind) {
  constexpr std::size_t kSignals = 4'000;
  std::vector<TestClient> clients;
  std::vector<std::string> users;
  for (unsigned i = 0; i < kLoops; ++i) {
    clients.push_back(connect());
    users.push_back(hello(clients.back(), "P" + std::to_string(i)));
  }
  TestClient& caller = clients[0];
  TestClient& called = clients[1];
  caller.send(text_frame(R"({"type":"call.start","id":2,"to":[")" + users[1] + R"("]})"));
  const std::string call = field(read_message(called, "call.incoming"), "call");
  called.send(text_frame(R"({"type":"call.accept","id":3,"call":")" + call + R"("})"));
  const std::string participant = field(read_message(caller, "call.accepted"), "participant");

  // Held up on its own loop; the others go on.
  std::promise<void> release;
  std::promise<void> held;
  boost::asio::post(server_.loop(1).context(), [&, released = release.get_future().share()] {
    held.set_value();
    released.wait();
  });
  held.get_future().wait();
  const std::size_t before = messages_;
  std::jthread sender([&] {
    const std::string data = R"("data":{"candidate":")" + std::string(3'000, 'c') + R"("}})";
    for (std::size_t i = 0; i < kSignals; ++i) {
      caller.send(text_frame(R"({"type":"signal","call":")" + call + R"(","to":")" + participant +
                             R"(",)" + data));
    }
  });
  EXPECT_TRUE(eventually([&] { return messages_ > before; }));
  std::size_t seen = 0;
  EXPECT_TRUE(eventually([&] {
    std::this_thread::sleep_for(milliseconds(300));
    return std::exchange(seen, messages_) == messages_;
  }));
  EXPECT_LT(seen - before, kSignals);

  release.set_value();
  for (std::size_t i = 0; i < kSignals; ++i) read_message(called, "signal");
}

// Whoever sends too much waits, and is not read while they wait: the one signal of somebody else in
// the same call does not wait behind theirs.
TEST_F(SignalingServiceTest, OneMessagePassesAFlood) {
  constexpr std::size_t kSignals = 3'000;
  std::vector<TestClient> clients;
  std::vector<std::string> users;
  for (unsigned i = 0; i < kLoops; ++i) {
    clients.push_back(connect());
    users.push_back(hello(clients.back(), "P" + std::to_string(i)));
  }
  TestClient& flooder = clients[1];
  TestClient& bystander = clients[2];
  TestClient& observer = clients[0];
  observer.send(text_frame(R"({"type":"call.start","id":2,"to":[")" + users[1] + R"(",")" +
                           users[2] + R"("]})"));
  const std::string call = field(read_message(flooder, "call.incoming"), "call");
  read_message(bystander, "call.incoming");
  const std::string to = field(read_message(observer, "call.ringing"), "participant");
  for (TestClient* const called : {&flooder, &bystander}) {
    called->send(text_frame(R"({"type":"call.accept","id":3,"call":")" + call + R"("})"));
    read_message(observer, "call.accepted");
  }
  const auto signal = [&](const std::string& data) {
    return text_frame(R"({"type":"signal","call":")" + call + R"(","to":")" + to +
                      R"(","data":{"candidate":")" + data + R"("}})");
  };

  std::promise<void> release;
  std::promise<void> held;
  boost::asio::post(server_.loop(0).context(), [&, released = release.get_future().share()] {
    held.set_value();
    released.wait();
  });
  held.get_future().wait();
  std::jthread sender([&] {
    for (std::size_t i = 0; i < kSignals; ++i) flooder.send(signal(std::string(300, 'f')));
  });
  EXPECT_TRUE(eventually([&] { return service_.inputs_paused() > 0; }));
  bystander.send(signal("ping"));
  release.set_value();

  std::size_t before = 0;
  while (read_message(observer, "signal").find("ping") == std::string::npos) ++before;
  EXPECT_LT(before, kSignals / 2);
  for (; before < kSignals; ++before) read_message(observer, "signal");  // nothing is lost
}

TEST_F(SignalingServiceTest, TellsEverybodyToComeBackBeforeItLeaves) {
  std::vector<TestClient> clients;
  for (unsigned i = 0; i < kLoops; ++i) {
    clients.push_back(connect());
    hello(clients.back(), "P" + std::to_string(i));
  }
  boost::asio::post(server_.loop(0).context(), [this] { service_.drain(); });
  for (TestClient& client : clients) {
    EXPECT_EQ(field(read_message(client, "bye"), "code"), "draining");
    EXPECT_EQ(client.read_frame().payload.substr(0, 2),
              websocket::test::big_endian(kCloseServiceRestart, 2));
  }
}

}  // namespace
}  // namespace visavis::services

// Limits, draining, and running out of descriptors.
#include "server/net/server.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <future>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/websocket/test_client.h"
#include "server/net/test_support/test_server.h"

namespace visavis::net::test {
namespace {

using websocket::Opcode;
using websocket::test::close_frame;
using websocket::test::text_frame;

TEST(Server, SpreadsConnectionsOverItsLoops) {
  TestServer server({.threads = 3});
  std::vector<TestClient> clients;
  for (int i = 0; i < 6; ++i) clients.push_back(server.connect_websocket());
  for (TestClient& client : clients) {
    client.send(text_frame("hello"));
    EXPECT_EQ(client.read_frame().payload, "hello");
  }
  for (unsigned i = 0; i < 3; ++i) {
    EXPECT_EQ(server.server().counters(i).connections_websocket.get(), 2U);
  }
}

TEST(Server, LimitsConnectionsPerAddress) {
  const TestServer server({.limits = {.connections_per_address_max = 2}});
  std::vector<TestClient> clients;
  for (int i = 0; i < 2; ++i) clients.push_back(server.connect_websocket());
  {
    TestClient third = server.connect();
    const HttpReply reply = third.get("/");
    EXPECT_EQ(reply.status, 503);
    EXPECT_NE(reply.body.find("too_many_connections"), std::string::npos);
    EXPECT_TRUE(third.ended());
  }
  EXPECT_EQ(TestClient(server.port(), {.address = "127.0.0.1"}).get("/").status, 503);

  clients.pop_back();
  EXPECT_TRUE(TestServer::eventually(
      [&] { return server.connect().get("/", "Connection: close\r\n").status == 200; }));
}

TEST(Server, LimitsConnectionsInAll) {
  const TestServer server({.limits = {.connections_max = 1}});
  TestClient first = server.connect_websocket();
  EXPECT_EQ(server.connect().get("/").status, 503);
  first.send(text_frame("fine"));
  EXPECT_EQ(first.read_frame().payload, "fine");
}

TEST(Server, DropsWithoutAWordWhoComesBeyondTheRefusals) {
  const TestServer server({.limits = {.connections_max = 1}});
  const TestClient first = server.connect_websocket();
  std::vector<TestClient> silent;
  for (int i = 0; i < 100; ++i) silent.push_back(server.connect());
  EXPECT_TRUE(
      TestServer::eventually([&] { return server.count(&Counters::refused_connections) == 100; }));
  EXPECT_EQ(silent.back().read_to_end(), "");
}

TEST(Server, CountsTheClientsBehindATrustedProxy) {
  const TestServer server({.limits = {.connections_per_address_max = 1},
                           .trusted_proxies = {*IpNetwork::parse("127.0.0.1")}});
  TestClient ana = server.connect();
  EXPECT_EQ(ana.open_websocket("X-Forwarded-For: 2001:db8:1:2::a\r\n").status, 101);
  TestClient same_household = server.connect();
  EXPECT_EQ(same_household.open_websocket("X-Forwarded-For: 2001:db8:1:2::b\r\n").status, 503);
  TestClient ben = server.connect();
  EXPECT_EQ(ben.open_websocket("X-Forwarded-For: 2001:db8:1:3::a\r\n").status, 101);
}

TEST(Server, SaysWhyItCannotListen) {
  const TestServer taken;
  Server server({}, 1);
  const auto error = server.listen(*IpAddress::parse("127.0.0.1"), taken.port());
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message, "Cannot listen on 127.0.0.1:" + std::to_string(taken.port()) +
                                ": another program has it already; ss -lptun 'sport = :" +
                                std::to_string(taken.port()) + "' says which.");
  EXPECT_TRUE(error->may_pass);
}

TEST(Server, AnAddressThatIsNotThereMayCome) {
  Server server({}, 1);
  const auto error = server.listen(*IpAddress::parse("192.0.2.1"), 0);
  ASSERT_TRUE(error);
  EXPECT_NE(error->message.find("does not have it yet"), std::string::npos) << error->message;
  EXPECT_TRUE(error->may_pass);
}

TEST(Server, DrainsIdleConnectionsAtOnceAndWaitsForWebSockets) {
  TestServer server;
  TestClient idle = server.connect();
  EXPECT_EQ(idle.get("/").status, 200);
  TestClient first = server.connect_websocket();
  TestClient second = server.connect_websocket();
  const std::uint16_t port = server.port();

  auto drained = std::async(std::launch::async, [&] { return server.drain(); });
  EXPECT_TRUE(idle.ended());
  EXPECT_THROW(TestClient late(port), std::runtime_error);
  first.send(text_frame("one last thing"));
  EXPECT_EQ(first.read_frame().payload, "one last thing");
  for (TestClient* client : {&first, &second}) {
    client->send(close_frame(1000));
    EXPECT_EQ(client->read_frame().opcode, Opcode::kClose);
    client->finish_sending();
    EXPECT_TRUE(client->ended());
  }
  EXPECT_TRUE(drained.get());
}

// The descriptors of this process are the server's too.
class DescriptorLimit {
 public:
  explicit DescriptorLimit(rlim_t limit) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit lowered{.rlim_cur = limit, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &lowered);
  }
  ~DescriptorLimit() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST(Server, PausesWithoutDescriptorsAndGoesOn) {
#ifdef __SANITIZE_ADDRESS__
  // UBSan opens a pipe to look at memory before it believes a vptr; without descriptors it cries
  // wolf.
  GTEST_SKIP() << "needs a build without UBSan's vptr check";
#endif
  const TestServer server;
  const int next_free = ::dup(STDERR_FILENO);
  ::close(next_free);
  {
    const DescriptorLimit limit(static_cast<rlim_t>(next_free) + 1);
    TestClient client = server.connect();  // takes the last one
    client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
    EXPECT_TRUE(
        TestServer::eventually([&] { return server.count(&Counters::accept_pauses) >= 1; }));
  }
  EXPECT_EQ(server.connect().get("/").status, 200);
}

}  // namespace
}  // namespace visavis::net::test

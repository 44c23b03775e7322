// What is refused, from a client's socket to the log.
#include "server/services/refusal_reports.h"

#include <gtest/gtest.h>
#include <spdlog/sinks/base_sink.h>

#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/websocket/test_client.h"
#include "server/net/server.h"
#include "server/net/test_support/test_client.h"
#include "server/services/crypto_random.h"
#include "server/services/net_metrics.h"
#include "server/services/shared_address_budgets.h"
#include "server/services/signaling_metrics.h"
#include "server/services/signaling_service.h"

namespace visavis::services {
namespace {

using net::test::TestClient;
using websocket::test::text_frame;

// Keeps the lines.
class Lines : public spdlog::sinks::base_sink<std::mutex> {
 public:
  std::vector<std::string> about(const std::string& text) {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> found;
    for (const std::string& line : lines_) {
      if (line.find(text) != std::string::npos) found.push_back(line);
    }
    return found;
  }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    lines_.emplace_back(message.payload.data(), message.payload.size());
  }
  void flush_() override {}

  std::vector<std::string> lines_;
};

class RefusalReportsTest : public testing::Test {
 protected:
  RefusalReportsTest() {
    reports_.add_source([this](auto& totals) { hub_metrics_.add_refusals(totals); });
    reports_.add_source([this](auto& totals) { add_net_refusals(server_, totals); });
  }
  void SetUp() override {
    ASSERT_FALSE(server_.listen(*IpAddress::parse("127.0.0.1"), 0));
    thread_ = std::thread([this] { server_.run(); });
  }
  void TearDown() override {
    server_.stop();
    thread_.join();
  }

  TestClient connect() { return TestClient(server_.listeners().front()->port()); }

  bool eventually_logged(const std::string& text) {
    const auto deadline = std::chrono::steady_clock::now() + net::test::kPatience;
    while (lines_->about(text).empty()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(milliseconds(1));
    }
    return true;
  }

  net::WorkerSettings settings() {
    net::WorkerSettings settings;
    settings.http = [](const net::HttpRequest& request) {
      if (request.path == "/") return net::HttpResponse{};
      return net::http_error(404, "not_found", "There is nothing at this address.");
    };
    settings.hosts = net::HostPolicy("", {"test"}, false);
    settings.charge_failed_request = [this](const IpAddress& client) {
      return addresses_.take_step(client, Instant{});  // nothing comes back with time
    };
    return settings;
  }

  const std::shared_ptr<Lines> lines_ = std::make_shared<Lines>();
  ops::Log log_{{.level = ops::LogLevel::kInfo}, lines_};
  CryptoRandom random_;
  ops::HubMetrics hub_metrics_;
  ops::RefusalNotes notes_{false};
  SharedAddressBudgets addresses_{
      {.allowance = {}, .strangers = {.per_second = 10, .burst = 20}, .addresses_max = 100}};
  net::Server server_{settings(), 2};
  SignalingService service_{
      server_,
      {.limits = {}, .identity_keys = {std::string(32, 'k')}},
      random_,
      [this](const auto& counters, const auto& gauges) { hub_metrics_.publish(counters, gauges); },
      [](const auto&) {}};
  ops::LineBudget budget_{1'000};
  RefusalReports reports_{server_.loop(0), log_, notes_, budget_, milliseconds(5)};
  std::thread thread_;
};

TEST_F(RefusalReportsTest, AFloodIsToldOnce) {
  TestClient client = connect();
  ASSERT_EQ(client.open_websocket().status, 101);
  client.send(text_frame(R"({"type":"hello","id":1,"name":"Mallory"})"));
  for (int i = 0; i < 380; ++i) client.send(text_frame(R"({"type":"nonsense","id":7})"));
  EXPECT_TRUE(eventually_logged("kind=rate_limited"));
  EXPECT_TRUE(eventually_logged("kind=unknown_message"));
  for (int i = 0; i < 1'000; ++i) client.send(text_frame(R"({"type":"nonsense","id":7})"));
  while (client.read_frame().opcode != websocket::Opcode::kClose) {
  }
  EXPECT_EQ(lines_->about("kind=rate_limited").size(), 1);
  EXPECT_EQ(lines_->about("kind=unknown_message").size(), 1);
  EXPECT_EQ(lines_->about("Mallory").size(), 0);
  EXPECT_EQ(lines_->about("127.0.0.1").size(), 0);
}

TEST_F(RefusalReportsTest, EveryKindOfTheNetworkHasASentence) {
  std::vector<ops::RefusalTotal> totals;
  add_net_refusals(server_, totals);
  add_signaling_refusals(service_, totals);
  for (const ops::RefusalTotal& total : totals) {
    EXPECT_NE(ops::refusal_text(total.area, total.kind).sentence,
              ops::refusal_text("", "").sentence)
        << total.kind;
  }
}

TEST_F(RefusalReportsTest, FailedRequestsAreRefusedAfterAWhileAndSuccessfulOnesNever) {
  TestClient client = connect();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(client.get("/guess").status, 404);
  const net::test::HttpReply refused = client.get("/guess");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.header("Retry-After"), "1");
  EXPECT_NE(refused.body.find(R"("code":"rate_limited")"), std::string::npos);
  EXPECT_TRUE(client.ended());

  TestClient again = connect();
  EXPECT_EQ(again.get("/").status, 200);
  EXPECT_EQ(again.get("/ws").status, 429);  // no handshake
  TestClient unreadable = connect();
  unreadable.send("what is this\r\n\r\n");
  EXPECT_EQ(unreadable.read_reply().status, 429);
  TestClient websocket = connect();
  EXPECT_EQ(websocket.open_websocket().status, 101);
  EXPECT_TRUE(eventually_logged("area=network kind=rate_limited"));
}

}  // namespace
}  // namespace visavis::services

#include "server/services/check_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "server/services/crypto_random.h"

namespace visavis::services {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class CheckServiceTest : public ::testing::Test {
 protected:
  CheckOptions options() {
    CheckOptions options;
    options.identity_keys = {std::string(32, 'k')};
    options.relay.issue_credential = [](auto call, auto participant, Duration lifetime) {
      const auto left = std::chrono::duration_cast<seconds>(lifetime).count();
      return signaling::RelayCredential{.username = std::to_string(left) + ":" + std::string(call) +
                                                    ":" + std::string(participant),
                                        .credential = "secret"};
    };
    options.charge = [this](const IpAddress&) { return payments_-- > 0; };
    options.ice_servers_json = R"([{"urls":["stun:other.example"]}])";
    return options;
  }
  static net::HttpRequest post(std::string body) {
    net::HttpRequest request;
    request.method = "POST";
    request.path = "/api/check";
    request.host = "call.example.org:8443";
    request.secure = true;
    request.client = IpAddress::v4({203, 0, 113, 5});
    request.body = std::move(body);
    return request;
  }
  static std::string with(const std::string& code) { return R"({"code":")" + code + "\"}"; }

  int payments_ = 1'000;
  CryptoRandom random_;
  WallTime now_{milliseconds(1'795'651'200'000)};
};

TEST_F(CheckServiceTest, AStrangerIsToldOfStunOnly) {
  CheckService service(options(), random_);
  for (const char* body : {"", "{}", R"({"code":null})", R"({"code":""})"}) {
    const auto response = service.answer(post(body), now_);
    EXPECT_EQ(response.status, 200) << body;
    EXPECT_THAT(response.body, HasSubstr(R"("urls":["stun:call.example.org:8443"])"));
    EXPECT_THAT(
        response.body,
        HasSubstr(R"("relay":false,"relay_urls":["turn:call.example.org:8443?transport=udp",)"));
    EXPECT_THAT(response.body, Not(HasSubstr("credential")));
    EXPECT_THAT(response.body, Not(HasSubstr("other.example")));
    EXPECT_THAT(response.body, HasSubstr(R"("seen":{"address":"203.0.113.5",)"));
  }
}

TEST_F(CheckServiceTest, ACodeGetsCredentialsForItsOwnCall) {
  CheckService service(options(), random_);
  const auto issued = service.issue({}, now_);
  EXPECT_EQ(issued.expires, now_ + std::chrono::hours(24));
  const auto response = service.answer(post(with(issued.code)), now_);
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.body, HasSubstr("turn:call.example.org:8443?transport=udp"));
  EXPECT_THAT(response.body, HasSubstr(R"("username":"300:check.)"));
  EXPECT_THAT(response.body, HasSubstr(R"("relay":true,)"));
  EXPECT_THAT(response.body, HasSubstr(R"("expires_in_ms":300000,"relay_bytes_max":67108864)"));
  EXPECT_THAT(response.body, HasSubstr("other.example"));
}

TEST_F(CheckServiceTest, CredentialsEndWithTheCode) {
  CheckService service(options(), random_);
  const auto issued = service.issue(minutes(1), now_);
  EXPECT_THAT(service.answer(post(with(issued.code)), now_ + seconds(50)).body,
              HasSubstr(R"("username":"10:check.)"));
  const auto late = service.answer(post(with(issued.code)), now_ + seconds(60));
  EXPECT_EQ(late.status, 403);
  EXPECT_EQ(late.error_code, "check_code_expired");
  EXPECT_EQ(service.issue(std::chrono::hours(48), now_).expires, now_ + std::chrono::hours(24));
}

TEST_F(CheckServiceTest, RefusesWhatIsNoCode) {
  CheckService service(options(), random_);
  EXPECT_EQ(service.answer(post(with("v1.nonsense")), now_).error_code, "check_code_invalid");
  for (const char* body : {"[]", "{", R"({"code":3})"}) {
    EXPECT_EQ(service.answer(post(body), now_).status, 400) << body;
  }
  auto get = post("");
  get.method = "GET";
  EXPECT_EQ(service.answer(get, now_).status, 405);
}

TEST_F(CheckServiceTest, AnswersInJsonWhateverTheHostIs) {
  CheckService service(options(), random_);
  auto request = post("");
  request.host = "call.\xff\xc3.example";
  EXPECT_THAT(service.answer(request, now_).body, HasSubstr(R"("host":"call.??.example")"));
}

TEST_F(CheckServiceTest, OneCodeHasSoManyUsesAtOnce) {
  CheckService service(options(), random_);
  const auto issued = service.issue({}, now_);
  for (int i = 0; i < 8; ++i) EXPECT_EQ(service.answer(post(with(issued.code)), now_).status, 200);
  const auto beyond = service.answer(post(with(issued.code)), now_);
  EXPECT_EQ(beyond.status, 429);
  EXPECT_EQ(beyond.error_code, "check_code_busy");
  EXPECT_EQ(service.answer(post(with(service.issue({}, now_).code)), now_).status, 200);
  EXPECT_EQ(service.answer(post(with(issued.code)), now_ + minutes(5)).status, 200);
}

TEST_F(CheckServiceTest, ANetworkPaysForWhatItAsks) {
  CheckService service(options(), random_);
  payments_ = 1;
  EXPECT_EQ(service.answer(post(""), now_).status, 200);
  EXPECT_EQ(service.answer(post(""), now_).status, 429);
}

TEST_F(CheckServiceTest, WhereThereIsNoRelayACodeGetsNone) {
  auto without = options();
  without.relay.issue_credential = nullptr;
  CheckService service(std::move(without), random_);
  const auto response = service.answer(post(with(service.issue({}, now_).code)), now_);
  EXPECT_THAT(response.body, HasSubstr(R"("relay":false,"relay_urls":[])"));
  EXPECT_THAT(response.body, Not(HasSubstr("turn:")));
}

TEST_F(CheckServiceTest, BehindAProxyTheRelayIsWhereTheOperatorSaidItIs) {
  CheckService service(options(), random_);
  auto request = post(with(service.issue({}, now_).code));
  request.forwarded = true;
  EXPECT_THAT(service.answer(request, now_).body, HasSubstr(R"("relay":false,"relay_urls":[])"));
  auto named = options();
  named.relay.turn_urls = {"turn:turn.example.org:3478?transport=udp"};
  CheckService service_named(std::move(named), random_);
  EXPECT_THAT(service_named.answer(request, now_).body, HasSubstr("turn:turn.example.org:3478"));
}

}  // namespace
}  // namespace visavis::services

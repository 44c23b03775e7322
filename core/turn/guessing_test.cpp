// Passwords of an open relay that somebody guesses, and those whose passwords they are.
#include <gtest/gtest.h>

#include <string>

#include "core/turn/test_support.h"

namespace visavis::turn {
namespace {

using stun::AttributeType;
using stun::Method;
using testing::Client;
using testing::Dialogue;
using testing::Heard;
using namespace std::chrono_literals;

constexpr std::size_t kUnauthenticatedBytesMax = 160;

class Guessing : public ::testing::Test {
 protected:
  static ServerOptions open() {
    ServerOptions options;
    options.mode = Mode::kOpen;
    options.users = {{"ana", "swordfish"}, {"ben", "marlin"}};
    options.secrets = {std::string(testing::kSecret)};
    options.open_secrets = {"shared"};
    return options;
  }
  // How many of so many wrong passwords were looked at.
  int guess(const std::string& at, const std::string& name, int times) {
    const auto before = relay_.refused(Refusal::kUnauthenticated);
    for (int i = 0; i < times; ++i) {
      Client client = relay_.client(at, Credential{name, "guess"});
      const Heard heard = relay_.allocate(client);
      EXPECT_EQ(heard.what(), "401");
      EXPECT_LE(heard.bytes().size(), kUnauthenticatedBytesMax);
    }
    return static_cast<int>(relay_.refused(Refusal::kUnauthenticated) - before);
  }
  // Whether it gets as far as to ask for a port.
  bool log_in(const char* at, const std::string& name, const std::string& password) {
    Client client = relay_.client(at, Credential{name, password});
    relay_.allocate(client);
    return relay_.command().starts_with("bind");
  }
  std::string ephemeral() {
    return std::to_string((relay_.wall() + 1h).time_since_epoch().count()) + ":guest";
  }

  Dialogue relay_{open()};
};

TEST_F(Guessing, OfAPasswordSlowsDownFromThatAddressOnly) {
  EXPECT_EQ(guess("203.0.113.66:1", "ana", 30), 10);
  EXPECT_EQ(relay_.refused(Refusal::kLoginsLimited), 20U);
  EXPECT_FALSE(log_in("203.0.113.66:2", "ana", "swordfish")) << "nor is the right one taken";
  EXPECT_TRUE(log_in("203.0.113.7:1", "ana", "swordfish")) << "she herself is elsewhere";
  relay_.pass(1s);
  EXPECT_EQ(guess("203.0.113.66:1", "ana", 30), 1);
  relay_.pass(1s);
  EXPECT_EQ(guess("203.0.113.66:1", "ana", 30), 0) << "the pause has doubled";
  relay_.pass(1s);
  EXPECT_EQ(guess("203.0.113.66:1", "ana", 30), 1);
  EXPECT_TRUE(log_in("203.0.113.66:3", "ben", "marlin")) << "another name from there";
}

TEST_F(Guessing, SaysWhyItIsRefused) {
  guess("203.0.113.66:1", "ana", 10);
  Client client = relay_.client("203.0.113.66:1", Credential{"ana", "swordfish"});
  const Heard heard = relay_.allocate(client);
  EXPECT_EQ(heard.text(AttributeType::kErrorCode).substr(4), "Too Many Failures");
}

TEST_F(Guessing, OfManyNamesSlowsDown) {
  EXPECT_TRUE(log_in("203.0.113.66:9", "ben", "marlin"));
  int looked_at = 0;
  for (int i = 0; i < 100; ++i) {
    looked_at += guess("203.0.113.66:1", "user" + std::to_string(i), 1);
  }
  EXPECT_EQ(looked_at, 50);
  EXPECT_FALSE(log_in("203.0.113.66:2", ephemeral(), ephemeral_password("shared", ephemeral())));
  EXPECT_TRUE(log_in("203.0.113.66:10", "ben", "marlin")) << "who has logged in there before";
  Client eve = relay_.client("203.0.113.66:3", "call", "eve");
  EXPECT_EQ(relay_.allocate(eve).what(), "success") << "credentials of calls are not guessed";
}

TEST_F(Guessing, FromManyAddressesLeavesTheFirstAttemptOfEach) {
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(guess("203.0.113." + std::to_string(100 + i) + ":1", "ana", 30), 10);
  }
  EXPECT_EQ(guess("203.0.113.66:1", "ana", 30), 1);
  relay_.pass(59s);
  EXPECT_EQ(guess("203.0.113.66:1", "ana", 30), 0);
  EXPECT_TRUE(log_in("203.0.113.7:1", "ana", "swordfish")) << "and hers is right";
}

TEST_F(Guessing, InSomebodysNameIsNotPossible) {
  Client ana = relay_.client("203.0.113.7:1", Credential{"ana", "swordfish"});
  Client spoofer = relay_.client("203.0.113.66:1", Credential{"ana", "guess"});
  relay_.allocate(spoofer);
  spoofer.tuple.client = ana.tuple.client;  // with a nonce that was given to another address
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(relay_.ask_once(spoofer, Method::kAllocate, {testing::udp()}).what(), "438");
  }
  EXPECT_TRUE(log_in("203.0.113.7:2", "ana", "swordfish"));
}

TEST_F(Guessing, IsNotWhoComesTooLate) {
  const std::string late =
      std::to_string((relay_.wall() - 1h).time_since_epoch().count()) + ":guest";
  for (int i = 0; i < 100; ++i) {
    Client guest =
        relay_.client("203.0.113.66:1", Credential{late, ephemeral_password("shared", late)});
    EXPECT_EQ(relay_.allocate(guest).what(), "401");
  }
  EXPECT_EQ(relay_.refused(Refusal::kExpired), 100U);
  EXPECT_EQ(relay_.refused(Refusal::kLoginsLimited), 0U);
  EXPECT_TRUE(log_in("203.0.113.66:2", ephemeral(), ephemeral_password("shared", ephemeral())));
}

TEST_F(Guessing, EndsNoAllocation) {
  Client ana = relay_.client("203.0.113.66:1", Credential{"ana", "swordfish"});
  relay_.allocate(ana);
  relay_.relay_bound(1, "9.9.9.9:50000");
  guess("203.0.113.66:2", "ana", 30);
  EXPECT_EQ(relay_.refresh(ana, 600).what(), "success");
}

}  // namespace
}  // namespace visavis::turn

// Who is let in, and what those get who are not.
#include <gtest/gtest.h>

#include "core/stun/attributes/fingerprint.h"
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

ServerOptions with_long_realm() {
  ServerOptions options;
  options.realm = std::string(32, 'r');
  return options;
}

class Authentication : public ::testing::Test {
 protected:
  static std::vector<testing::Fill> fingerprinted() {
    return {testing::udp(), [](auto& message) { stun::add_fingerprint(message); }};
  }
  // What an Allocate with this credential gets.
  std::string allocate(const Credential& credential) {
    Client client = relay_.client("203.0.113.9:61009", credential);
    const std::string what = relay_.allocate(client).what();
    if (what == "success") relay_.refresh(client, 0);
    return what;
  }
  Credential credential(std::chrono::seconds valid_for, std::string_view secret = "north",
                        std::string_view call = "call", std::string_view participant = "ana") {
    return issue_credential(secret, relay_.wall() + valid_for, call, participant);
  }

  Dialogue relay_{with_long_realm()};
  Client ana_ = relay_.client("203.0.113.7:61001", "call", "ana");
};

TEST_F(Authentication, TheFirstAnswerIsASmallChallenge) {
  const Heard heard = relay_.ask_once(ana_, Method::kAllocate, fingerprinted());
  EXPECT_EQ(heard.what(), "401");
  EXPECT_EQ(heard.text(AttributeType::kRealm), std::string(32, 'r'));
  EXPECT_FALSE(heard.text(AttributeType::kNonce).empty());
  EXPECT_FALSE(heard.text(AttributeType::kPasswordAlgorithms).empty());
  EXPECT_FALSE(heard.text(AttributeType::kFingerprint).empty());
  EXPECT_FALSE(heard.message()->has(AttributeType::kMessageIntegrity));
  EXPECT_FALSE(heard.message()->has(AttributeType::kSoftware));
  EXPECT_LE(heard.bytes().size(), kUnauthenticatedBytesMax);
  EXPECT_EQ(relay_.server().counters().challenges, 1U);
  EXPECT_EQ(relay_.refused(Refusal::kUnauthenticated), 0U);
}

TEST_F(Authentication, AnswersAreSignedWithTheKeyOfTheAsker) {
  for (const auto integrity : {stun::Integrity::kSha1, stun::Integrity::kSha256}) {
    ana_.integrity = integrity;
    for (const Heard& heard : {relay_.allocate(ana_), relay_.allocate(ana_)}) {
      const auto attribute = heard.message()->find(integrity == stun::Integrity::kSha1
                                                       ? AttributeType::kMessageIntegrity
                                                       : AttributeType::kMessageIntegritySha256);
      ASSERT_TRUE(attribute) << heard.what();
      const auto key = stun::long_term_key(stun::PasswordAlgorithm::kMd5, ana_.username, ana_.realm,
                                           ana_.password);
      EXPECT_TRUE(stun::verify_integrity(*heard.message(), *attribute, key.view()));
    }
    relay_.refresh(ana_, 0);
  }
}

TEST_F(Authentication, AWrongPasswordIs401) {
  ana_.password = "guess";
  const Heard heard = relay_.allocate(ana_);
  EXPECT_EQ(heard.what(), "401");
  EXPECT_LE(heard.bytes().size(), kUnauthenticatedBytesMax);
  EXPECT_EQ(relay_.refused(Refusal::kUnauthenticated), 1U);
  EXPECT_EQ(relay_.allocations(), 0U);
}

TEST_F(Authentication, ACredentialIsGoodUntilItExpires) {
  EXPECT_EQ(allocate(credential(1s)), "success");
  EXPECT_EQ(allocate(credential(0s)), "401");
  EXPECT_EQ(allocate(credential(-1h)), "401");
  EXPECT_EQ(allocate(credential(24h)), "success");
  EXPECT_EQ(allocate(credential(24h + 1s)), "401") << "nobody has been issued that";
}

TEST_F(Authentication, AllocationsOutliveTheCredentialTheyWereMadeWith) {
  EXPECT_EQ(relay_.allocate(ana_).what(), "success");
  for (int i = 0; i < 30; ++i) {
    relay_.pass(9min);
    ASSERT_EQ(relay_.refresh(ana_, 600).what(), "success") << i;
  }
  EXPECT_EQ(relay_.permit(ana_, {virtual_address(false), 5000}), "success");
  Client again = ana_;
  ++again.tuple.link;
  EXPECT_EQ(relay_.allocate(again).what(), "401") << "it opens nothing new";
}

TEST_F(Authentication, EverySecretIsGood) {
  ServerOptions options;
  options.secrets = {"new", "north"};
  Dialogue relay(std::move(options));
  const auto allocate = [&](std::string_view secret) {
    const auto expiry = relay.wall() + 1h;
    Client client =
        relay.client("203.0.113.9:61009", issue_credential(secret, expiry, "call", "ana"));
    return relay.allocate(client).what();
  };
  EXPECT_EQ(allocate("new"), "success");
  EXPECT_EQ(allocate("north"), "success");
  EXPECT_EQ(allocate("south"), "401");
}

TEST_F(Authentication, InClosedModeANameHasACallAndAParticipant) {
  const std::string expiry = std::to_string((relay_.wall() + 1h).time_since_epoch().count());
  for (const std::string& name : {expiry, expiry + ":ana", expiry + ":call:", expiry + "::ana",
                                  std::string("ana"), std::string(), expiry + ":a:b:c"}) {
    EXPECT_EQ(allocate({name, ephemeral_password("north", name)}), "401") << name;
  }
  ServerOptions options;
  options.users = {{"ana", "swordfish"}};
  Dialogue relay(std::move(options));
  Client ana = relay.client("203.0.113.7:61001", Credential{"ana", "swordfish"});
  EXPECT_EQ(relay.allocate(ana).what(), "401");
}

TEST_F(Authentication, ANonceGrowsOld) {
  relay_.allocate(ana_);
  relay_.refresh(ana_, 3'600);
  relay_.pass(59min);
  relay_.refresh(ana_, 3'600);
  relay_.pass(1min + 1s);
  const Heard heard = relay_.ask_once(ana_, Method::kRefresh, {});
  EXPECT_EQ(heard.what(), "438");
  EXPECT_LE(heard.bytes().size(), kUnauthenticatedBytesMax);
  EXPECT_EQ(relay_.refused(Refusal::kStaleNonce), 0U) << "that is nobody's fault";
  EXPECT_EQ(relay_.server().counters().challenges, 2U);
  EXPECT_EQ(relay_.refresh(ana_, 600).what(), "success");
}

TEST_F(Authentication, ANonceIsOfOneAddress) {
  relay_.allocate(ana_);
  Client thief = ana_;
  thief.tuple.client = testing::address("203.0.113.99:61001");
  EXPECT_EQ(relay_.ask_once(thief, Method::kAllocate, {testing::udp()}).what(), "438");
  EXPECT_EQ(relay_.refused(Refusal::kStaleNonce), 1U);
}

TEST_F(Authentication, SomebodyElsesAllocationIsNobodysToChange) {
  relay_.allocate(ana_);
  Client ben = relay_.client("203.0.113.8:61002", "call", "ben");
  relay_.allocate(ben);
  Client thief = ben;
  thief.tuple = ana_.tuple;
  EXPECT_EQ(relay_.refresh(thief, 0).what(), "441");
  EXPECT_EQ(relay_.permit(thief, {virtual_address(false), 5000}), "441");
  EXPECT_EQ(relay_.bind(thief, 0x4000, {virtual_address(false), 5000}), "441");
  EXPECT_EQ(relay_.allocate(thief).what(), "437");
  thief.username = ana_.username;
  EXPECT_EQ(relay_.refresh(thief, 0).what(), "401");
  EXPECT_EQ(relay_.allocations(), 2U);
  EXPECT_EQ(relay_.refused(Refusal::kMismatch), 4U);
}

TEST_F(Authentication, WhatARequestLacksOrMisspellsIs400) {
  relay_.allocate(ana_);
  const auto ask = [&](Method method, std::vector<testing::Fill> attributes) {
    return relay_.ask(ana_, method, attributes).what();
  };
  using testing::bytes;
  using testing::channel;
  EXPECT_EQ(ask(Method::kCreatePermission, {}), "400");
  EXPECT_EQ(ask(Method::kCreatePermission, {bytes(AttributeType::kXorPeerAddress, {0, 1})}), "400");
  EXPECT_EQ(ask(Method::kChannelBind, {channel(0x4000)}), "400");
  EXPECT_EQ(ask(Method::kChannelBind, {testing::peer({virtual_address(false), 5000})}), "400");
  EXPECT_EQ(ask(Method::kRefresh, {bytes(AttributeType::kLifetime, {1})}), "400");
  EXPECT_EQ(ask(Method::kRefresh, {bytes(AttributeType::kRequestedAddressFamily, {1})}), "400");
  relay_.refresh(ana_, 0);
  EXPECT_EQ(ask(Method::kAllocate, {}), "400");
  EXPECT_EQ(ask(Method::kAllocate, {bytes(AttributeType::kRequestedTransport, {17})}), "400");
  const auto tcp = testing::number(AttributeType::kRequestedTransport, 6U << 24U);
  EXPECT_EQ(ask(Method::kAllocate, {tcp}), "442") << "RFC 6062 is not spoken here";
  const auto allocate = [&](std::vector<testing::Fill> more) {
    return relay_.allocate(ana_, std::move(more)).what();
  };
  const auto requested = [](std::uint32_t family) {
    return testing::family(AttributeType::kRequestedAddressFamily, family);
  };
  const auto additional = [](std::uint32_t family) {
    return testing::family(AttributeType::kAdditionalAddressFamily, family);
  };
  const auto token = bytes(AttributeType::kReservationToken, {1, 2, 3, 4, 5, 6, 7, 8});
  EXPECT_EQ(allocate({requested(3)}), "440");
  EXPECT_EQ(allocate({additional(1)}), "400");
  EXPECT_EQ(allocate({requested(1), additional(2)}), "400");
  EXPECT_EQ(allocate({additional(2), bytes(AttributeType::kEvenPort, {0x80})}), "400");
  EXPECT_EQ(allocate({token, bytes(AttributeType::kEvenPort, {0})}), "400");
  EXPECT_EQ(allocate({token, requested(1)}), "400");
  EXPECT_EQ(allocate({bytes(AttributeType::kReservationToken, {1})}), "400");
  EXPECT_EQ(allocate({bytes(AttributeType::kEvenPort, {})}), "400");
  EXPECT_EQ(relay_.allocations(), 0U);
  EXPECT_EQ(allocate({bytes(AttributeType::kDontFragment, {}), testing::lifetime(0)}), "success");
}

TEST_F(Authentication, WhatItDoesNotUnderstandItNames) {
  const Heard heard =
      relay_.allocate(ana_, {testing::bytes(static_cast<AttributeType>(0x7001), {})});
  EXPECT_EQ(heard.what(), "420");
  EXPECT_EQ(heard.text(AttributeType::kUnknownAttributes), "\x70\x01");
}

TEST_F(Authentication, AWrongFingerprintMakesItNoStun) {
  std::vector<std::uint8_t> request =
      relay_.signed_request(ana_, Method::kAllocate, fingerprinted());
  request.back() ^= 1U;
  relay_.say(ana_, request);
  EXPECT_EQ(relay_.hear(ana_).what(), "silence");
  request.back() ^= 1U;
  relay_.say(ana_, request);
  EXPECT_EQ(relay_.hear(ana_).what(), "401");
}

TEST_F(Authentication, WhatIsNoRequestOfOursGetsNoAnswer) {
  const auto method_of = [](unsigned number) { return static_cast<Method>(number); };
  EXPECT_EQ(relay_.ask_once(ana_, method_of(0x00A), {}).what(), "silence") << "Connect";
  EXPECT_EQ(relay_.ask_once(ana_, Method::kSend, {}).what(), "silence");
  for (const std::vector<std::uint8_t>& packet :
       std::vector<std::vector<std::uint8_t>>{{}, {0}, {0x40}, {0x40, 0, 0, 1}, {0x80, 0, 0, 0}}) {
    relay_.say(ana_, packet);
    EXPECT_EQ(relay_.hear(ana_).what(), "silence");
  }
  EXPECT_EQ(relay_.refused(Refusal::kMalformed), 5U);
}

// --- How many answers anybody gets

TEST(Challenges, AreLimitedForEachAddress) {
  ServerOptions options;
  options.limits.challenges_burst = 3;
  options.limits.challenges_per_second = 2;
  Dialogue relay(std::move(options));
  const auto answers = [&](const char* at) {
    const Client client = relay.client(at, "call", "ana");
    int count = 0;
    for (int i = 0; i < 5; ++i) {
      count += relay.ask_once(client, Method::kAllocate, {testing::udp()}).what() == "401" ? 1 : 0;
    }
    return count;
  };
  EXPECT_EQ(answers("203.0.113.7:1"), 3);
  EXPECT_EQ(relay.refused(Refusal::kChallengesLimited), 2U);
  EXPECT_EQ(answers("203.0.113.7:2"), 0) << "the port makes no other address of it";
  EXPECT_EQ(answers("203.0.113.8:1"), 3);
  EXPECT_EQ(answers("[2001:db8:0:7::1]:1"), 3);
  EXPECT_EQ(answers("[2001:db8:0:7::2]:1"), 0) << "the same /64";
  EXPECT_EQ(answers("[2001:db8:0:8::1]:1"), 3);
  relay.pass(499ms);
  EXPECT_EQ(answers("203.0.113.7:1"), 0);
  relay.pass(1ms);
  EXPECT_EQ(answers("203.0.113.7:1"), 1);
  relay.pass(1h);
  EXPECT_EQ(answers("203.0.113.7:1"), 3);
}

TEST(Challenges, ThoseWhoAreLetInCostNone) {
  ServerOptions options;
  options.limits.challenges_burst = 1;
  options.limits.challenges_per_second = 1;
  Dialogue relay(std::move(options));
  Client ana = relay.client("203.0.113.7:61001", "call", "ana");
  EXPECT_EQ(relay.allocate(ana).what(), "success");
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(relay.permit(ana, testing::address("10.0.0.1:1")), "403");
  }
}

// Somebody spends what strangers at this address may be answered.
void spend(Dialogue& relay, const char* at) {
  const Client spoofed = relay.client(at, "call", "ana");
  for (int i = 0; i < 10; ++i) relay.ask_once(spoofed, Method::kAllocate, {testing::udp()});
  EXPECT_EQ(relay.ask_once(spoofed, Method::kAllocate, {testing::udp()}).what(), "silence");
}

ServerOptions few_challenges() {
  ServerOptions options;
  options.limits.challenges_burst = 3;
  options.limits.challenges_per_second = 1;
  return options;
}

TEST(Challenges, OverTcpAndTlsAreNotSpentByDatagramsInSomebodysName) {
  Dialogue relay(few_challenges());
  spend(relay, "203.0.113.7:1");
  for (const Transport transport : {Transport::kTcp, Transport::kTls}) {
    Client ana = relay.client("203.0.113.7:61001", "call", "ana", transport);
    EXPECT_EQ(relay.allocate(ana).what(), "success");
  }
}

TEST(Challenges, WhoHasANonceGetsANewOneAllTheSame) {
  Dialogue relay(few_challenges());
  Client ana = relay.client("203.0.113.7:61001", "call", "ana");
  EXPECT_EQ(relay.allocate(ana).what(), "success");
  relay.refresh(ana, 3'600);
  relay.pass(59min);
  relay.refresh(ana, 3'600);
  relay.pass(2min);
  for (int i = 0; i < 10; ++i) {
    const Client spoofed = relay.client("203.0.113.7:1", "call", "ana");
    relay.ask_once(spoofed, Method::kAllocate, {testing::udp()});
  }
  EXPECT_EQ(relay.ask_once(ana, Method::kRefresh, {testing::lifetime(600)}).what(), "438");
  EXPECT_EQ(relay.refresh(ana, 600).what(), "success");
}

TEST(Challenges, ThatAClientWithANonceGetsAreItsOwn) {
  ServerOptions options;
  options.limits.challenges_burst_per_client = 3;
  options.limits.challenges_per_second_per_client = 1;
  Dialogue relay(std::move(options));
  const auto wrong = [&](const char* at, Transport transport) {
    Client client = relay.client(at, "call", "ana", transport);
    client.password = "guess";
    relay.allocate(client);
    int answers = 0;
    for (int i = 0; i < 10; ++i) {
      answers +=
          relay.ask_once(client, Method::kAllocate, {testing::udp()}).what() == "401" ? 1 : 0;
    }
    return answers;
  };
  EXPECT_EQ(wrong("203.0.113.7:1", Transport::kUdp), 2) << "one has been heard before";
  EXPECT_EQ(wrong("203.0.113.7:2", Transport::kUdp), 2) << "another one at that address";
  EXPECT_EQ(wrong("203.0.113.7:2", Transport::kTcp), 1) << "the first one counts, too";
}

// --- Binding, and nothing else

TEST(RelayOff, AnswersBindingAndNothingElse) {
  ServerOptions options;
  options.mode = Mode::kOff;
  Dialogue relay(std::move(options));
  Client ana = relay.client("203.0.113.7:61001", "call", "ana");
  const Heard heard = relay.ask_once(ana, Method::kBinding, {});
  EXPECT_EQ(heard.what(), "success");
  EXPECT_EQ(heard.addresses(AttributeType::kXorMappedAddress)[0], ana.tuple.client);
  EXPECT_LE(heard.bytes().size(), 3 * stun::kHeaderBytes);
  EXPECT_EQ(relay.allocate(ana).what(), "silence");
  EXPECT_EQ(relay.send(ana, 0x4000, "x"), "nothing");
  EXPECT_EQ(relay.send(ana, {virtual_address(false), 5000}, "x"), "nothing");
  EXPECT_EQ(relay.server().counters().bindings, 1U);
}

}  // namespace
}  // namespace visavis::turn

// Limits of the relay hold for all loops together.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "server/services/relay_metrics.h"
#include "server/services/test_support/relay.h"

namespace visavis::services {
namespace {

using test::Relay;
using test::RelayClient;
using turn::Transport;

TEST(RelayLimits, TwoLoopsHaveNoMoreAllocationsThanOne) {
  Relay::Options options{.loops = 2};
  options.relay.server.limits.allocations_per_user_max = 4;
  options.relay.server.limits.new_allocations_burst_per_user = 1'000;
  const Relay relay(std::move(options));
  std::vector<RelayClient> clients;
  int made = 0;
  // The kernel gives each port of a client to either loop.
  for (int i = 0; i < 40; ++i) {
    RelayClient& ana = clients.emplace_back(relay.client(Transport::kUdp, "call", "ana"));
    const auto heard = ana.allocate();
    if (heard.what() != "success") {
      EXPECT_EQ(heard.what(), "486");
      continue;
    }
    ++made;
  }
  EXPECT_EQ(made, 4);
  const auto quota = [&] {
    const auto all = refusals(relay.service().report());
    return std::ranges::find(all, "quota", &RefusalCount::kind)->count;
  };
  EXPECT_TRUE(Relay::eventually([&] { return quota() == 36; }));
}

TEST(RelayLimits, TwoLoopsCarryNoMoreBytesThanOne) {
  constexpr std::uint64_t kPerSecond = 200'000;
  Relay::Options options{.loops = 2};
  options.relay.server.limits.bytes_per_second_per_user_max = kPerSecond;
  Relay relay(std::move(options));
  auto [here, at_here] = relay.allocated(Transport::kTcp, 0, "ana");
  auto [there, at_there] = relay.allocated(Transport::kTcp, 1, "ana");
  auto [ben, at_ben] = relay.allocated(Transport::kUdp, 0, "ben");
  ASSERT_EQ(here.bind(0x4001, at_ben), "success");
  ASSERT_EQ(there.bind(0x4001, at_ben), "success");
  const auto begin = std::chrono::steady_clock::now();
  const std::vector<std::string> burst(50, std::string(1'000, 'x'));
  for (int i = 0; i < 20; ++i) {
    here.send_burst(0x4001, burst);
    there.send_burst(0x4001, burst);
  }
  // All has been read where this is answered.
  for (RelayClient* client : {&here, &there}) {
    ASSERT_EQ(client->ask(stun::Method::kBinding, {}).what(), "success");
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  EXPECT_TRUE(Relay::eventually([&] {
    const auto& turn = relay.service().report().turn;
    const auto dropped = turn.refusals[static_cast<std::size_t>(turn::Refusal::kBandwidth)];
    return turn.from_clients[static_cast<std::size_t>(Transport::kTcp)].packets + dropped == 2'000;
  }));
  const auto carried =
      relay.service().report().turn.from_clients[static_cast<std::size_t>(Transport::kTcp)].bytes;
  EXPECT_GE(carried, kPerSecond * 9 / 10);
  // A second's worth at once, what time has brought, and what may be on lease.
  EXPECT_LE(static_cast<double>(carried), kPerSecond * (1.25 + took.count()));
}

TEST(RelayLimits, TwoLoopsAnswerNoMoreStrangersThanOne) {
  Relay::Options options{.loops = 2};
  options.relay.server.limits.challenges_burst = 5;
  options.relay.server.limits.challenges_per_second = 1;
  const Relay relay(std::move(options));
  std::vector<RelayClient> strangers;
  for (int i = 0; i < 60; ++i) {
    strangers.push_back(relay.client(Transport::kUdp, "call", "ana"));
    strangers.back().send(std::string("\0\3\0\0\x21\x12\xA4\x42transaction!", 20));
  }
  const auto counted = [&] {
    const auto& turn = relay.service().report().turn;
    return std::pair(turn.challenges,
                     turn.refusals[static_cast<std::size_t>(turn::Refusal::kChallengesLimited)]);
  };
  EXPECT_TRUE(Relay::eventually([&] { return counted().first + counted().second == 60; }));
  EXPECT_GE(counted().first, 5U);
  EXPECT_LE(counted().first, 9U) << "five, and one for each second that this took";
  RelayClient ben = relay.client(Transport::kTcp, "call", "ben");
  EXPECT_EQ(ben.allocate().what(), "success") << "over TCP from the same address";
}

}  // namespace
}  // namespace visavis::services

// Every limit is reached with an error or a drop, and counted.
#include <gtest/gtest.h>

#include <utility>

#include "core/turn/local_ledger.h"
#include "core/turn/test_support.h"

namespace visavis::turn {
namespace {

using testing::Client;
using testing::Dialogue;
using namespace std::chrono_literals;

ServerOptions limited(const Limits& limits, unsigned loops = 1) {
  ServerOptions options;
  options.limits = limits;
  options.loops = loops;
  return options;
}

// How many allocations somebody gets who asks from one port after the other.
int allocations(Dialogue& relay, std::string_view call, std::string_view participant) {
  int made = 0;
  for (int port = 1; port <= 20; ++port) {
    Client client = relay.client("203.0.113.7:" + std::to_string(port), call, participant);
    const std::string what = relay.allocate(client).what();
    EXPECT_TRUE(what == "success" || what == "486") << what;
    made += what == "success" ? 1 : 0;
  }
  return made;
}

TEST(RelayLimits, AllocationsOfAUser) {
  Limits limits;
  limits.allocations_per_user_max = 3;
  Dialogue relay(limited(limits));
  EXPECT_EQ(allocations(relay, "call", "ana"), 3);
  EXPECT_EQ(allocations(relay, "call", "ben"), 3);
  EXPECT_EQ(allocations(relay, "other", "ana"), 3);
  EXPECT_EQ(relay.refused(Refusal::kQuota), 51U);
  relay.pass(1min);  // with a renewed credential it is the same user
  EXPECT_EQ(allocations(relay, "call", "ana"), 0);
  relay.pass(9min);
  EXPECT_EQ(relay.allocations(), 0U);
  EXPECT_EQ(allocations(relay, "call", "ana"), 3);
}

TEST(RelayLimits, AllocationsOfACall) {
  Limits limits;
  limits.allocations_per_call_max = 5;
  limits.allocations_per_user_max = 3;
  Dialogue relay(limited(limits));
  EXPECT_EQ(allocations(relay, "call", "ana"), 3);
  EXPECT_EQ(allocations(relay, "call", "ben"), 2);
  EXPECT_EQ(allocations(relay, "other", "ben"), 3);
}

// Two loops that share a ledger, as those of one process do.
struct TwoLoops {
  explicit TwoLoops(const Limits& limits)
      : ledger(limits, random), here(loop(limits, 0), ledger), there(loop(limits, 1), ledger) {}
  static ServerOptions loop(const Limits& limits, unsigned number) {
    ServerOptions options = limited(limits, 2);
    options.loop = number;
    return options;
  }
  testing::SeededRandom random;
  LocalLedger ledger;
  Dialogue here;
  Dialogue there;
};

TEST(RelayLimits, SeveralLoopsHaveNoMoreAllocationsThanOne) {
  Limits limits;
  limits.allocations_max = 9;
  limits.allocations_per_call_max = 6;
  limits.allocations_per_user_max = 4;
  TwoLoops loops(limits);
  EXPECT_EQ(allocations(loops.here, "call", "ana"), 4);
  EXPECT_EQ(allocations(loops.there, "call", "ana"), 0) << "of a user";
  EXPECT_EQ(allocations(loops.there, "call", "ben"), 2) << "of a call";
  EXPECT_EQ(loops.there.refused(Refusal::kServerFull), 0U);
  EXPECT_EQ(allocations(loops.there, "other", "eve"), 3) << "in all";
  EXPECT_EQ(loops.there.refused(Refusal::kServerFull), 17U);
  loops.here.end_call("call");
  EXPECT_EQ(allocations(loops.there, "other", "fay"), 3) << "what one loop frees the other has";
}

TEST(RelayLimits, AllocationsOfAnAddress) {
  Limits limits;
  limits.allocations_per_address_max = 5;
  TwoLoops loops(limits);
  EXPECT_EQ(allocations(loops.here, "call", "ana"), 5);
  EXPECT_EQ(allocations(loops.there, "other", "ben"), 0);
  EXPECT_EQ(loops.there.refused(Refusal::kAddressQuota), 20U);
  Client eve = loops.there.client("203.0.113.8:1", "call", "eve");
  EXPECT_EQ(loops.there.allocate(eve).what(), "success") << "from another address";
}

TEST(RelayLimits, NewAllocationsOfAUser) {
  Limits limits;
  limits.new_allocations_burst_per_user = 3;
  limits.new_allocations_per_second_per_user = 1;
  Dialogue relay(limited(limits));
  const auto come_and_go = [&] {
    int made = 0;
    for (int i = 0; i < 10; ++i) {
      Client client = relay.client("203.0.113.7:61001", "call", "ana");
      if (relay.allocate(client).what() != "success") continue;
      EXPECT_EQ(relay.refresh(client, 0).what(), "success");
      ++made;
    }
    return made;
  };
  EXPECT_EQ(come_and_go(), 3) << "who lets the last one go is not forgotten";
  EXPECT_EQ(relay.refused(Refusal::kAllocationRate), 7U);
  EXPECT_EQ(allocations(relay, "call", "ben"), 3);
  relay.pass(1s);
  EXPECT_EQ(come_and_go(), 1);
  relay.pass(1min);
  EXPECT_EQ(come_and_go(), 3);
}

TEST(RelayLimits, AnEndOfACallIsKnownToAllLoops) {
  TwoLoops loops({});
  loops.here.end_call("call");
  Client ana = loops.there.client("203.0.113.7:61001", "call", "ana");
  EXPECT_EQ(loops.there.allocate(ana).what(), "401");
}

TEST(RelayLimits, ChannelsOfAnAllocation) {
  Limits limits;
  limits.channels_per_allocation_max = 2;
  Dialogue relay(limited(limits));
  Client ana = relay.client("203.0.113.7:61001", "call", "ana");
  relay.allocate(ana);
  EXPECT_EQ(relay.bind(ana, 0x4000, {virtual_address(false), 5000}), "success");
  EXPECT_EQ(relay.bind(ana, 0x4001, {virtual_address(false), 5001}), "success");
  EXPECT_EQ(relay.bind(ana, 0x4002, {virtual_address(false), 5002}), "508");
  EXPECT_EQ(relay.bind(ana, 0x4001, {virtual_address(false), 5001}), "success");
  EXPECT_EQ(relay.refused(Refusal::kQuota), 1U);
}

// Two clients who may send to each other.
struct Pair {
  explicit Pair(Dialogue& relay, const std::string& call)
      : ana(relay.client("203.0.113.7:61001", call, "ana")),
        ben(relay.client("203.0.113.8:61002", call, "ben")) {
    at_ana = relay.allocate(ana).relayed();
    at_ben = relay.allocate(ben).relayed();
    EXPECT_EQ(relay.permit(ana, at_ben), "success");
    EXPECT_EQ(relay.permit(ben, at_ana), "success");
  }
  Client ana;
  Client ben;
  TransportAddress at_ana;
  TransportAddress at_ben;
};

// How many of ten packets of 100 bytes come through.
int packets(Dialogue& relay, const Client& from, const TransportAddress& to) {
  int through = 0;
  for (int i = 0; i < 10; ++i) {
    through += relay.send(from, to, std::string(100, 'x')) == "nothing" ? 0 : 1;
  }
  return through;
}

TEST(RelayLimits, BytesOfAUser) {
  Limits limits;
  limits.bytes_per_second_per_user_max = 300;
  Dialogue relay(limited(limits));
  Pair pair(relay, "call");
  EXPECT_EQ(packets(relay, pair.ana, pair.at_ben), 3);
  EXPECT_EQ(relay.refused(Refusal::kBandwidth), 7U);
  EXPECT_EQ(packets(relay, pair.ben, pair.at_ana), 3);
  relay.pass(334ms);
  EXPECT_EQ(packets(relay, pair.ana, pair.at_ben), 1);
  relay.pass(1min);
  EXPECT_EQ(packets(relay, pair.ana, pair.at_ben), 3) << "no more than a second's worth at once";
  const Traffic& udp = relay.server().counters().from_clients[0];
  EXPECT_EQ(udp.packets, 10U);
  EXPECT_EQ(udp.bytes, 1'000U);
}

TEST(RelayLimits, BytesOfACall) {
  Limits limits;
  limits.bytes_per_second_per_call_max = 500;
  Dialogue relay(limited(limits));
  Pair pair(relay, "call");
  Pair other(relay, "other");
  EXPECT_EQ(packets(relay, pair.ana, pair.at_ben), 5);
  EXPECT_EQ(packets(relay, pair.ben, pair.at_ana), 0);
  EXPECT_EQ(packets(relay, other.ana, other.at_ben), 5);
}

// How many of ten packets a client on each loop gets through, of one user or of two.
std::pair<int, int> packets_on_both(const Limits& limits, const char* other_user) {
  TwoLoops loops(limits);
  Client ana = loops.here.client("203.0.113.7:61001", "call", "ana");
  Client other = loops.there.client("203.0.113.8:61001", "call", other_user);
  loops.here.allocate(ana);
  loops.there.allocate(other);
  const TransportAddress of_loop_0{virtual_address(false), 1'024};
  const TransportAddress of_loop_1{virtual_address(false), 1'026};
  EXPECT_EQ(loops.here.permit(ana, of_loop_1), "success");
  EXPECT_EQ(loops.there.permit(other, of_loop_0), "success");
  const int here = packets(loops.here, ana, of_loop_1);
  return {here, packets(loops.there, other, of_loop_0)};
}

TEST(RelayLimits, SeveralLoopsCarryNoMoreThanOne) {
  const auto both = [](int here, int there) { return std::pair(here, there); };
  Limits limits;
  limits.bytes_per_second_per_user_max = 700;
  EXPECT_EQ(packets_on_both(limits, "ana"), both(7, 0)) << "of a user";
  EXPECT_EQ(packets_on_both(limits, "ben"), both(7, 7));
  limits = {};
  limits.bytes_per_second_per_call_max = 700;
  EXPECT_EQ(packets_on_both(limits, "ben"), both(7, 0)) << "of a call";
}

TEST(RelayLimits, NobodyGetsNewBytesWithANewAllocation) {
  Limits limits;
  limits.bytes_per_second_per_user_max = 300;
  Dialogue relay(limited(limits));
  Pair pair(relay, "call");
  EXPECT_EQ(packets(relay, pair.ana, pair.at_ben), 3);
  EXPECT_EQ(relay.refresh(pair.ana, 0).what(), "success");
  EXPECT_EQ(relay.allocate(pair.ana).what(), "success");
  EXPECT_EQ(relay.permit(pair.ana, pair.at_ben), "success");
  EXPECT_EQ(packets(relay, pair.ana, pair.at_ben), 0);
}

TEST(RelayLimits, BytesMayBeUnlimited) {
  Limits limits;
  limits.bytes_per_second_per_user_max = 0;
  limits.bytes_per_second_per_call_max = 0;
  Dialogue relay(limited(limits));
  Pair pair(relay, "call");
  for (int i = 0; i < 1'000; ++i) EXPECT_EQ(packets(relay, pair.ana, pair.at_ben), 10);
}

}  // namespace
}  // namespace visavis::turn

// Open mode: a RESERVATION-TOKEN that comes to another loop than the one that gave it.
#include <gtest/gtest.h>

#include "core/turn/local_ledger.h"
#include "core/turn/test_support.h"

namespace visavis::turn {
namespace {

using stun::AttributeType;
using testing::address;
using testing::Client;
using testing::Dialogue;
using namespace std::chrono_literals;

class Reservations : public ::testing::Test {
 protected:
  static ServerOptions options(unsigned loop, std::size_t reservations_max = 2) {
    ServerOptions options;
    options.mode = Mode::kOpen;
    options.loop = loop;
    options.loops = 2;
    options.users = {{"ana", "swordfish"}, {"ben", "marlin"}};
    options.limits.reservations_max = reservations_max;
    return options;
  }
  static Client ana(Dialogue& loop, std::string_view at) {
    return loop.client(at, Credential{"ana", "swordfish"});
  }
  // The pair is 9.9.9.9:50000, relay 1 of the first loop, and :50001, kept aside as relay 3.
  testing::Fill reserve() {
    rtp_ = ana(first_, "203.0.113.7:61001");
    first_.allocate(rtp_, {testing::bytes(AttributeType::kEvenPort, {0x80})});
    EXPECT_EQ(first_.command(), "bind 1 even next 3");
    first_.relay_bound(1, "9.9.9.9:50000");
    const auto heard = first_.hear(rtp_);
    const ByteView token = heard.value(AttributeType::kReservationToken);
    EXPECT_EQ(token.size(), 8U);
    return testing::bytes(AttributeType::kReservationToken, {token.begin(), token.end()});
  }

  testing::SeededRandom random_;
  LocalLedger ledger_{options(0).limits, random_};
  Dialogue first_{options(0), ledger_};
  Dialogue second_{options(1), ledger_};
  Client rtp_;
};

TEST_F(Reservations, AreFoundByTheLoopThatHearsOfTheToken) {
  const auto token = reserve();
  Client ben = second_.client("203.0.113.8:61002", Credential{"ben", "marlin"});
  EXPECT_EQ(second_.allocate(ben, {token}).what(), "508") << "it is ana's";
  Client rtcp = ana(second_, "203.0.113.7:61003");
  EXPECT_EQ(second_.allocate(rtcp, {token}).what(), "silence");
  EXPECT_EQ(second_.command(), "take 3");
  EXPECT_EQ(second_.refresh(rtcp, 600).what(), "437") << "there is none yet";
  second_.relay_bound(3, "9.9.9.9:50001");
  EXPECT_EQ(second_.hear(rtcp).relayed().to_string(), "9.9.9.9:50001");
  second_.permit(rtcp, address("8.8.8.8:1"));
  EXPECT_EQ(second_.from_peer(3, "8.8.8.8:1", "x"), "61003 from 8.8.8.8:1: x");
  EXPECT_EQ(second_.server().counters().allocations_made, 1U);

  Client third = ana(first_, "203.0.113.7:61004");
  EXPECT_EQ(first_.allocate(third, {token}).what(), "508") << "once, wherever";
  first_.pass(30s);
  EXPECT_EQ(first_.command(), "") << "nothing is left to close";
  EXPECT_EQ(second_.refresh(rtcp, 0).what(), "success");
  EXPECT_EQ(second_.command(), "close relay 3");
}

TEST_F(Reservations, HaveIdsThatNoOtherLoopGives) {
  reserve();
  Client other = ana(second_, "203.0.113.7:61002");
  second_.allocate(other);
  EXPECT_EQ(second_.command(), "bind 2");
}

TEST_F(Reservations, AreClosedOnceWhereverTheTimeRunsOut) {
  const auto token = reserve();
  second_.pass(30s);
  EXPECT_EQ(second_.command(), "") << "its own loop has the timer";
  Client late = ana(second_, "203.0.113.7:61002");
  EXPECT_EQ(second_.allocate(late, {token}).what(), "508");
  first_.pass(30s);
  EXPECT_EQ(first_.command(), "close relay 3");
  EXPECT_FALSE(first_.server().next_timeout() == first_.now()) << "the timer does not stand still";
}

TEST_F(Reservations, CountUntilTheyAreRedeemedOnAnotherLoop) {
  const auto token = reserve();
  ASSERT_TRUE(ledger_.reserve("ben", first_.now()));
  const auto one_more = ledger_.reserve("ben", first_.now());
  ASSERT_TRUE(one_more) << "claims that nobody holds do not count";
  EXPECT_FALSE(ledger_.reserve("ben", first_.now())) << "two are all";
  Client rtcp = ana(second_, "203.0.113.7:61003");
  second_.allocate(rtcp, {token});
  EXPECT_TRUE(ledger_.reserve("ben", first_.now()));
}

TEST_F(Reservations, ThatCannotBeTakenOverEndTheAllocation) {
  const auto token = reserve();
  Client rtcp = ana(second_, "203.0.113.7:61003");
  second_.allocate(rtcp, {token});
  EXPECT_EQ(second_.command(), "take 3");
  second_.relay_failed(3);
  EXPECT_EQ(second_.hear(rtcp).what(), "508");
  EXPECT_EQ(second_.allocations(), 0U);
  EXPECT_EQ(second_.command(), "");
}

}  // namespace
}  // namespace visavis::turn

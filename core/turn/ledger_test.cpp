// How bytes are shared: by leases, between the users of one address, and between addresses.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "core/turn/byte_lease.h"
#include "core/turn/local_ledger.h"
#include "core/turn/test_support.h"

namespace visavis::turn {
namespace {

using namespace std::chrono_literals;

// A user with one allocation who sends packets of 200 bytes, as regularly as a rate asks.
class Sender {
 public:
  static constexpr std::uint64_t kPacket = 200;

  Sender(Ledger& ledger, const std::string& name, const IpAddress& address, double per_second,
         Instant now)
      : account_(std::move(ledger.open({name, nullptr, address}, now)).value()),
        per_second_(per_second) {}

  void send(Duration elapsed, Instant now) {
    due_ += per_second_ * std::chrono::duration<double>(elapsed).count();
    for (; due_ >= kPacket; due_ -= kPacket) {
      const bool passes = lease_.take(kPacket, now) ||
                          !lease_.renew(*account_, Flow::kFromClient, kPacket, now).has_value();
      ++(passes ? passed_ : lost_);
    }
  }
  double bytes() const { return static_cast<double>(passed_ * kPacket); }
  std::uint64_t lost() const { return lost_; }
  std::uint64_t packets() const { return passed_ + lost_; }

 private:
  std::unique_ptr<Account> account_;
  double per_second_;
  ByteLease lease_;
  double due_ = 0;
  std::uint64_t passed_ = 0;
  std::uint64_t lost_ = 0;
};

class ByteShares : public ::testing::Test {
 protected:
  static constexpr double kWhole = 1'000'000;
  static constexpr double kUser = 100'000;

  static Limits limits() {
    Limits limits;
    limits.bytes_per_second_max = static_cast<std::uint64_t>(kWhole);
    limits.bytes_per_second_per_user_max = static_cast<std::uint64_t>(kUser);
    return limits;
  }
  static IpAddress address(unsigned number) {
    return IpAddress::v4({203, 0, 113, static_cast<std::uint8_t>(number)});
  }
  Sender& add(unsigned at, double per_second) {
    const std::string name = "user" + std::to_string(senders_.size());
    return *senders_.emplace_back(
        std::make_unique<Sender>(ledger_, name, address(at), per_second, now_));
  }
  void run(Duration time) {
    for (const Instant end = now_ + time; now_ < end; now_ += 5ms) {
      for (const auto& sender : senders_) sender->send(5ms, now_);
    }
  }
  double bytes() const {
    double sum = 0;
    for (const auto& sender : senders_) sum += sender->bytes();
    return sum;
  }

  testing::SeededRandom random_;
  LocalLedger ledger_{limits(), random_};
  Instant now_{1h};
  std::vector<std::unique_ptr<Sender>> senders_;
};

TEST_F(ByteShares, AUserGetsAllOfItsRateAndNoMore) {
  const Sender& ana = add(1, 3 * kUser);
  run(10s);
  EXPECT_GE(ana.bytes(), 10.5 * kUser);
  EXPECT_LE(ana.bytes(), 11.3 * kUser) << "ten seconds, one at once, and what is on lease";
}

TEST_F(ByteShares, WhoStaysBelowItsRateLosesNothing) {
  const Sender& ana = add(1, 0.95 * kUser);
  const Sender& ben = add(1, 4'000);
  run(20s);
  EXPECT_EQ(ana.lost(), 0U);
  EXPECT_EQ(ben.lost(), 0U);
}

TEST_F(ByteShares, SmallFlowsOfOneUserTakeNoMoreThanTheySend) {
  std::vector<std::unique_ptr<Sender>> flows;
  for (int i = 0; i < 40; ++i) {
    flows.push_back(std::make_unique<Sender>(ledger_, "ana", address(1), 2'000, now_));
  }
  for (const Instant end = now_ + 20s; now_ < end; now_ += 5ms) {
    for (const auto& flow : flows) flow->send(5ms, now_);
  }
  for (const auto& flow : flows) EXPECT_EQ(flow->lost(), 0U);
}

// --- Those who flood, and somebody else

TEST_F(ByteShares, AFloodFromOneAddressLeavesOthersAlone) {
  for (int i = 0; i < 40; ++i) add(66, 2 * kUser);
  const Sender& bystander = add(1, 0.9 * kUser);
  run(20s);
  EXPECT_EQ(bystander.lost(), 0U);
  EXPECT_GE(bytes(), 18 * kWhole) << "what the relay can carry is used";
  EXPECT_LE(bytes(), 21.5 * kWhole);
}

TEST_F(ByteShares, AFloodFromManyAddressesLeavesThoseAloneWhoTakeLessThanAShare) {
  for (unsigned i = 0; i < 80; ++i) add(100 + i % 8, 2 * kUser);
  const Sender& bystander = add(1, 0.5 * kUser);
  run(20s);
  EXPECT_LE(bystander.lost() * 1'000, bystander.packets()) << "one in a thousand at most";
  EXPECT_GE(bytes(), 18 * kWhole);
  EXPECT_LE(bytes(), 21.5 * kWhole);
}

TEST_F(ByteShares, UsersBehindOneAddressShareWhatItHas) {
  for (int i = 0; i < 40; ++i) add(66, 2 * kUser);
  const Sender& neighbour = add(66, 0.1 * kUser);
  run(20s);
  EXPECT_LE(neighbour.lost() * 1'000, neighbour.packets()) << "one in a thousand at most";
}

TEST_F(ByteShares, AHeavyUserIsOneAmongMany) {
  for (unsigned i = 0; i < 20; ++i) add(100 + i, 0.04 * kWhole);
  const Sender& heavy = add(1, 10 * kUser);
  run(20s);
  for (const auto& sender : senders_) {
    if (sender.get() == &heavy) continue;
    EXPECT_EQ(sender->lost(), 0U);
  }
}

}  // namespace
}  // namespace visavis::turn

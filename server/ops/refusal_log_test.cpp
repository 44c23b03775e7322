#include "server/ops/refusal_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "core/signaling/wire/error_code.h"

namespace visavis::ops {
namespace {

using ::testing::HasSubstr;

class RefusalLogTest : public ::testing::Test {
 protected:
  // The totals as they are after `seconds_later`. Returns "area.kind count" of each line.
  std::vector<std::string> update(std::vector<RefusalTotal> totals, int seconds_later = 1) {
    now_ += seconds(seconds_later);
    std::vector<std::string> lines;
    for (const RefusalLine& line : log_.update(totals, now_)) {
      lines.push_back(std::string(line.area) + "." + std::string(line.kind) + " " +
                      std::to_string(line.count));
    }
    return lines;
  }

  using Lines = std::vector<std::string>;

  RefusalLog log_;
  Instant now_{};
};

TEST_F(RefusalLogTest, SaysNothingWhileNothingIsRefused) {
  EXPECT_EQ(update({{"signaling", "rate_limited", 0}, {"relay", "quota", 0}}), Lines{});
}

TEST_F(RefusalLogTest, TellsTheFirstAtOnceAndTheOthersOnceAMinute) {
  EXPECT_EQ(update({{"signaling", "rate_limited", 2}}), Lines{"signaling.rate_limited 2"});
  EXPECT_EQ(update({{"signaling", "rate_limited", 5}}), Lines{});
  EXPECT_EQ(update({{"signaling", "rate_limited", 9}}, 58), Lines{});
  EXPECT_EQ(update({{"signaling", "rate_limited", 10}}), Lines{"signaling.rate_limited 8"});
  EXPECT_EQ(update({{"signaling", "rate_limited", 10}}, 600), Lines{});
  // Quiet for long enough: the next one is told at once again.
  EXPECT_EQ(update({{"signaling", "rate_limited", 11}}), Lines{"signaling.rate_limited 1"});
}

TEST_F(RefusalLogTest, KindsDoNotWaitForEachOther) {
  EXPECT_EQ(update({{"signaling", "rate_limited", 1}, {"relay", "quota", 0}}),
            Lines{"signaling.rate_limited 1"});
  EXPECT_EQ(update({{"signaling", "rate_limited", 2}, {"relay", "quota", 7}}),
            Lines{"relay.quota 7"});
  // The same word in another area is another kind.
  EXPECT_EQ(update({{"network", "rate_limited", 3}}), Lines{"network.rate_limited 3"});
}

TEST_F(RefusalLogTest, AFloodOfEveryKindStaysBelowALineASecond) {
  std::vector<RefusalTotal> totals;
  for (std::size_t i = 0; i < signaling::kErrorCodeCount; ++i) {
    totals.push_back({"signaling", to_text(static_cast<signaling::ErrorCode>(i)), 0});
  }
  std::size_t lines = 0;
  for (int second = 0; second < 600; ++second) {
    for (RefusalTotal& total : totals) total.total += 10'000;
    lines += update(totals).size();
  }
  EXPECT_LE(lines, 600);
  EXPECT_EQ(lines, totals.size() * 10);
}

TEST_F(RefusalLogTest, EveryErrorCodeHasASentence) {
  for (std::size_t i = 0; i < signaling::kErrorCodeCount; ++i) {
    const auto code = to_text(static_cast<signaling::ErrorCode>(i));
    EXPECT_NE(refusal_text("signaling", code).sentence, refusal_text("", "").sentence) << code;
  }
}

TEST_F(RefusalLogTest, AKindWithoutASentenceIsToldAllTheSame) {
  EXPECT_EQ(update({{"network", "brand_new", 1}}), Lines{"network.brand_new 1"});
  EXPECT_THAT(std::string(refusal_text("network", "brand_new").sentence), HasSubstr("refused"));
}

}  // namespace
}  // namespace visavis::ops

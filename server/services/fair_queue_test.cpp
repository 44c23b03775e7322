#include "server/services/fair_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace visavis::services {
namespace {

using net::WebSocketId;
using ::testing::ElementsAre;

constexpr Duration kCheap = microseconds(10);

IpAddress address(std::uint8_t last) { return IpAddress::v4({192, 0, 2, last}); }

class FairQueueTest : public ::testing::Test {
 protected:
  void push(std::uint64_t source, std::uint8_t client, const std::string& text,
            std::size_t times = 1) {
    for (std::size_t i = 0; i < times; ++i) {
      queue_.push(WebSocketId{source}, address(client), static_cast<std::uint32_t>(source), text);
      clients_[source] = client;
    }
  }

  // Serves what is next at this cost. Nothing where nothing waits.
  std::optional<std::uint64_t> serve(Duration cost = kCheap) {
    const auto item = queue_.take();
    if (!item) return std::nullopt;
    const std::uint64_t source = item->source.value;
    text_ = item->text;
    EXPECT_EQ(item->tag, source);
    queue_.charge(item->source, address(clients_[source]), cost);
    return source;
  }

  // How often each source was served, of so many.
  std::map<std::uint64_t, int> serve_many(int count, Duration cost = kCheap) {
    std::map<std::uint64_t, int> served;
    for (int i = 0; i < count; ++i) {
      if (const auto source = serve(cost)) ++served[*source];
    }
    return served;
  }

  FairQueue queue_;
  std::map<std::uint64_t, std::uint8_t> clients_;
  std::string text_;  // of what was served last
};

TEST_F(FairQueueTest, KeepsTheOrderOfOneSource) {
  for (const char* text : {"a", "", "c", "dddd"}) push(1, 1, text);
  std::vector<std::string> served;
  while (serve()) served.push_back(text_);
  EXPECT_THAT(served, ElementsAre("a", "", "c", "dddd"));
  EXPECT_TRUE(queue_.empty());
  EXPECT_EQ(serve(), std::nullopt);
}

TEST_F(FairQueueTest, OneMessagePassesAThousandOfAnother) {
  push(1, 1, "flood", 1'000);
  serve_many(100);
  push(2, 2, "ping");
  EXPECT_EQ(serve(), 2);
  EXPECT_EQ(serve(), 1);
}

TEST_F(FairQueueTest, OneMessagePassesThoseOfTheSameAddress) {
  push(1, 1, "flood", 1'000);
  serve_many(100);
  push(2, 1, "ping");
  // Within the address its turn is next; the address had been served longer than its share.
  EXPECT_EQ(serve(), 2);
}

TEST_F(FairQueueTest, ManySourcesOfOneAddressHaveOneShare) {
  for (std::uint64_t source = 1; source <= 200; ++source) push(source, 1, "flood", 50);
  push(1'000, 2, "busy", 2'000);
  const auto served = serve_many(2'000);
  EXPECT_NEAR(served.at(1'000), 1'000, 50);
}

TEST_F(FairQueueTest, SourcesOfOneAddressShareIt) {
  push(1, 1, "much", 1'000);
  push(2, 1, "more", 2'000);
  const auto served = serve_many(1'000);
  EXPECT_NEAR(served.at(1), 500, 30);
}

TEST_F(FairQueueTest, CostlyMessagesCountForMore) {
  push(1, 1, "costly", 1'000);
  push(2, 2, "cheap", 10'000);
  int costly = 0;
  int cheap = 0;
  for (int i = 0; i < 1'100; ++i) {
    // It is known only afterwards what a message costs.
    const auto item = queue_.take();
    ASSERT_TRUE(item);
    const bool is_costly = item->source.value == 1;
    ++(is_costly ? costly : cheap);
    queue_.charge(item->source, address(is_costly ? 1 : 2),
                  is_costly ? microseconds(1'000) : microseconds(10));
  }
  EXPECT_NEAR(cheap / costly, 100, 10);
}

TEST_F(FairQueueTest, OneWhoComesBackAtOnceIsNotNewAgain) {
  push(1, 1, "flood", 1'000);
  push(2, 2, "flood", 1'000);
  int served_third = 0;
  // One message at a time, the next one as soon as the last is served.
  push(3, 3, "again");
  for (int i = 0; i < 900; ++i) {
    if (serve() == 3) {
      ++served_third;
      push(3, 3, "again");
    }
  }
  EXPECT_NEAR(served_third, 300, 30);
}

TEST_F(FairQueueTest, DebtOutlastsTheSourceThatMadeIt) {
  push(1, 1, "flood", 100);
  push(9, 2, "busy", 1'000);
  EXPECT_EQ(serve(microseconds(3'000)), 1);
  const auto dropped = queue_.forget(WebSocketId{1}, address(1));
  EXPECT_EQ(dropped.items, 99);
  EXPECT_EQ(dropped.text_bytes, 99 * 5);
  push(2, 1, "flood", 100);  // a new WebSocket of the same address
  EXPECT_EQ(serve_many(250)[2], 0);
  EXPECT_GT(serve_many(100)[2], 0);
}

TEST_F(FairQueueTest, OneChargeIsBounded) {
  push(1, 1, "unlucky", 2);
  push(2, 2, "busy", 1'000);
  EXPECT_EQ(serve(seconds(3'600)), 1);
  EXPECT_EQ(serve_many(600)[1], 1);
}

TEST_F(FairQueueTest, ForgetsDebtsOnceNobodyWaits) {
  push(1, 1, "costly");
  serve(FairQueue::kChargeMax);
  push(1, 1, "next");
  push(2, 2, "other", 100);
  EXPECT_EQ(serve(), 1);
}

TEST_F(FairQueueTest, ForgetsWhoeverIsGone) {
  push(1, 1, "a", 3);
  push(2, 1, "b", 2);
  queue_.forget(WebSocketId{1}, address(1));
  queue_.forget(WebSocketId{7}, address(7));
  EXPECT_EQ(serve(), 2);
  queue_.forget(WebSocketId{2}, address(1));
  EXPECT_TRUE(queue_.empty());
  EXPECT_EQ(serve(), std::nullopt);
}

// Against a model: nothing is lost, added or reordered, whoever comes, leaves and pays.
TEST_F(FairQueueTest, LosesNothing) {
  std::mt19937 random(7);  // NOLINT: the same each time
  std::map<std::uint64_t, std::vector<std::string>> model;
  std::size_t waiting = 0;
  for (int step = 0; step < 50'000; ++step) {
    const std::uint64_t source = random() % 30;
    const auto client = static_cast<std::uint8_t>(source % 7);
    const auto what = random() % 20;
    if (what < 9) {
      const std::string text = std::to_string(step);
      push(source, client, text);
      model[source].push_back(text);
      ++waiting;
    } else if (what < 19) {
      const auto served = serve(microseconds(random() % 800));
      ASSERT_EQ(served.has_value(), waiting > 0);
      if (!served) continue;
      ASSERT_FALSE(model[*served].empty());
      ASSERT_EQ(text_, model[*served].front());
      model[*served].erase(model[*served].begin());
      --waiting;
    } else {
      ASSERT_EQ(queue_.forget(WebSocketId{source}, address(client)).items, model[source].size());
      waiting -= model[source].size();
      model[source].clear();
    }
    ASSERT_EQ(queue_.empty(), waiting == 0);
  }
}

}  // namespace
}  // namespace visavis::services

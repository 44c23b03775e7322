#include "core/signaling/model/skeleton.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/signaling/model/confusables.h"

namespace visavis::signaling {
namespace {

bool drawn_alike(std::string_view a, std::string_view b) {
  return skeleton_as_drawn(a) == skeleton_as_drawn(b);
}
bool spelled_alike(std::string_view a, std::string_view b) {
  return skeleton_as_spelled(a) == skeleton_as_spelled(b);
}

TEST(Skeleton, TakesLettersOfOtherScriptsForWhatTheyLookLike) {
  EXPECT_TRUE(drawn_alike("Ana", "\u0410n\u0430"));          // Cyrillic
  EXPECT_TRUE(drawn_alike("Bob", "\u0392\u03BFb"));          // Greek
  EXPECT_TRUE(drawn_alike("Ana", "\U0001D400\U0001D427a"));  // mathematical bold
  EXPECT_TRUE(drawn_alike("paypal", "paypaI"));
  EXPECT_TRUE(drawn_alike("Ian", "lan"));
  EXPECT_TRUE(drawn_alike("modern", "modem"));
  EXPECT_TRUE(drawn_alike("O'Neil", "O\u2019Neil"));
}

TEST(Skeleton, IgnoresCaseAndWhatIsInvisible) {
  EXPECT_TRUE(spelled_alike("ALICE", "Alice"));
  EXPECT_FALSE(drawn_alike("ALICE", "Alice"));  // its I is drawn like an l: so both are asked
  EXPECT_TRUE(spelled_alike("marie", "Marie"));
  EXPECT_TRUE(drawn_alike("\u0645\u06CC\u200C\u062E", "\u0645\u06CC\u062E"));
}

TEST(Skeleton, TellsApartWhatAReaderDoes) {
  for (const auto& [a, b] : {std::pair{"Elia", "Ella"}, std::pair{"Zoe", "Zo\u00EB"},
                             std::pair{"Ana", "Anna"}, std::pair{"\u5B89", "\u5B9A"}}) {
    EXPECT_FALSE(drawn_alike(a, b)) << a << " " << b;
    EXPECT_FALSE(spelled_alike(a, b)) << a << " " << b;
  }
}

TEST(Skeleton, IsBounded) {
  std::string blessings;
  for (int i = 0; i < 64; ++i) blessings += "\uFDFA";
  EXPECT_LE(skeleton_as_drawn(blessings).size(), 256U);
}

TEST(Confusables, AreInOrderAndComplete) {
  const auto table = confusables();
  EXPECT_GT(table.size(), 5'000U);
  EXPECT_TRUE(std::is_sorted(table.begin(), table.end(),
                             [](auto& a, auto& b) { return a.point < b.point; }));
  for (const Confusable& entry : table) {
    ASSERT_LE(entry.at + entry.size, confusable_texts().size());
  }
}

}  // namespace
}  // namespace visavis::signaling

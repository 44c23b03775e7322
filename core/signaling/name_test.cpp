#include "core/signaling/name.h"

#include <gtest/gtest.h>

namespace visavis::signaling {
namespace {

std::string clean(std::string_view text) { return clean_name(text, 64).value_or("<refused>"); }

TEST(CleanName, FoldsWhiteSpaceAndComposes) {
  EXPECT_EQ(clean("  Ana\t\n B\u00A0 C "), "Ana B C");
  EXPECT_EQ(clean("e\u0301"), "\u00E9");
}

TEST(CleanName, RemovesControlsFormattingAndOverrides) {
  EXPECT_EQ(clean("A\u202Ena\u0000b\u200B\uFEFF\u00AD"), "Ana");  // the literal ends at its NUL
  EXPECT_EQ(clean(std::string_view("A\0na", 4)), "Ana");
  EXPECT_EQ(clean("\uE000A\U000F0000"), "A");
  EXPECT_EQ(clean("\u0301A"), "A");  // a mark with nothing to stand on
}

TEST(CleanName, KeepsJoinersInsideAWordOnly) {
  const std::string family = "\U0001F469\u200D\U0001F467";
  EXPECT_EQ(clean(family), family);
  EXPECT_EQ(clean("\u200DAna\u200D"), "Ana");
}

TEST(CleanName, RefusesNothingVisibleAndTooMuch) {
  for (const char* text : {"", " ", "\u200B", "\u202E\u202C", "\u0301", "\u2028"}) {
    EXPECT_EQ(clean(text), "<refused>");
  }
  EXPECT_EQ(clean(std::string(64, 'x')), std::string(64, 'x'));
  EXPECT_EQ(clean(std::string(65, 'x')), "<refused>");
  EXPECT_EQ(clean("\xFF"), "<refused>");
  std::string umlauts;
  for (int i = 0; i < 64; ++i) umlauts += "\u00FC";
  EXPECT_EQ(clean(umlauts), umlauts);  // characters, not bytes
}

TEST(CleanName, IsIdempotent) {
  for (const char* text :
       {"a\u200B\u0301", "A \u0301 b", "\u1112\u1161\u11AB", "x\u200D \u200Dy"}) {
    const std::string once = clean(text);
    EXPECT_EQ(clean(once), once);
  }
}

TEST(Search, IgnoresCaseAccentsAndOrder) {
  const std::string name = fold_for_search("Zo\u00EB \u00C5ngstr\u00F6m");
  EXPECT_TRUE(matches_search(name, fold_for_search("ANG zoe")));
  EXPECT_TRUE(matches_search(name, fold_for_search("")));
  EXPECT_FALSE(matches_search(name, fold_for_search("zoe bo")));
}

}  // namespace
}  // namespace visavis::signaling

#include "core/signaling/model/name.h"

#include <gtest/gtest.h>

namespace visavis::signaling {
namespace {

std::string clean(std::string_view text) {
  const auto name = clean_name(text, 64);
  if (name) return *name;
  return name.error() == NameProblem::kTooLong ? "<too long>" : "<nothing to see>";
}

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
  const std::string family = "Ana \U0001F469\u200D\U0001F467";
  EXPECT_EQ(clean(family), family);
  EXPECT_EQ(clean("\u200DAna\u200D"), "Ana");
  EXPECT_EQ(clean("A\u200Dn\u200Ca"), "Ana");  // Latin letters do not join
  const std::string persian = "\u0645\u06CC\u200C\u062E\u0648\u0627\u0646";
  EXPECT_EQ(clean(persian), persian);
}

TEST(CleanName, RemovesWhatShowsNothing) {
  for (const char* blank :
       {"\u3164", "\uFFA0", "\u115F", "\u1160", "\u2800", "\u034F", "\u061C", "\u17B4", "\u180E",
        "\uFE0F", "\U000E0041", "\U000E0101", "\U0001D159", "\U0001D173", "\uFFFC", "\U00013441"}) {
    EXPECT_EQ(clean(blank), "<nothing to see>") << blank;
    EXPECT_EQ(clean(std::string("A") + blank + "na"), "Ana") << blank;
  }
}

TEST(CleanName, KeepsVariationSelectorsWhereTheyMeanSomething) {
  for (const char* name : {"Ana \u2764\uFE0F", "Ana 1\uFE0F\u20E3", "\u845B\U000E0100\u57CE",
                           "Ana \u2764\uFE0F\u200D\U0001F525"}) {
    EXPECT_EQ(clean(name), name);
  }
  EXPECT_EQ(clean("Ana \u2764\uFE0F\uFE0F"), "Ana \u2764\uFE0F");
}

TEST(CleanName, NeedsALetterOrADigit) {
  for (const char* text : {"", " ", "\u200B", "\u202E\u202C", "\u0301", "\u2028", "\u2800\u3164",
                           "\U0001F469\u200D\U0001F467", "-", "...", "\u20AC", "\xFF"}) {
    EXPECT_EQ(clean(text), "<nothing to see>") << text;
  }
  for (const char* name : {"7", "a", "\u5B89", "\u0661", "\u2167"}) EXPECT_EQ(clean(name), name);
  EXPECT_EQ(explain(NameProblem::kNothingToSee, 64),
            "name needs a letter or a digit that can be seen.");
}

TEST(CleanName, RefusesTooMuch) {
  EXPECT_EQ(clean(std::string(64, 'x')), std::string(64, 'x'));
  EXPECT_EQ(clean(std::string(65, 'x')), "<too long>");
  std::string umlauts;
  for (int i = 0; i < 64; ++i) umlauts += "\u00FC";
  EXPECT_EQ(clean(umlauts), umlauts);  // characters, not bytes
}

TEST(CleanName, StacksTwoMarksAtMost) {
  std::string tower = "x";
  for (int i = 0; i < 30; ++i) tower += "\u0301\u0316";
  EXPECT_EQ(clean(tower + "y"), "x\u0316\u0301y");
  // Composing sorts them by where they stand, and the same one does not come twice.
  EXPECT_EQ(clean(tower), "x\u0316\u0301");
  EXPECT_EQ(clean("x\u0301\u0302\u0303\u0304y\u0301\u0302\u0303"), "x\u0301\u0302\u00FD\u0302");
  EXPECT_EQ(clean("\u0E2A\u0E49\u0E49\u0E49\u0E49"), "\u0E2A\u0E49");  // Thai
  EXPECT_EQ(clean("\u05D0\u05B0\u05B1\u05B2\u05B3"), "\u05D0\u05B0\u05B1\u05B2");
  // What a joiner or a spacing mark stands between is still one letter's.
  EXPECT_EQ(clean("\u1000\u102D\u200D\u102F\u1031\u1032\u1036"),
            "\u1000\u102D\u200D\u102F\u1031\u1032");
}

TEST(CleanName, LeavesRealNamesAsTheyAre) {
  for (const char* name :
       {"Nguy\u1EC5n Th\u1ECB Ng\u1ECDc \u00C1nh",
        "\u0E19\u0E49\u0E33\u0E1C\u0E36\u0E49\u0E07 \u0E17\u0E35\u0E48\u0E23\u0E31\u0E01",  // Thai
        "\u05E9\u05B8\u05C1\u05E8\u05D5\u05B9\u05DF",        // Hebrew with points
        "\u05E9\u05B8\u05BC\u05C1\u05E8\u05B8\u05D4",        // three on one letter
        "\u0645\u064F\u062D\u064E\u0645\u064E\u0651\u062F",  // Arabic with vowels
        "\u0639\u0628\u062F \u0627\u0644\u0644\u0651\u0670\u0647",
        "\u0915\u0941\u0902\u0935\u0930 \u091C\u093C\u0941\u0902",             // Devanagari
        "\u09B6\u09CD\u09B0\u09C0\u09AE\u09A4\u09C0",                          // Bengali
        "\u0BB8\u0BCD\u0BB0\u0BC0\u0BA8\u0BBF\u0BB5\u0BBE\u0B9A\u0BA9\u0BCD",  // Tamil
        "\u101C\u103E\u102D\u102F\u1004\u103A \u1014\u103D\u1032\u1037",       // Burmese
        "\u0F66\u0F92\u0FB2\u0F7C\u0F63\u0F0B\u0F58",  // Tibetan: three below, one above
        "\u179F\u17D2\u179A\u17B8\u1793\u17B6\u1784",  // Khmer
        "\U00011107\U00011127\U0001110B\U00011134\U0001111F\U00011133\U00011126",  // Chakma
        "\uAE40\uCCA0\uC218", "\u5C71\u7530\u592A\u90CE", "\u304C\u304E",
        "\u0418\u0301\u0433\u043E\u0440\u044C \u0419", "\u1F82\u03B4\u03B7\u03C2",
        "O'Neil-S\u00F8rensen Jr. 3"}) {
    EXPECT_EQ(clean(name), name);
  }
}

TEST(CleanName, IsIdempotent) {
  for (const char* text :
       {"a\u200B\u0301", "a\u200B\u0301\u0302\u0303\u0304", "\u05D0\u05B0\u05B1\u05B2\u05B3",
        "A \u0301 b", "\u1112\u1161\u11AB", "x\u200D \u200Dy"}) {
    const std::string once = clean(text);
    EXPECT_EQ(clean(once), once);
  }
}

TEST(FoldForSearch, IgnoresCaseAccentsAndCompatibilityForms) {
  EXPECT_EQ(fold_for_search("Zo\u00EB \u00C5ngstr\u00F6m \uFF21\uFB01"), "zoe angstrom afi");
}

TEST(FoldForSearch, IsBounded) {
  std::string blessings;
  for (int i = 0; i < 64; ++i) blessings += "\uFDFA";  // each folds to eighteen characters
  const std::string folded = fold_for_search(blessings);
  EXPECT_LE(folded.size(), kFoldedBytesMax);
  EXPECT_GT(folded.size(), kFoldedBytesMax - 4);
  EXPECT_EQ(fold_for_search(folded), folded);  // not cut within a character
  std::string longest;
  for (int i = 0; i < 64; ++i) longest += "\U00020000";
  EXPECT_EQ(fold_for_search(longest), longest);
}

}  // namespace
}  // namespace visavis::signaling

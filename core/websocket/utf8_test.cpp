#include "core/websocket/utf8.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace visavis::websocket {
namespace {

std::string encode(std::uint32_t code_point) {
  const auto tail = [code_point](int shift) {
    return static_cast<char>(0x80 | (code_point >> shift & 0x3F));
  };
  if (code_point < 0x80) return {static_cast<char>(code_point)};
  if (code_point < 0x800) return {static_cast<char>(0xC0 | code_point >> 6), tail(0)};
  if (code_point < 0x10000) return {static_cast<char>(0xE0 | code_point >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xF0 | code_point >> 18), tail(12), tail(6), tail(0)};
}

bool valid(std::string_view text) { return is_valid_utf8(as_bytes(text)); }

// How many bytes are taken before the text is refused, given one by one; all of them if it never
// is.
std::size_t accepted_prefix(std::string_view text) {
  Utf8Validator validator;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!validator.consume(as_bytes(text.substr(i, 1)))) return i;
  }
  return text.size();
}

TEST(Utf8, EveryCodePointButSurrogates) {
  for (std::uint32_t code_point = 0; code_point <= 0x10FFFF; ++code_point) {
    const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
    ASSERT_EQ(valid(encode(code_point)), !surrogate) << std::hex << code_point;
  }
}

TEST(Utf8, NothingBeyondTheLastCodePoint) {
  EXPECT_FALSE(valid(encode(0x110000)));
  EXPECT_FALSE(valid("\xF5\x80\x80\x80"));
  EXPECT_FALSE(valid("\xFF"));
}

TEST(Utf8, NoOverlongForms) {
  for (const char* text : {"\xC0\xAF", "\xC1\xBF", "\xE0\x80\xAF", "\xE0\x9F\xBF",
                           "\xF0\x80\x80\xAF", "\xF0\x8F\xBF\xBF"}) {
    EXPECT_FALSE(valid(text));
  }
}

TEST(Utf8, NoLoneTailsAndNoCutCharacters) {
  EXPECT_FALSE(valid("\x80"));
  EXPECT_FALSE(valid("a\xBF"));
  EXPECT_FALSE(valid("\xC3"));
  EXPECT_FALSE(valid("\xE2\x82"));
  EXPECT_FALSE(valid("\xF0\x9F\x98"));
  EXPECT_FALSE(
      valid("\xC3"
            "a"));
}

TEST(Utf8, RefusesAtTheFirstByteThatCannotBeRight) {
  EXPECT_EQ(accepted_prefix("ab\xC0\xAF"), 2U);
  EXPECT_EQ(accepted_prefix("\xED\xA0\x80"), 1U);
  EXPECT_EQ(accepted_prefix("\xF4\x90\x80\x80"), 1U);
  EXPECT_EQ(accepted_prefix("\xE2\x82"
                            "a"),
            2U);
}

TEST(Utf8, AnyCuttingOfAValidTextIsValid) {
  const std::string text =
      "Vis-à-vis: \xE2\x82\xAC \xF0\x9F\x98\x80 κόσμε, plain ASCII for a few words";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    Utf8Validator validator;
    EXPECT_TRUE(validator.consume(as_bytes(text.substr(0, cut))));
    EXPECT_TRUE(validator.consume(as_bytes(text.substr(cut))));
    EXPECT_TRUE(validator.complete());
  }
}

TEST(Utf8, KnowsWhenACharacterIsIncomplete) {
  Utf8Validator validator;
  EXPECT_TRUE(validator.complete());
  EXPECT_TRUE(validator.consume(as_bytes("\xE2\x82")));
  EXPECT_FALSE(validator.complete());
  EXPECT_TRUE(validator.consume(as_bytes("\xAC")));
  EXPECT_TRUE(validator.complete());
}

// The fast path reads eight bytes at a time.
TEST(Utf8, FindsTheBadByteAtEveryPosition) {
  for (std::size_t position = 0; position < 40; ++position) {
    std::string text(40, 'x');
    EXPECT_TRUE(valid(text));
    text[position] = '\xFF';
    EXPECT_FALSE(valid(text)) << position;
  }
}

}  // namespace
}  // namespace visavis::websocket

#include "core/base/base64url.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace visavis {
namespace {

// RFC 4648 section 10, without padding.
const std::vector<std::pair<std::string, std::string>> kVectors = {
    {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
    {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"},
};

std::vector<std::uint8_t> decoded(std::string_view text, std::size_t size) {
  std::vector<std::uint8_t> out(size);
  EXPECT_TRUE(from_base64url(text, out)) << text;
  return out;
}

bool decodes(std::string_view text, std::size_t size) {
  std::vector<std::uint8_t> out(size);
  return from_base64url(text, out);
}

TEST(Base64url, EncodesTheVectorsOfTheStandard) {
  for (const auto& [bytes, text] : kVectors) EXPECT_EQ(to_base64url(as_bytes(bytes)), text);
}

TEST(Base64url, DecodesTheVectorsOfTheStandard) {
  for (const auto& [bytes, text] : kVectors) {
    EXPECT_EQ(as_text(decoded(text, bytes.size())), bytes);
  }
}

TEST(Base64url, UsesTheTwoDigitsThatAreSafeInUrls) {
  const std::array<std::uint8_t, 3> bytes = {0xFB, 0xFF, 0xBF};
  EXPECT_EQ(to_base64url(bytes), "-_-_");
  EXPECT_EQ(decoded("-_-_", 3), std::vector<std::uint8_t>({0xFB, 0xFF, 0xBF}));
}

TEST(Base64url, AppendsAfterWhatIsThere) {
  std::string out = "v1.";
  append_base64url(out, as_bytes("foo"));
  EXPECT_EQ(out, "v1.Zm9v");
}

TEST(Base64url, EveryByteAtEveryPositionComesBack) {
  for (std::size_t size = 1; size <= 4; ++size) {
    for (std::size_t position = 0; position < size; ++position) {
      for (int value = 0; value < 256; ++value) {
        std::vector<std::uint8_t> bytes(size, 0x5A);
        bytes[position] = static_cast<std::uint8_t>(value);
        EXPECT_EQ(decoded(to_base64url(bytes), size), bytes);
      }
    }
  }
}

TEST(Base64url, RefusesWhatIsNotADigit) {
  for (int value = 0; value < 256; ++value) {
    const std::string text = {'Z', 'm', '9', static_cast<char>(value)};
    const bool is_digit = value < 128 && (std::isalnum(value) || value == '-' || value == '_');
    EXPECT_EQ(decodes(text, 3), is_digit) << value;
  }
}

TEST(Base64url, RefusesPaddingAndWrongSizes) {
  EXPECT_FALSE(decodes("Zg==", 1));
  EXPECT_FALSE(decodes("Zm9v", 2));
  EXPECT_FALSE(decodes("Zm9v", 4));
  EXPECT_FALSE(decodes("Z", 0));
  EXPECT_FALSE(decodes("", 1));
}

// A token has one spelling, or two spellings could pass for two tokens.
TEST(Base64url, RefusesUnusedBitsThatAreNotZero) {
  EXPECT_TRUE(decodes("Zg", 1));
  EXPECT_FALSE(decodes("Zh", 1));
  EXPECT_TRUE(decodes("Zm8", 2));
  EXPECT_FALSE(decodes("Zm9", 2));
}

TEST(Base64url, IdsHaveATextForm) {
  using TestId = RandomId<struct TestTag, 16>;
  TestId id;
  for (std::size_t i = 0; i < id.bytes.size(); ++i) id.bytes[i] = static_cast<std::uint8_t>(i);
  const std::string text = to_text(id);
  EXPECT_EQ(text, "AAECAwQFBgcICQoLDA0ODw");
  EXPECT_EQ(parse_id<TestId>(text), id);
  EXPECT_EQ(parse_id<TestId>(text.substr(1)), std::nullopt);
  EXPECT_EQ(parse_id<TestId>(""), std::nullopt);
}

}  // namespace
}  // namespace visavis

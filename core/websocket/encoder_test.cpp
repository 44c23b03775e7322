#include "core/websocket/encoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/base/close_code.h"

namespace visavis::websocket {
namespace {

using ::testing::ElementsAre;

std::vector<int> header(Opcode opcode, std::size_t size) {
  const FrameHeader encoded = frame_header(opcode, size);
  const ByteView view = encoded.view();
  return {view.begin(), view.end()};
}

std::string frame(Opcode opcode, std::string_view payload) {
  std::string out;
  append_frame(out, opcode, payload);
  return out;
}

std::string close_frame(std::uint16_t code, std::string_view reason) {
  std::string out;
  append_close_frame(out, code, reason);
  return out;
}

// RFC 6455 section 5.7.
TEST(Encoder, ExamplesOfTheStandard) {
  EXPECT_EQ(frame(Opcode::kText, "Hello"), "\x81\x05Hello");
  EXPECT_EQ(frame(Opcode::kPing, "Hello"), "\x89\x05Hello");
  EXPECT_THAT(header(Opcode::kBinary, 256), ElementsAre(0x82, 0x7E, 0x01, 0x00));
  EXPECT_THAT(header(Opcode::kBinary, 65'536), ElementsAre(0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0));
}

TEST(Encoder, LengthsTakeTheirShortestForm) {
  EXPECT_THAT(header(Opcode::kText, 0), ElementsAre(0x81, 0));
  EXPECT_THAT(header(Opcode::kText, 125), ElementsAre(0x81, 125));
  EXPECT_THAT(header(Opcode::kText, 126), ElementsAre(0x81, 126, 0, 126));
  EXPECT_THAT(header(Opcode::kText, 65'535), ElementsAre(0x81, 126, 0xFF, 0xFF));
  EXPECT_THAT(header(Opcode::kText, 0x0102030405060708),
              ElementsAre(0x81, 127, 1, 2, 3, 4, 5, 6, 7, 8));
}

TEST(Encoder, AppendsAfterWhatIsThere) {
  std::string out = frame(Opcode::kText, "a");
  append_frame(out, Opcode::kPong, "b");
  append_close_frame(out, kCloseNormal, "");
  EXPECT_EQ(out, std::string("\x81\x01"
                             "a\x8A\x01"
                             "b\x88\x02\x03\xE8"));
}

TEST(Encoder, CloseFrameHasCodeAndReason) {
  EXPECT_EQ(close_frame(kCloseServiceRestart, "bye"),
            "\x88\x05\x03\xF4"
            "bye");
}

TEST(Encoder, CloseFrameWithoutStatusIsEmpty) {
  EXPECT_EQ(close_frame(kCloseNoStatus, "ignored"), std::string("\x88\x00", 2));
}

TEST(Encoder, CloseReasonIsCutToFit) {
  EXPECT_EQ(close_frame(kClosePolicy, std::string(123, 'x')),
            "\x88\x7D\x03\xF0" + std::string(123, 'x'));
  EXPECT_EQ(close_frame(kClosePolicy, std::string(124, 'x')),
            "\x88\x7D\x03\xF0" + std::string(123, 'x'));
}

TEST(Encoder, CloseReasonIsNotCutInsideACharacter) {
  const std::string euro = "\xE2\x82\xAC";
  EXPECT_EQ(close_frame(kClosePolicy, std::string(122, 'x') + euro),
            "\x88\x7C\x03\xF0" + std::string(122, 'x'));
  EXPECT_EQ(close_frame(kClosePolicy, std::string(121, 'x') + euro),
            "\x88\x7B\x03\xF0" + std::string(121, 'x'));
  EXPECT_EQ(close_frame(kClosePolicy, std::string(120, 'x') + euro),
            "\x88\x7D\x03\xF0" + std::string(120, 'x') + euro);
}

}  // namespace
}  // namespace visavis::websocket

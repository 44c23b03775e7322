#include "core/turn/stream_framer.h"

#include <gtest/gtest.h>

#include "core/stun/test_support.h"

namespace visavis::turn {
namespace {

using stun::from_hex;

// "message/frame", "more" or "close".
std::string frame(std::string_view hex) {
  const auto bytes = from_hex(hex);
  const auto frame = next_stream_frame(bytes);
  if (!frame) return "close";
  if (frame->message_bytes == 0) return "more";
  EXPECT_LE(frame->frame_bytes, kStreamFrameBytesMax);
  return std::to_string(frame->message_bytes) + "/" + std::to_string(frame->frame_bytes);
}

TEST(StreamFramer, StunMessagesSayTheirLengthWithoutTheHeader) {
  EXPECT_EQ(frame("00 01 00 00"), "20/20");
  EXPECT_EQ(frame("00 03 00 24 21 12 a4 42"), "56/56");
  EXPECT_EQ(frame("01 01 ff fc"), "65552/65552");
}

TEST(StreamFramer, ChannelDataIsPadded) {
  EXPECT_EQ(frame("40 00 00 00"), "4/4");
  EXPECT_EQ(frame("40 01 00 05"), "9/12");
  EXPECT_EQ(frame("4f ff 00 08 01 02"), "12/12");
  EXPECT_EQ(frame("40 00 ff ff"), "65539/65540");
  EXPECT_EQ(frame("7f ff 00 08"), "12/12") << "a channel number of RFC 5766";
}

TEST(StreamFramer, UntilTheLengthIsThereMoreMustBeRead) {
  EXPECT_EQ(frame(""), "more");
  EXPECT_EQ(frame("00"), "more");
  EXPECT_EQ(frame("00 01 00"), "more");
  EXPECT_EQ(frame("40 00 00"), "more");
}

TEST(StreamFramer, AnythingElseIsNoSuchStream) {
  EXPECT_EQ(frame("04"), "close");
  EXPECT_EQ(frame("3f"), "close");
  EXPECT_EQ(frame("16 03 01 02"), "close") << "TLS";
  EXPECT_EQ(frame("80 00 00 00"), "close") << "RTP";
  EXPECT_EQ(frame("00 01 00 02"), "close") << "no multiple of 4";
  EXPECT_EQ(frame("00 01 00 00 21 12 a4 43"), "close") << "no cookie";
}

}  // namespace
}  // namespace visavis::turn

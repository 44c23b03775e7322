#include "core/websocket/decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/base/close_code.h"
#include "core/websocket/test_client.h"

namespace visavis::websocket {
namespace {

using test::close_frame;
using test::decode;
using test::frame;
using test::kFin;
using test::ping_frame;
using test::Seen;
using test::text_frame;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::uint8_t kContinuation = 0x0;
constexpr std::uint8_t kText = 0x1;
constexpr std::uint8_t kBinary = 0x2;
constexpr std::uint8_t kClose = 0x8;
constexpr std::uint8_t kPing = 0x9;
constexpr std::uint8_t kPong = 0xA;

const std::string kSmiley = "\xF0\x9F\x98\x80";

Seen text(std::string payload) { return {EventKind::kText, std::move(payload)}; }
Seen ping(std::string payload) { return {EventKind::kPing, std::move(payload)}; }
Seen closed(std::uint16_t code, std::string reason = {}) {
  return {EventKind::kClose, std::move(reason), code};
}

// The code of the failure that ends the stream, however it is cut; 0 if there is none.
std::uint16_t failure(std::string_view stream, DecoderLimits limits = {}) {
  const auto whole = decode(stream, SIZE_MAX, limits);
  EXPECT_EQ(decode(stream, 1, limits), whole);
  return !whole.empty() && whole.back().kind == EventKind::kFailure ? whole.back().close_code : 0;
}

// RFC 6455 section 5.7, the examples that a client sends.
TEST(Decoder, ExamplesOfTheStandard) {
  const std::string masked_hello = "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
  EXPECT_THAT(decode(masked_hello), ElementsAre(text("Hello")));
  const std::string masked_pong = "\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
  EXPECT_THAT(decode(masked_pong), ElementsAre(Seen{EventKind::kPong, "Hello"}));
}

// The same section's other examples, which only a server may send.
TEST(Decoder, RefusesUnmaskedFrames) {
  EXPECT_EQ(failure("\x81\x05Hello"), kCloseProtocolError);
  EXPECT_EQ(failure("\x01\x03Hel"), kCloseProtocolError);
  EXPECT_EQ(failure("\x89\x05Hello"), kCloseProtocolError);
}

TEST(Decoder, GivesEveryKindOfEvent) {
  const std::string stream = text_frame("a") + frame(kFin | kBinary, std::string("\x00\xFF", 2)) +
                             ping_frame("b") + frame(kFin | kPong, "c") + close_frame(1000, "d");
  EXPECT_THAT(decode(stream),
              ElementsAre(text("a"), Seen{EventKind::kBinary, std::string("\x00\xFF", 2)},
                          ping("b"), Seen{EventKind::kPong, "c"}, closed(1000, "d")));
}

TEST(Decoder, EmptyMessages) {
  EXPECT_THAT(decode(text_frame("") + ping_frame("") + frame(kFin | kClose, "")),
              ElementsAre(text(""), ping(""), closed(kCloseNoStatus)));
}

TEST(Decoder, LengthsAroundEveryForm) {
  for (const std::size_t size : {1U, 125U, 126U, 127U, 65'535U, 65'536U}) {
    const std::string payload(size, 'x');
    EXPECT_THAT(decode(text_frame(payload)), ElementsAre(text(payload))) << size;
    EXPECT_THAT(decode(text_frame(payload), 1'000), ElementsAre(text(payload))) << size;
  }
}

TEST(Decoder, WholeFrameIsNotCopied) {
  std::string stream = text_frame("Hello");
  MutableByteView input(reinterpret_cast<std::uint8_t*>(stream.data()), stream.size());
  Decoder decoder({});
  const Event event = decoder.next(input);
  EXPECT_EQ(event.payload, "Hello");
  EXPECT_EQ(event.payload.data(), stream.data() + 6);
  EXPECT_EQ(decoder.buffered_bytes(), 0U);
  EXPECT_TRUE(input.empty());
}

TEST(Decoder, RefusesReservedBits) {
  for (const int bit : {0x10, 0x20, 0x40}) {
    EXPECT_EQ(failure(frame(static_cast<std::uint8_t>(kFin | bit | kText), "")),
              kCloseProtocolError);
  }
}

TEST(Decoder, RefusesUnknownOpcodes) {
  for (const int opcode : {0x3, 0x4, 0x5, 0x6, 0x7, 0xB, 0xC, 0xD, 0xE, 0xF}) {
    EXPECT_EQ(failure(frame(static_cast<std::uint8_t>(kFin | opcode), "")), kCloseProtocolError);
  }
}

TEST(Decoder, ControlFramesAreShortAndWhole) {
  for (const std::uint8_t opcode : {kPing, kPong, kClose}) {
    EXPECT_EQ(failure(frame(kFin | opcode, std::string(126, 'x'))), kCloseProtocolError);
    EXPECT_EQ(failure(frame(opcode, "x")), kCloseProtocolError) << "fragmented";
  }
  EXPECT_THAT(decode(ping_frame(std::string(125, 'x'))), ElementsAre(ping(std::string(125, 'x'))));
}

TEST(Decoder, LengthsMustBeInTheirShortestForm) {
  const std::string first(1, static_cast<char>(kFin | kBinary));
  const std::string key(4, '\0');
  EXPECT_EQ(failure(first + "\xFE" + test::big_endian(125, 2)), kCloseProtocolError);
  EXPECT_EQ(failure(first + "\xFE" + test::big_endian(126, 2) + key + std::string(126, 'x')), 0);
  EXPECT_EQ(failure(first + "\xFF" + test::big_endian(65'535, 8)), kCloseProtocolError);
  EXPECT_EQ(failure(first + "\xFF" + test::big_endian(65'536, 8) + key + std::string(65'536, 'x')),
            0);
  EXPECT_EQ(failure(first + "\xFF" + test::big_endian(1ULL << 63, 8)), kCloseProtocolError);
}

TEST(Decoder, FailsAtTheFirstByteThatCannotBeRight) {
  EXPECT_EQ(failure("\xF1"), kCloseProtocolError) << "before the length";
  EXPECT_EQ(failure("\x81\x05"), kCloseProtocolError) << "before the key";
  EXPECT_EQ(failure(text_frame("\xFFxxxxxxxx").substr(0, 7)), kCloseInvalidPayload)
      << "before the rest";
}

TEST(Decoder, JoinsFragments) {
  EXPECT_THAT(decode(frame(kText, "Hel") + frame(kFin | kContinuation, "lo")),
              ElementsAre(text("Hello")));
  EXPECT_THAT(decode(frame(kText, "") + frame(kContinuation, "") + frame(kFin | kContinuation, "")),
              ElementsAre(text("")));
  EXPECT_THAT(decode(frame(kBinary, "a") + frame(kFin | kContinuation, "\xFF")),
              ElementsAre(Seen{EventKind::kBinary, "a\xFF"}));
}

TEST(Decoder, ControlFramesMayComeBetweenFragments) {
  const std::string stream = frame(kText, "Hel") + ping_frame("1") + frame(kContinuation, "l") +
                             ping_frame("2") + frame(kFin | kContinuation, "o") +
                             text_frame("next");
  EXPECT_THAT(decode(stream), ElementsAre(ping("1"), ping("2"), text("Hello"), text("next")));
  EXPECT_THAT(decode(frame(kText, "Hel") + close_frame(1001)), ElementsAre(closed(1001)));
}

TEST(Decoder, RefusesContinuationOfNothing) {
  EXPECT_EQ(failure(frame(kContinuation, "x")), kCloseProtocolError);
  EXPECT_EQ(failure(frame(kFin | kContinuation, "x")), kCloseProtocolError);
  EXPECT_EQ(failure(text_frame("whole") + frame(kFin | kContinuation, "x")), kCloseProtocolError);
}

TEST(Decoder, RefusesANewMessageInsideAFragmentedOne) {
  EXPECT_EQ(failure(frame(kText, "a") + text_frame("b")), kCloseProtocolError);
  EXPECT_EQ(failure(frame(kText, "a") + frame(kBinary, "b")), kCloseProtocolError);
}

TEST(Decoder, TextMustBeUtf8) {
  EXPECT_EQ(failure(text_frame("\xC3\x28")), kCloseInvalidPayload);
  EXPECT_EQ(failure(text_frame(kSmiley.substr(0, 3))), kCloseInvalidPayload);
  EXPECT_THAT(decode(text_frame(kSmiley)), ElementsAre(text(kSmiley)));
  EXPECT_EQ(failure(frame(kFin | kBinary, "\xC3\x28")), 0) << "binary is not text";
}

TEST(Decoder, CharactersMayBeCutByFragmentsButNotByTheEnd) {
  for (std::size_t cut = 0; cut <= kSmiley.size(); ++cut) {
    EXPECT_THAT(decode(frame(kText, kSmiley.substr(0, cut)) +
                       frame(kFin | kContinuation, kSmiley.substr(cut))),
                ElementsAre(text(kSmiley)));
  }
  EXPECT_EQ(failure(frame(kText, kSmiley) + frame(kFin | kContinuation, kSmiley.substr(0, 2))),
            kCloseInvalidPayload);
}

TEST(Decoder, BadTextFailsBeforeTheMessageEnds) {
  EXPECT_EQ(failure(frame(kText, "\xED\xA0")), kCloseInvalidPayload);
  EXPECT_THAT(decode(frame(kText, "\xFF") + ping_frame("late")).size(), 1U);
}

TEST(Decoder, CloseCodesThatMayBeOnTheWire) {
  for (const int code : {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014,
                         3000, 3999, 4000, 4999}) {
    EXPECT_THAT(decode(close_frame(static_cast<std::uint16_t>(code))),
                ElementsAre(closed(static_cast<std::uint16_t>(code))));
  }
  for (const int code : {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65'535}) {
    EXPECT_EQ(failure(close_frame(static_cast<std::uint16_t>(code))), kCloseProtocolError) << code;
  }
}

TEST(Decoder, CloseReasonMustBeUtf8) {
  EXPECT_THAT(decode(close_frame(4001, kSmiley)), ElementsAre(closed(4001, kSmiley)));
  EXPECT_EQ(failure(close_frame(1000, "\xFF")), kCloseInvalidPayload);
  EXPECT_EQ(failure(close_frame(1000, kSmiley.substr(0, 2))), kCloseInvalidPayload);
}

TEST(Decoder, CloseCodeMustBeTwoBytes) {
  EXPECT_EQ(failure(frame(kFin | kClose, "\x03")), kCloseProtocolError);
}

TEST(Decoder, NothingFollowsCloseOrFailure) {
  EXPECT_THAT(decode(close_frame(1000) + text_frame("late")), ElementsAre(closed(1000)));
  EXPECT_EQ(decode("\xFF" + text_frame("late")).size(), 1U);

  std::string stream = close_frame(1000) + "tail";
  MutableByteView input(reinterpret_cast<std::uint8_t*>(stream.data()), stream.size());
  Decoder decoder({});
  EXPECT_EQ(decoder.next(input).kind, EventKind::kClose);
  EXPECT_EQ(decoder.next(input).kind, EventKind::kNeedMore);
  EXPECT_EQ(input.size(), 4U) << "consumed after the close frame";
}

TEST(Decoder, MessageSizeLimitIsCheckedByTheHeader) {
  const DecoderLimits limits{.message_bytes_max = 1'000};
  EXPECT_EQ(failure(text_frame(std::string(1'000, 'x')), limits), 0);
  EXPECT_EQ(failure(text_frame(std::string(1'001, 'x')).substr(0, 8), limits), kCloseTooBig);
  const std::string huge = test::head(kFin | kText, true, (1ULL << 63) - 1) + "keys";
  EXPECT_EQ(failure(huge, limits), kCloseTooBig);
}

TEST(Decoder, MessageSizeLimitHoldsForTheSumOfFragments) {
  const DecoderLimits limits{.message_bytes_max = 10};
  EXPECT_EQ(failure(frame(kText, "123456") + frame(kFin | kContinuation, "7890"), limits), 0);
  EXPECT_EQ(failure(frame(kText, "123456") + frame(kFin | kContinuation, "78901"), limits),
            kCloseTooBig);
  EXPECT_EQ(failure(frame(kText, "123456") + ping_frame("12345") + text_frame(""), limits),
            kCloseProtocolError)
      << "control frames do not count";
}

TEST(Decoder, FragmentLimit) {
  const DecoderLimits limits{.fragments_max = 3};
  const std::string two = frame(kText, "a") + frame(kContinuation, "b");
  const std::string end = frame(kFin | kContinuation, "c");
  EXPECT_THAT(decode(two + end + two + end, SIZE_MAX, limits),
              ElementsAre(text("abc"), text("abc")));
  EXPECT_EQ(failure(two + frame(kContinuation, "c") + end, limits), kCloseTooBig);
}

TEST(Decoder, IsSmallAtRest) { EXPECT_LE(sizeof(Decoder), 64U); }

TEST(Decoder, OwnsNoMemoryBetweenMessages) {
  Decoder decoder({});
  std::vector<Seen> seen;
  test::feed(decoder, frame(kText, std::string(10'000, 'x')), seen);
  EXPECT_GE(decoder.buffered_bytes(), 10'000U);
  test::feed(decoder, ping_frame("cut").substr(0, 8), seen);
  test::feed(decoder, ping_frame("cut").substr(8), seen);
  test::feed(decoder, frame(kFin | kContinuation, "y").substr(0, 1), seen);
  EXPECT_GE(decoder.buffered_bytes(), 10'000U);
  test::feed(decoder, frame(kFin | kContinuation, "y").substr(1), seen);
  EXPECT_EQ(seen.size(), 2U);
  EXPECT_EQ(decoder.buffered_bytes(), 0U);

  test::feed(decoder, text_frame("Hello").substr(0, 3), seen);
  EXPECT_GT(decoder.buffered_bytes(), 0U);
  test::feed(decoder, text_frame("Hello").substr(3), seen);
  EXPECT_EQ(decoder.buffered_bytes(), 0U) << "after a header cut in two";
}

TEST(Decoder, FreesItsMemoryOnFailure) {
  Decoder decoder({});
  std::vector<Seen> seen;
  test::feed(decoder, frame(kText, std::string(10'000, 'x')) + text_frame(""), seen);
  EXPECT_EQ(decoder.buffered_bytes(), 0U);
}

// A header that announces a large message costs nothing until the message comes.
TEST(Decoder, MemoryFollowsWhatHasArrived) {
  Decoder decoder({});
  std::vector<Seen> seen;
  test::feed(decoder, text_frame(std::string(65'536, 'x')).substr(0, 1'000), seen);
  EXPECT_LE(decoder.buffered_bytes(), 4'000U);
  EXPECT_THAT(seen, IsEmpty());
}

}  // namespace
}  // namespace visavis::websocket

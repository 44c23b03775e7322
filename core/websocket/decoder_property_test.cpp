// Properties of the decoder over every way to cut a stream: a network delivers bytes, not frames.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "core/websocket/decoder.h"
#include "core/websocket/encoder.h"
#include "core/websocket/test_client.h"

namespace visavis::websocket {
namespace {

using test::decode;
using test::feed;
using test::frame;
using test::kFin;
using test::Seen;

// Every kind of frame, every form of length, fragments with control frames between them.
std::string mixed_stream() {
  return test::text_frame("{\"type\":\"ping\"}") + frame(0x1, "Vis-\xC3") +
         test::ping_frame("beat") + frame(0x0, "\xA0-vis") + frame(0x0, "") +
         frame(kFin | 0xA, "") + frame(kFin | 0x0, " \xF0\x9F\x98\x80") +
         frame(kFin | 0x2, std::string(300, '\xFF')) + test::text_frame("") +
         test::close_frame(1001, "gone");
}

std::vector<Seen> decode_in(const std::vector<std::string_view>& pieces,
                            DecoderLimits limits = {}) {
  Decoder decoder(limits);
  std::vector<Seen> seen;
  for (const auto piece : pieces) feed(decoder, piece, seen);
  return seen;
}

TEST(DecoderProperty, EverySplitInTwoGivesTheSameEvents) {
  const std::string stream = mixed_stream();
  const auto whole = decode(stream);
  ASSERT_EQ(whole.size(), 7U);
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    const std::string_view view = stream;
    ASSERT_EQ(decode_in({view.substr(0, cut), view.substr(cut)}), whole) << "cut at " << cut;
  }
}

TEST(DecoderProperty, EverySplitInThreeGivesTheSameEvents) {
  const std::string stream = test::text_frame("ab") + frame(0x1, "\xC3") + test::ping_frame("p") +
                             frame(kFin | 0x0, "\xA0") + test::close_frame(1000);
  const auto whole = decode(stream);
  ASSERT_EQ(whole.size(), 4U);
  const std::string_view view = stream;
  for (std::size_t first = 0; first <= stream.size(); ++first) {
    for (std::size_t second = first; second <= stream.size(); ++second) {
      ASSERT_EQ(decode_in({view.substr(0, first), view.substr(first, second - first),
                           view.substr(second)}),
                whole)
          << "cut at " << first << " and " << second;
    }
  }
}

TEST(DecoderProperty, EveryPieceSizeGivesTheSameEvents) {
  const std::string stream = mixed_stream();
  const auto whole = decode(stream);
  for (std::size_t size = 1; size < stream.size(); ++size)
    ASSERT_EQ(decode(stream, size), whole) << size;
}

// Streams with one byte changed: whatever they mean, they mean it however they are cut.
TEST(DecoderProperty, DamagedStreamsGiveTheSameEventsHoweverCut) {
  std::mt19937 random(6455);  // NOLINT: the same streams in every run
  const DecoderLimits limits{.message_bytes_max = 400, .fragments_max = 3};
  for (int round = 0; round < 3'000; ++round) {
    std::string stream = mixed_stream();
    stream[random() % stream.size()] = static_cast<char>(random());
    const std::size_t piece_size = 1 + random() % 20;
    ASSERT_EQ(decode(stream, piece_size, limits), decode(stream, SIZE_MAX, limits))
        << "round " << round;
  }
}

// A client's frame is a server's frame plus mask: what we encode is what we decode.
TEST(DecoderProperty, WhatTheEncoderWritesComesBack) {
  for (const std::size_t size : {0U, 1U, 125U, 126U, 65'535U, 65'536U}) {
    const std::string payload(size, 'x');
    const FrameHeader header = frame_header(Opcode::kText, size);
    std::string stream(as_text(header.view()));
    stream[1] = static_cast<char>(stream[1] | 0x80);
    stream += std::string(4, '\0') + payload;
    EXPECT_EQ(decode(stream), std::vector<Seen>({{EventKind::kText, payload}})) << size;
  }
}

}  // namespace
}  // namespace visavis::websocket

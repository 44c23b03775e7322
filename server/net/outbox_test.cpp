#include "server/net/outbox.h"

#include <gtest/gtest.h>

#include <string>

namespace visavis::net {
namespace {

Frame make_frame(std::string text) { return std::make_shared<const std::string>(std::move(text)); }

std::string gathered(const Outbox& outbox) {
  Outbox::Gathered gathered;
  outbox.gather(gathered);
  std::string bytes;
  for (const iovec& piece : gathered.pieces()) {
    bytes.append(static_cast<const char*>(piece.iov_base), piece.iov_len);
  }
  return bytes;
}

TEST(Outbox, FramesTextsAndKeepsTheOrder) {
  Outbox outbox;
  outbox.push_raw("HTTP");
  outbox.push_text(make_frame("hello"));
  outbox.push_text(make_frame(""));
  EXPECT_EQ(gathered(outbox), std::string("HTTP\x81\x05hello\x81\x00", 13));
  EXPECT_EQ(outbox.bytes(), 13U);
}

TEST(Outbox, GivesTheSameBytesHoweverTheyAreConsumed) {
  std::string all;
  for (std::size_t step = 1; step <= 7; ++step) {
    Outbox outbox;
    for (int i = 0; i < 100; ++i) outbox.push_text(make_frame(std::string(i, 'a')));
    std::string written;
    while (!outbox.empty()) {
      const std::string next = gathered(outbox).substr(0, step * 13);
      written += next;
      outbox.consume(next.size());
    }
    EXPECT_EQ(outbox.bytes(), 0U);
    if (all.empty()) all = written;
    EXPECT_EQ(written, all);
  }
  EXPECT_EQ(all.size(), 99U * 100 / 2 + 100 * 2);
}

TEST(Outbox, DropsAllButTheFrameThatIsOnItsWay) {
  Outbox outbox;
  outbox.push_text(make_frame("first"));
  outbox.push_text(make_frame("second"));
  outbox.push_text(make_frame("third"));
  outbox.consume(7 + 3);  // the first, and a part of the second
  outbox.drop_after(0);
  EXPECT_EQ(gathered(outbox), "econd");
  EXPECT_EQ(outbox.bytes(), 5U);
}

TEST(Outbox, DropsEverythingWhereNothingIsOnItsWay) {
  Outbox outbox;
  outbox.push_text(make_frame("first"));
  outbox.push_text(make_frame("second"));
  outbox.consume(7);
  outbox.drop_after(0);
  EXPECT_TRUE(outbox.empty());
  EXPECT_EQ(outbox.bytes(), 0U);
}

TEST(Outbox, KeepsWhatTheStreamMayHoldAlready) {
  Outbox outbox;
  for (int i = 0; i < 10; ++i) outbox.push_text(make_frame("12345678"));  // 10 bytes each
  outbox.consume(5);
  outbox.drop_after(6);  // the rest of the first, and a byte of the second
  EXPECT_EQ(outbox.bytes(), 15U);
  EXPECT_EQ(gathered(outbox).size(), 15U);
}

}  // namespace
}  // namespace visavis::net

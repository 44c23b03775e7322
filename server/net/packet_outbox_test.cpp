#include "server/net/packet_outbox.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace visavis::net {
namespace {

const Instant kStart{minutes(1)};

class PacketOutboxTest : public testing::Test {
 protected:
  void push(std::string_view header, std::string_view data, Duration age = {}) {
    const std::size_t padding = (4 - data.size() % 4) % 4;
    const MutableByteView place =
        outbox_.push_data(header.size(), as_bytes(data), padding, kStart + age);
    std::ranges::copy(header, place.begin());
  }
  std::string gathered() const {
    PacketOutbox::Pieces pieces;
    std::string bytes;
    for (const iovec& piece : outbox_.gather(pieces)) {
      bytes.append(static_cast<const char*>(piece.iov_base), piece.iov_len);
    }
    return bytes;
  }

  PacketOutbox outbox_;
};

TEST_F(PacketOutboxTest, WritesHeadersDataAndPaddingInOrder) {
  push("<1>", "data");
  outbox_.push_control(as_bytes("control"));
  push("<2>", "data!");
  const std::string all = std::string("<1>datacontrol<2>data!") + std::string(3, '\0');
  EXPECT_EQ(gathered(), all);
  EXPECT_EQ(outbox_.bytes(), all.size());
  outbox_.consume(9);
  EXPECT_EQ(gathered(), all.substr(9));
  outbox_.consume(all.size() - 9);
  EXPECT_TRUE(outbox_.empty());
  EXPECT_EQ(outbox_.bytes(), 0U);
}

TEST_F(PacketOutboxTest, DropsOldDataAndNoControl) {
  push("a", "old.");
  outbox_.push_control(as_bytes("control"));
  push("b", "old.", milliseconds(1));
  push("c", "new.", milliseconds(2));
  EXPECT_EQ(outbox_.drop_older(kStart + milliseconds(2), 0), 2U);
  EXPECT_EQ(gathered(), "controlcnew.");
  EXPECT_EQ(outbox_.bytes(), 12U);
}

TEST_F(PacketOutboxTest, KeepsWhatHasBegunToLeave) {
  push("a", "old.");
  push("b", "old.");
  push("c", "old.");
  outbox_.consume(1);
  EXPECT_EQ(outbox_.drop_older(kStart + seconds(1), 0), 2U);
  EXPECT_EQ(gathered(), "old.");
  outbox_.consume(4);
  push("d", "old.");
  push("e", "old.");
  push("f", "old.");
  // The stream may hold six bytes: all of d, and the first one of e.
  EXPECT_EQ(outbox_.drop_older(kStart + seconds(1), 6), 1U);
  EXPECT_EQ(gathered(), "dold.eold.");
}

// A receiver that always leaves something unread must not make it grow.
TEST_F(PacketOutboxTest, StaysRightThroughALongLifeThatNeverEmptiesIt) {
  std::string expected;
  std::size_t number = 0;
  for (int round = 0; round < 2'000; ++round) {
    for (int i = 0; i < 3; ++i) {
      const std::string data(static_cast<std::size_t>(number % 97) * 4,
                             static_cast<char>('a' + number % 26));
      push("#", data, milliseconds(round));
      expected += '#' + data;
      ++number;
    }
    const std::size_t written = std::min(gathered().size(), expected.size() - 1);
    ASSERT_EQ(gathered(), expected.substr(0, gathered().size()));
    outbox_.consume(written);
    expected.erase(0, written);
    ASSERT_EQ(outbox_.bytes(), expected.size());
  }
}

}  // namespace
}  // namespace visavis::net

#include "server/services/hairpin_ring.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>

namespace visavis::services {
namespace {

turn::Hairpin hairpin(std::uint16_t port, std::string_view data) {
  const IpAddress address = *IpAddress::parse("192.0.2.1");
  return {.call = {.bytes = {1, 2, 3}},
          .from = {address, port},
          .to = {address, 1'024},
          .data = as_bytes(data)};
}

TEST(HairpinRing, GivesOutWhatWasPublishedInOrder) {
  HairpinRing ring;
  EXPECT_FALSE(ring.publish());
  EXPECT_TRUE(ring.push(hairpin(1, "one")));
  EXPECT_TRUE(ring.push(hairpin(2, "")));
  EXPECT_FALSE(ring.next()) << "not published yet";
  EXPECT_TRUE(ring.publish());
  EXPECT_FALSE(ring.publish());
  const auto first = ring.next();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->hairpin.from.port, 1);
  EXPECT_EQ(first->hairpin.to.port, 1'024);
  EXPECT_EQ(first->hairpin.call.bytes[2], 3);
  EXPECT_EQ(as_text(first->hairpin.data), "one");
  EXPECT_EQ(first->bytes.last(3).data(), first->hairpin.data.data());
  EXPECT_GE(first->bytes.size(), turn::kForwardHeaderBytesMax + 3) << "room for any header";
  EXPECT_EQ(ring.next()->hairpin.data.size(), 0U);
  EXPECT_FALSE(ring.next());
}

TEST(HairpinRing, LosesWhatFindsNoRoomUntilSomeIsReleased) {
  HairpinRing ring;
  const std::string large(60'000, 'x');
  std::uint16_t pushed = 0;
  while (ring.push(hairpin(pushed, large))) ++pushed;
  EXPECT_EQ(pushed, HairpinRing::kBytes / (large.size() + 80));
  ring.publish();
  for (std::uint16_t i = 0; i < pushed; ++i) ASSERT_EQ(ring.next()->hairpin.from.port, i);
  EXPECT_FALSE(ring.push(hairpin(0, large))) << "the reader may still look at all of it";
  ring.release();
  EXPECT_TRUE(ring.push(hairpin(0, large)));
}

// Many times around, at every offset, with one thread on each side.
TEST(HairpinRing, IsForTwoThreads) {
  HairpinRing ring;
  constexpr std::size_t kPackets = 20'000;
  const auto data_of = [](std::size_t i) {
    return std::string(i * 7 % 1'400, static_cast<char>('a' + i % 26));
  };
  std::thread writer([&] {
    for (std::size_t i = 0; i < kPackets;) {
      if (ring.push(hairpin(static_cast<std::uint16_t>(i), data_of(i)))) ++i;
      if (i % 5 == 0) ring.publish();
    }
    ring.publish();
  });
  for (std::size_t i = 0; i < kPackets;) {
    for (auto packet = ring.next(); packet; packet = ring.next()) {
      ASSERT_EQ(packet->hairpin.from.port, static_cast<std::uint16_t>(i));
      ASSERT_EQ(as_text(packet->hairpin.data), data_of(i));
      std::ranges::fill(packet->bytes, std::uint8_t{0xFF});
      ++i;
    }
    ring.release();
  }
  writer.join();
}

}  // namespace
}  // namespace visavis::services

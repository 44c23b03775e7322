#include "core/signaling/model/room_name.h"

#include <gtest/gtest.h>

#include <string>

namespace visavis::signaling {
namespace {

TEST(RoomName, IsWordsAndDigitsWithSingleHyphens) {
  for (const char* good : {"abc", "a-b", "123", "amber-otter-42", "a-b-c-d-e"}) {
    EXPECT_TRUE(is_room_name(good)) << good;
  }
  for (const char* bad : {"", "ab", "Abc", "a b c", "a_bc", "-abc", "abc-", "a--b", "---", "a/b",
                          "b\xc3\xa4r", "..", "abc\n", "a.b"}) {
    EXPECT_FALSE(is_room_name(bad)) << bad;
  }
  EXPECT_FALSE(is_room_name(std::string_view("abc\0d", 5)));
}

TEST(RoomName, HasALimitThatTheOperatorMayLower) {
  EXPECT_TRUE(is_room_name(std::string(64, 'a')));
  EXPECT_FALSE(is_room_name(std::string(65, 'a')));
  EXPECT_TRUE(is_room_name("abcde", 5));
  EXPECT_FALSE(is_room_name("abcdef", 5));
}

}  // namespace
}  // namespace visavis::signaling

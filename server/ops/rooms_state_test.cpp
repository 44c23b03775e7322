#include "server/ops/rooms_state.h"

#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <string>

#include "server/ops/temporary_directory_for_test.h"

namespace visavis::ops {
namespace {

struct RoomsStateTest : ::testing::Test {
  TemporaryDirectory directory;
  DataDir data_dir = DataDir::open(directory.path() / "data").value();

  std::unique_ptr<RoomsState> open(bool first_start) {
    return RoomsState::open(data_dir, first_start).value();
  }
};

TEST_F(RoomsStateTest, AFirstStartHadNoRooms) {
  EXPECT_TRUE(is_first_start(data_dir));
  EXPECT_FALSE(open(true)->had_rules());
  EXPECT_FALSE(open(false)->had_rules());
}

TEST_F(RoomsStateTest, WithAnIdentityKeyItIsNoFirstStart) {
  const std::string key(32, 'k');
  ASSERT_TRUE(
      data_dir.write_private("identity.key", as_bytes(key), DataDir::WriteMode::kCreateOnly));
  EXPECT_FALSE(is_first_start(data_dir));
}

// Nothing can be recorded there, so that nothing that stands there is of the last life.
TEST(RoomsStateInAReadOnlyDirectory, ThereMayHaveBeenRooms) {
  const DataDir read_only = DataDir::open("/proc/self").value();
  EXPECT_TRUE(RoomsState::open(read_only, false).value()->had_rules());
  const auto life = RoomsState::open(read_only, false).value();
  std::string warned;
  life->on_warning([&warned](const std::string& sentence) { warned = sentence; });
  life->record(true);
  EXPECT_EQ(warned, "");
}

TEST_F(RoomsStateTest, WhatWasRecordedLastIsKnown) {
  {
    const auto life = open(true);
    life->record(true);
  }
  EXPECT_TRUE(open(false)->had_rules());
  {
    const auto life = open(false);
    life->record(true);
    life->record(false);
  }
  EXPECT_FALSE(open(false)->had_rules());
}

TEST_F(RoomsStateTest, ALifeThatRecordsNothingPassesOnWhatItWasTold) {
  open(true)->record(true);
  EXPECT_TRUE(open(false)->had_rules());
  EXPECT_TRUE(open(false)->had_rules());
}

// An earlier version has used the directory, or somebody removed the file.
TEST_F(RoomsStateTest, WhereTheFileIsMissingThereMayHaveBeenRooms) {
  EXPECT_TRUE(open(false)->had_rules());
  EXPECT_TRUE(open(false)->had_rules());
}

TEST_F(RoomsStateTest, WhatNobodyWroteMayMeanAnything) {
  const std::string_view text = "nonsense";
  ASSERT_TRUE(data_dir.write_private("rooms.state", as_bytes(text), DataDir::WriteMode::kReplace));
  EXPECT_TRUE(open(false)->had_rules());
}

TEST_F(RoomsStateTest, OneThatCannotBeReadIsTold) {
  const std::string text(1'000, 'x');
  ASSERT_TRUE(data_dir.write_private("rooms.state", as_bytes(text), DataDir::WriteMode::kReplace));
  const auto opened = RoomsState::open(data_dir, false);
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("rooms.state"), std::string::npos);
}

}  // namespace
}  // namespace visavis::ops

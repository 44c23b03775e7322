#include "server/ops/data_dir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <vector>

#include "server/ops/server_keys.h"
#include "server/ops/temporary_directory_for_test.h"

namespace visavis::ops {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

constexpr std::size_t kBytesMax = 1'000;

unsigned mode_of(const fs::path& path) {
  struct stat status{};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 0777U;
}

void write(const fs::path& path, std::string_view content, fs::perms mode = fs::perms::owner_read) {
  std::ofstream(path) << content;
  fs::permissions(path, mode);
}

class CountingRandom final : public Random {
 public:
  void fill(MutableByteView out) override { std::fill(out.begin(), out.end(), ++last_); }

 private:
  std::uint8_t last_ = 0;
};

class DataDirTest : public ::testing::Test {
 protected:
  DataDir open() { return DataDir::open(directory_.path() / "a/b").value(); }

  TemporaryDirectory directory_;
  CountingRandom random_;
};

TEST_F(DataDirTest, IsMadeForItsOwnerOnly) {
  const DataDir data_dir = open();
  EXPECT_EQ(mode_of(data_dir.path()), 0700U);
  EXPECT_EQ(mode_of(data_dir.path().parent_path()), 0700U);
  EXPECT_TRUE(fs::is_empty(data_dir.path()));  // the probe is gone
}

TEST_F(DataDirTest, RefusesAPlaceThatCannotBeADirectory) {
  write(directory_.path() / "file", "");
  const auto refused = DataDir::open(directory_.path() / "file" / "data");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("cannot be made (Not a directory)"));
  EXPECT_THAT(refused.error().message, HasSubstr("--data-dir names another"));
}

TEST_F(DataDirTest, TakesAPlaceThatCannotBeWrittenAndFailsOnlyWhereItMust) {
  std::vector<std::string> warnings;
  // It exists, and not even root can make files in it.
  const auto opened = DataDir::open(
      "/proc/self", [&](const std::string& sentence) { warnings.push_back(sentence); });
  ASSERT_TRUE(opened);
  EXPECT_FALSE(opened->writable());
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("/proc/self cannot be written")));
  const auto keys = load_identity_keys(*opened, random_);
  ASSERT_FALSE(keys) << "there is none, and none can be made";
  EXPECT_THAT(keys.error().message, HasSubstr("/proc/self cannot be written"));
  EXPECT_THAT(keys.error().message, HasSubstr("--data-dir names another"));
}

TEST_F(DataDirTest, TakesFilesOfTheGroupWithOneWarning) {
  std::vector<std::string> warnings;
  const auto data_dir = DataDir::open(
      directory_.path(), [&](const std::string& sentence) { warnings.push_back(sentence); });
  ASSERT_TRUE(data_dir && data_dir->writable());
  using fs::perms;
  const perms owner = perms::owner_read | perms::owner_write;
  write(data_dir->file("x"), "secret", owner | perms::group_read | perms::group_write);
  write(data_dir->file("y"), "secret", owner | perms::group_read);
  EXPECT_EQ(data_dir->read_private("x", kBytesMax).value(), "secret");
  EXPECT_EQ(data_dir->read_private("y", kBytesMax).value(), "secret");
  EXPECT_THAT(warnings, ElementsAre(AllOf(HasSubstr("fsGroup"), HasSubstr("chmod 600 "))));
  write(data_dir->file("z"), "secret", owner | perms::others_write);
  EXPECT_THAT(data_dir->read_private("z", kBytesMax).error().message,
              HasSubstr("everybody may write it"));
}

TEST_F(DataDirTest, WritesFilesForItsOwnerOnlyAndReadsThemBack) {
  const DataDir data_dir = open();
  EXPECT_EQ(data_dir.read_private("x", kBytesMax).value(), std::nullopt);
  EXPECT_TRUE(data_dir.write_private("x", as_bytes("one"), DataDir::WriteMode::kReplace).value());
  EXPECT_EQ(mode_of(data_dir.file("x")), 0600U);
  EXPECT_TRUE(data_dir.write_private("x", as_bytes("two"), DataDir::WriteMode::kReplace).value());
  EXPECT_EQ(data_dir.read_private("x", kBytesMax).value(), "two");
  EXPECT_FALSE(
      data_dir.write_private("x", as_bytes("three"), DataDir::WriteMode::kCreateOnly).value());
  EXPECT_EQ(data_dir.read_private("x", kBytesMax).value(), "two");
  EXPECT_EQ(std::distance(fs::directory_iterator(data_dir.path()), {}),
            1);  // nothing temporary stays
}

TEST_F(DataDirTest, RefusesAFileThatOthersMayReadOrThatIsTooLarge) {
  const DataDir data_dir = open();
  write(data_dir.file("x"), "secret", fs::perms::owner_read | fs::perms::others_read);
  EXPECT_THAT(data_dir.read_private("x", kBytesMax).error().message, HasSubstr("run: chmod 600 "));
  write(data_dir.file("y"), "secret");
  EXPECT_EQ(data_dir.read_private("y", 6).value(), "secret");
  EXPECT_THAT(data_dir.read_private("y", 5).error().message, HasSubstr("larger than 5 bytes"));
  fs::create_directory(data_dir.file("z"));
  EXPECT_THAT(data_dir.read_private("z", 5).error().message, HasSubstr("not a regular file"));
}

TEST_F(DataDirTest, KeepsTheIdentityKey) {
  const DataDir data_dir = open();
  const auto first = load_identity_keys(data_dir, random_).value();
  EXPECT_EQ(first, std::vector<std::string>{std::string(32, '\1')});
  EXPECT_EQ(load_identity_keys(data_dir, random_).value(), first);
}

TEST_F(DataDirTest, KeepsTheRelayKeyBesideIt) {
  const DataDir data_dir = open();
  const auto identity = load_identity_keys(data_dir, random_).value();
  const auto relay = load_relay_keys(data_dir, random_).value();
  EXPECT_EQ(relay.size(), 1U);
  EXPECT_EQ(load_relay_keys(data_dir, random_).value(), relay);
  EXPECT_TRUE(fs::exists(data_dir.file("relay.key")));
  write(data_dir.file("relay.key"), std::string(32, 'n') + relay.front());
  EXPECT_EQ(load_relay_keys(data_dir, random_).value(),
            (std::vector{std::string(32, 'n'), relay.front()}));
  EXPECT_EQ(load_identity_keys(data_dir, random_).value(), identity);
  write(data_dir.file("relay.key"), "short");
  EXPECT_THAT(load_relay_keys(data_dir, random_).error().message,
              HasSubstr("relay.key has 5 bytes"));
}

TEST_F(DataDirTest, TakesSeveralIdentityKeys) {
  const DataDir data_dir = open();
  const std::string newer(32, 'n');
  const std::string older(32, 'o');
  write(data_dir.file("identity.key"), newer + older);
  EXPECT_EQ(load_identity_keys(data_dir, random_).value(), (std::vector{newer, older}));
}

TEST_F(DataDirTest, RefusesIdentityKeysOfAnotherSize) {
  const DataDir data_dir = open();
  for (const std::size_t size : {0, 31, 33, 32 * 9}) {
    fs::remove(data_dir.file("identity.key"));
    write(data_dir.file("identity.key"), std::string(size, 'x'));
    EXPECT_FALSE(load_identity_keys(data_dir, random_)) << size;
  }
}

}  // namespace
}  // namespace visavis::ops

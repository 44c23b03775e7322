#include "server/ops/data_dir_lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>

#include "server/ops/temporary_directory_for_test.h"

namespace visavis::ops {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(DataDirLock, OneServerHasADirectoryAndTheNextAfterIt) {
  const TemporaryDirectory place;
  const auto data_dir = DataDir::open(place.path() / "data");
  ASSERT_TRUE(data_dir);
  {
    const auto first = DataDirLock::take(*data_dir);
    ASSERT_TRUE(first);
    const auto second = DataDirLock::take(*data_dir);
    ASSERT_FALSE(second);
    EXPECT_THAT(second.error().message,
                AllOf(HasSubstr(data_dir->path().string()), HasSubstr("--data-dir")));
    const auto other = DataDir::open(place.path() / "other");
    ASSERT_TRUE(other);
    EXPECT_TRUE(DataDirLock::take(*other));
  }
  EXPECT_TRUE(DataDirLock::take(*data_dir));
}

TEST(DataDirLock, ADirectoryThatCannotBeWrittenIsForAsManyAsLike) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  const TemporaryDirectory place;
  ASSERT_TRUE(DataDir::open(place.path() / "data"));
  std::filesystem::permissions(place.path() / "data", std::filesystem::perms::owner_read |
                                                          std::filesystem::perms::owner_exec);
  const auto data_dir = DataDir::open(place.path() / "data");
  ASSERT_TRUE(data_dir);
  const auto first = DataDirLock::take(*data_dir);
  EXPECT_TRUE(first);
  EXPECT_TRUE(DataDirLock::take(*data_dir));
}

}  // namespace
}  // namespace visavis::ops

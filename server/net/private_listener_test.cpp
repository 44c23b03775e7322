#include "server/net/private_listener.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "server/net/test_support/test_server.h"

namespace visavis::net::test {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

class PrivateListenerTest : public ::testing::Test {
 protected:
  PrivateListenerTest() {
    std::string name = (fs::temp_directory_path() / "visavis-test-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
  }
  ~PrivateListenerTest() override {
    std::error_code ignored;
    fs::remove_all(directory_, ignored);
  }
  PrivateAddress at(const std::string& name) const {
    return {.path = (directory_ / name).string(), .tcp = {}};
  }

  fs::path directory_;
  EventLoop loop_{0};
};

TEST_F(PrivateListenerTest, MakesASocketOfTheGroupAndRemovesIt) {
  const PrivateAddress address = at("socket");
  auto listener = PrivateListener::open(loop_, address);
  ASSERT_TRUE(listener) << listener.error().message;
  struct stat status{};
  ASSERT_EQ(::stat(address.path.c_str(), &status), 0);
  EXPECT_TRUE(S_ISSOCK(status.st_mode));
  EXPECT_EQ(status.st_mode & 0777U, 0660U);
  EXPECT_EQ((*listener)->address().to_url(), "unix:" + address.path);
  (*listener)->stop();
  EXPECT_FALSE(fs::exists(address.path));
}

TEST_F(PrivateListenerTest, TakesThePlaceOfADeadSocketAndOfNothingElse) {
  const PrivateAddress address = at("socket");
  auto first = PrivateListener::open(loop_, address);
  ASSERT_TRUE(first);
  const auto second = PrivateListener::open(loop_, address);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("another program has it already"));
  EXPECT_TRUE(fs::exists(address.path)) << "it is still the first one's";

  // As after a crash: a name that leads to nobody.
  const PrivateAddress dead = at("dead");
  fs::create_hard_link(address.path, dead.path);
  (*first)->stop();
  EXPECT_TRUE(fs::exists(dead.path));
  EXPECT_TRUE(PrivateListener::open(loop_, dead));

  const PrivateAddress file = at("file");
  std::ofstream(file.path) << "somebody's";
  EXPECT_FALSE(PrivateListener::open(loop_, file));
  EXPECT_TRUE(fs::exists(file.path));
  EXPECT_FALSE(PrivateListener::open(loop_, at("nowhere/socket")));
  EXPECT_THAT(PrivateListener::open(loop_, at(std::string(200, 'x'))).error().message,
              HasSubstr("too long"));
}

TEST_F(PrivateListenerTest, TakesAFreePort) {
  const auto listener =
      PrivateListener::open(loop_, {.path = "", .tcp = {*IpAddress::parse("127.0.0.1"), 0}});
  ASSERT_TRUE(listener);
  EXPECT_NE((*listener)->address().tcp.port, 0);
  EXPECT_FALSE(PrivateListener::open(loop_, (*listener)->address())) << "it is taken now";
}

}  // namespace
}  // namespace visavis::net::test

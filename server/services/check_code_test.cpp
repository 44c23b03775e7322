#include "server/services/check_code.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace visavis::services {
namespace {

const std::string kKey(32, 'k');
const std::string kNewer(32, 'n');

CheckCode some_code() {
  CheckCode code;
  code.id.bytes.fill(7);
  code.expires = WallTime(milliseconds(1'795'651'200'123));
  return code;
}

TEST(CheckCodeTest, BringsBackWhatWasSigned) {
  const CheckCodes codes({kKey});
  const std::string text = codes.sign(some_code());
  EXPECT_TRUE(text.starts_with("v1."));
  const auto opened = codes.open(text);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->id, some_code().id);
  EXPECT_EQ(opened->expires, some_code().expires);
}

TEST(CheckCodeTest, StaysGoodAfterANewKeyWasPutInFront) {
  const std::string text = CheckCodes({kKey}).sign(some_code());
  EXPECT_TRUE(CheckCodes({kNewer, kKey}).open(text));
  EXPECT_FALSE(CheckCodes({kNewer}).open(text));
}

TEST(CheckCodeTest, NothingElseIsOne) {
  const CheckCodes codes({kKey});
  const std::string text = codes.sign(some_code());
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string other = text;
    other[i] = other[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(codes.open(other)) << i;
  }
  for (const std::string& other :
       {std::string(), std::string("v1."), text + "A", "v2" + text.substr(2),
        text.substr(0, text.size() - 1), std::string(5'000, 'A')}) {
    EXPECT_FALSE(codes.open(other)) << other;
  }
}

}  // namespace
}  // namespace visavis::services

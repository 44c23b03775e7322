#include "server/doctor/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace visavis::doctor {
namespace {

using ::testing::HasSubstr;

auto parse(std::vector<const char*> words) {
  words.insert(words.begin(), "check");
  return parse_arguments(static_cast<int>(words.size()), words.data());
}
Arguments parsed(std::vector<const char*> words) {
  return std::get<Arguments>(parse(std::move(words)).value());
}

TEST(ArgumentsTest, IsOfThisMachineUnlessAnotherIsNamed) {
  EXPECT_TRUE(parsed({}).is_local());
  EXPECT_FALSE(parsed({"https://call.example.org"}).is_local());
  EXPECT_TRUE(parsed({"https://call.example.org", "--config", "visavis.toml"}).is_local());
  EXPECT_TRUE(parsed({"--data-dir", "/var/lib/visavis"}).is_local());
}

TEST(ArgumentsTest, TakesItsOptions) {
  const auto all = parsed({"--json", "--slow", "--code", "v1.x", "a.example"});
  EXPECT_TRUE(all.json && all.slow);
  EXPECT_EQ(all.code, "v1.x");
  EXPECT_EQ(parsed({"--watch", "--every", "10"}).every_s, 10U);
  EXPECT_EQ(parsed({"--issue", "--hours", "2"}).hours, 2U);
  EXPECT_THAT(std::get<Help>(parse({"--help"}).value()).text, HasSubstr("--issue"));
}

TEST(ArgumentsTest, RefusesTheRest) {
  EXPECT_THAT(parse({"--nonsense"}).error(), HasSubstr("--nonsense"));
  EXPECT_THAT(parse({"ftp://x"}).error(), HasSubstr("no URL of a server"));
  EXPECT_FALSE(parse({"--watch", "--every", "1"}));
  EXPECT_FALSE(parse({"--issue", "--watch"}));
  EXPECT_FALSE(parse({"--slow", "--watch"}));
  EXPECT_FALSE(parse({"a.example", "b.example"}));
}

TEST(ArgumentsTest, SaysWhatWasMeantAndWhatBelongsTogether) {
  EXPECT_EQ(parse({"--isue"}).error(),
            "--isue is not an option of visavis check; did you mean --issue? visavis check --help "
            "tells more.");
  EXPECT_EQ(parse({"--nonsense"}).error(),
            "--nonsense is not an option of visavis check; visavis check --help tells more.");
  EXPECT_THAT(parse({"--every", "60"}).error(), HasSubstr("give --watch"));
  EXPECT_THAT(parse({"--hours", "2"}).error(), HasSubstr("give --issue"));
}

}  // namespace
}  // namespace visavis::doctor

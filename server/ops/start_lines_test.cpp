#include "server/ops/start_lines.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace visavis::ops {
namespace {

TEST(StartLines, AreShortForPeople) {
  EXPECT_EQ(ready_line(LogFormat::kText, "http://[::1]:8080"), "listening on http://[::1]:8080\n");
  EXPECT_EQ(cannot_start_line(LogFormat::kText, "No.", kExitCannotStart), "visavis: No.\n");
}

TEST(StartLines, AreLinesOfTheLogForPrograms) {
  const auto ready = boost::json::parse(ready_line(LogFormat::kJson, "http://[::1]:8080"));
  EXPECT_EQ(ready.at("level"), "info");
  EXPECT_EQ(ready.at("event"), "ready");
  EXPECT_EQ(ready.at("url"), "http://[::1]:8080");
  const std::string line = cannot_start_line(LogFormat::kJson, "A \"port\".\n", kExitTryAgain);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const auto fatal = boost::json::parse(line);
  EXPECT_EQ(fatal.at("level"), "error");
  EXPECT_EQ(fatal.at("message"), "A \"port\".\n");
  EXPECT_EQ(fatal.at("event"), "cannot_start");
  EXPECT_EQ(fatal.at("exit_code"), 75);
}

}  // namespace
}  // namespace visavis::ops

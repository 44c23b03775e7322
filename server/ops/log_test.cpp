#include "server/ops/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <csignal>
#include <limits>
#include <sstream>
#include <string>

namespace visavis::ops {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

class LogTest : public ::testing::Test {
 protected:
  Log make(LogFormat format, bool personal_data = false, LogLevel level = LogLevel::kInfo) {
    return Log({.level = level, .format = format, .personal_data = personal_data},
               std::make_shared<spdlog::sinks::ostream_sink_mt>(out_));
  }

  boost::json::object parsed() const { return boost::json::parse(out_.str()).as_object(); }

  std::ostringstream out_;
};

TEST_F(LogTest, WritesTextWithFields) {
  make(LogFormat::kText).warn("Slow", {{"connection", 7}, {"reason", "too late"}, {"ok", false}});
  EXPECT_THAT(out_.str(), MatchesRegex("....-..-..T..:..:..\\....Z warn  Slow connection=7 "
                                       "reason=\"too late\" ok=false\n"));
}

TEST_F(LogTest, WritesJson) {
  make(LogFormat::kJson).info("Here \"it\" is", {{"n", -1}, {"ratio", 0.5}, {"text", "a\\b\n"}});
  const auto line = parsed();
  EXPECT_EQ(line.at("level"), "info");
  EXPECT_EQ(line.at("message"), "Here \"it\" is");
  EXPECT_EQ(line.at("n"), -1);
  EXPECT_EQ(line.at("ratio"), 0.5);
  EXPECT_EQ(line.at("text"), "a\\b\n");
  EXPECT_EQ(line.at("time").as_string().size(), std::string("2026-01-01T00:00:00.000Z").size());
}

TEST_F(LogTest, HidesPersonalDataUnlessAsked) {
  const auto name = LogField::personal("name", "Ana");
  make(LogFormat::kText).info("Hello", {name});
  EXPECT_THAT(out_.str(), EndsWith("Hello name=[redacted]\n"));
  make(LogFormat::kText, true).info("Hello", {name});
  EXPECT_THAT(out_.str(), EndsWith("Hello name=Ana\n"));
}

TEST_F(LogTest, LetsNoValueForgeALineOrAField) {
  make(LogFormat::kText).info("Got", {{"path", "/x\n2026 info fake=1\x1b[2J"}});
  EXPECT_THAT(out_.str(), EndsWith("Got path=\"/x\\x0a2026 info fake=1\\x1b[2J\"\n"));
}

TEST_F(LogTest, NothingThatSteersTerminalsIsWritten) {
  for (const LogFormat format : {LogFormat::kText, LogFormat::kJson}) {
    make(format).info("Got", {{"user", "a\u009b31m\u202eb\u2028c\u200fd\u00a0\u05d0"}});
    for (const char* steering : {"\u009b", "\u202e", "\u2028", "\u200f"}) {
      EXPECT_THAT(out_.str(), Not(HasSubstr(steering)));
    }
    EXPECT_THAT(out_.str(), HasSubstr("d\u00a0\u05d0"));
  }
}

TEST_F(LogTest, StaysValidWhateverTheBytes) {
  const std::string bad = "\xC3(\xFF" + std::string(10'000, 'x');
  make(LogFormat::kJson).info("Got", {{"bytes", bad}});
  const auto value = std::string(parsed().at("bytes").as_string());
  EXPECT_THAT(value, ::testing::StartsWith("\xEF\xBF\xBD(\xEF\xBF\xBDx"));
  EXPECT_LT(value.size(), 5'000U);
}

TEST_F(LogTest, WritesNumbersThatJsonDoesNotHaveAsText) {
  make(LogFormat::kJson).info("Got", {{"lag", std::numeric_limits<double>::infinity()}});
  EXPECT_EQ(parsed().at("lag"), "inf");
}

TEST_F(LogTest, LeavesOutWhatIsBelowItsLevel) {
  auto log = make(LogFormat::kText, false, LogLevel::kWarn);
  log.info("no");
  log.warn("yes");
  EXPECT_THAT(out_.str(), HasSubstr("yes"));
  EXPECT_THAT(out_.str(), Not(HasSubstr("no\n")));
  auto silent = make(LogFormat::kText, false, LogLevel::kOff);
  EXPECT_FALSE(silent.enabled(LogLevel::kError));
  EXPECT_FALSE(silent.enabled(LogLevel::kOff));
}

// stderr is a pipe that nobody reads, soon full: callers go on, the oldest lines are lost and
// counted.
TEST_F(LogTest, NeverWaitsForASlowReader) {
  const auto old_handler = ::signal(SIGPIPE, SIG_IGN);
  int pipe_ends[2];
  ASSERT_EQ(::pipe(pipe_ends), 0);
  const int real_stderr = ::dup(STDERR_FILENO);
  ASSERT_EQ(::dup2(pipe_ends[1], STDERR_FILENO), STDERR_FILENO);
  ::close(pipe_ends[1]);
  std::uint64_t lost = 0;
  {
    Log log(LogOptions{});
    const std::string filler(1'000, 'x');
    for (int i = 0; i < 20'000; ++i) log.info("Line", {{"filler", filler}});
    lost = log.lines_lost();
    ::close(pipe_ends[0]);  // now writing fails instead of waiting, and the queue runs empty
  }
  ::dup2(real_stderr, STDERR_FILENO);
  ::close(real_stderr);
  ::signal(SIGPIPE, old_handler);
  EXPECT_GT(lost, 0U);
}

}  // namespace
}  // namespace visavis::ops

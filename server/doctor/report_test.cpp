#include "server/doctor/report.h"

#include <gtest/gtest.h>

namespace visavis::doctor {
namespace {

Finding bad() {
  return {.severity = Severity::kFailure,
          .check = "websocket",
          .code = "upgrade_dropped",
          .tried = "Open it",
          .seen = "HTTP 426",
          .means = "Nobody gets in.",
          .change = "nginx:\n  proxy_http_version 1.1;"};
}
Finding good() { return {.check = "dns", .tried = "Look it up", .seen = "203.0.113.7"}; }

TEST(ReportTest, OneLineForWhatIsRightFiveForWhatIsNot) {
  EXPECT_EQ(to_text(good(), false), "ok        dns: 203.0.113.7\n");
  EXPECT_EQ(to_text(bad(), false),
            "failure   websocket (upgrade_dropped)\n"
            "          Tried:  Open it\n"
            "          Seen:   HTTP 426\n"
            "          Means:  Nobody gets in.\n"
            "          Change: nginx:\n"
            "                    proxy_http_version 1.1;\n");
}

TEST(ReportTest, TheWorstCounts) {
  Finding warning{.severity = Severity::kWarning, .check = "files", .code = "too_few_files"};
  Finding skipped{.severity = Severity::kSkipped, .check = "ipv6"};
  EXPECT_EQ(worst({good(), skipped}), Severity::kOk);
  EXPECT_EQ(worst({warning, good()}), Severity::kWarning);
  EXPECT_EQ(worst({good(), bad(), warning}), Severity::kFailure);
  EXPECT_EQ(summary({good(), skipped}), "Nothing wrong was found.\n");
  EXPECT_EQ(summary({bad(), warning, warning}), "1 failure, 2 warnings.\n");
}

TEST(ReportTest, JsonLeavesOutWhatIsEmpty) {
  EXPECT_EQ(
      to_json("https://a.example", {good()}),
      R"({"target":"https://a.example","result":"ok","findings":[{"severity":"ok","check":"dns",)"
      R"("code":"ok","tried":"Look it up","seen":"203.0.113.7"}]})"
      "\n");
}

}  // namespace
}  // namespace visavis::doctor

#include "server/ops/unknown_variables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace visavis::ops {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// "NAME → NEAREST" of each unknown one.
std::vector<std::string> told(const std::vector<std::string>& names) {
  std::vector<std::string> lines;
  for (const UnknownVariable& unknown : unknown_variables(names)) {
    lines.push_back(unknown.name + " → " + unknown.nearest);
  }
  return lines;
}

TEST(UnknownVariables, OnesOfOursAreKnown) {
  EXPECT_THAT(told({"VISAVIS_LISTEN", "VISAVIS_TRUSTED_PROXY", "VISAVIS_LIMITS_ROOMS_MAX", "PATH",
                    "LISTEN"}),
              IsEmpty());
}

TEST(UnknownVariables, AMisspeltOneIsToldWithTheNearest) {
  EXPECT_THAT(
      told({"VISAVIS_TRUSTED_PROXIES", "VISAVIS_PUBLIC_URI", "visavis_listen",
            "VISAVIS_LIMIT_ROOMS_MAX", "VISAVIS_PARTICIPANTS_MAX"}),
      ElementsAre("VISAVIS_TRUSTED_PROXIES → VISAVIS_TRUSTED_PROXY",
                  "VISAVIS_PUBLIC_URI → VISAVIS_PUBLIC_URL", "visavis_listen → VISAVIS_LISTEN",
                  "VISAVIS_LIMIT_ROOMS_MAX → VISAVIS_LIMITS_ROOMS_MAX",
                  "VISAVIS_PARTICIPANTS_MAX → VISAVIS_LIMITS_PARTICIPANTS_MAX"));
}

TEST(UnknownVariables, WhatIsNearNothingHasNoProposal) {
  EXPECT_THAT(told({"VISAVIS_COLOUR_OF_THE_SKY", "VISAVIS_"}),
              ElementsAre("VISAVIS_COLOUR_OF_THE_SKY → ", "VISAVIS_ → "));
}

TEST(UnknownVariables, WhatAPlatformSetsIsNobodysMistake) {
  EXPECT_THAT(told({"VISAVIS_SERVICE_HOST", "VISAVIS_SERVICE_PORT", "VISAVIS_SERVICE_PORT_HTTPS",
                    "VISAVIS_PORT", "VISAVIS_PORT_443_TCP", "VISAVIS_PORT_443_TCP_ADDR"}),
              IsEmpty());
}

TEST(UnknownVariables, NamesAreReadFromTheEnvironment) {
  const char* const environment[] = {"A=1", "B", "C=x=y", nullptr};
  EXPECT_THAT(variable_names(environment), ElementsAre("A", "B", "C"));
}

}  // namespace
}  // namespace visavis::ops

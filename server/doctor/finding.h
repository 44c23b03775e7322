// What the doctor found out about one thing, in words for whoever runs the server.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace visavis::doctor {

enum class Severity : std::uint8_t { kOk, kSkipped, kWarning, kFailure };

constexpr std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::kOk:
      return "ok";
    case Severity::kSkipped:
      return "skipped";
    case Severity::kWarning:
      return "warning";
    case Severity::kFailure:
      break;
  }
  return "failure";
}

struct Finding {
  Severity severity = Severity::kOk;
  std::string check{};  // what was looked at; stable, in small letters
  std::string code{};   // the cause; stable, in small letters; empty where nothing is wrong
  std::string tried{};
  std::string seen{};
  std::string means{};   // for people; empty where nothing is wrong
  std::string change{};  // what to do, with the line to write; may have several lines

  bool operator==(const Finding&) const = default;
};

using Findings = std::vector<Finding>;

}  // namespace visavis::doctor

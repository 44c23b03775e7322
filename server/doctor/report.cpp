#include "server/doctor/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "server/ops/printable.h"

namespace visavis::doctor {
namespace {

namespace json = boost::json;

constexpr std::size_t kIndent = 10;

const char* colour_of(Severity severity) {
  switch (severity) {
    case Severity::kOk:
      return "\033[32m";
    case Severity::kSkipped:
      return "\033[2m";
    case Severity::kWarning:
      return "\033[33m";
    case Severity::kFailure:
      break;
  }
  return "\033[1;31m";
}

// "Seen:   …", further lines below the first one's text.
std::string labelled(std::string_view label, std::string_view text) {
  std::string lines;
  std::string_view prefix = label;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines += fmt::format("{:{}}{:<8}{}\n", "", kIndent, prefix, text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    prefix = "";
  }
  return lines;
}

// Whatever was seen may quote somebody else. What to change is ours, in several lines.
Finding shown(const Finding& finding) {
  return {.severity = finding.severity,
          .check = finding.check,
          .code = ops::printable(finding.code),
          .tried = ops::printable(finding.tried),
          .seen = ops::printable(finding.seen),
          .means = ops::printable_lines(finding.means),
          .change = ops::printable_lines(finding.change)};
}

std::size_t count(const Findings& findings, Severity severity) {
  return static_cast<std::size_t>(std::ranges::count(findings, severity, &Finding::severity));
}

}  // namespace

Severity worst(const Findings& findings) {
  Severity severity = Severity::kOk;
  for (const Finding& finding : findings) {
    if (finding.severity != Severity::kSkipped) severity = std::max(severity, finding.severity);
  }
  return severity;
}

std::string to_text(const Finding& raw, bool colour) {
  const Finding finding = shown(raw);
  const std::string name = fmt::format("{:<{}}", name_of(finding.severity), kIndent);
  const std::string head =
      colour ? fmt::format("{}{}\033[0m", colour_of(finding.severity), name) : name;
  const bool bad = finding.severity >= Severity::kWarning;
  if (!bad) {
    return fmt::format("{}{}: {}\n{}", head, finding.check, finding.seen,
                       labelled("Advice:", finding.change));
  }
  return fmt::format("{}{} ({})\n{}{}{}{}", head, finding.check, finding.code,
                     labelled("Tried:", finding.tried), labelled("Seen:", finding.seen),
                     labelled("Means:", finding.means), labelled("Change:", finding.change));
}

std::string summary(const Findings& findings) {
  const std::size_t failures = count(findings, Severity::kFailure);
  const std::size_t warnings = count(findings, Severity::kWarning);
  if (failures == 0 && warnings == 0) return "Nothing wrong was found.\n";
  return fmt::format("{} failure{}, {} warning{}.\n", failures, failures == 1 ? "" : "s", warnings,
                     warnings == 1 ? "" : "s");
}

std::string to_json(const std::string& target, const Findings& findings) {
  json::array all;
  for (const Finding& raw : findings) {
    const Finding finding = shown(raw);
    const std::string_view severity = name_of(finding.severity);
    json::object one{{"severity", severity},
                     {"check", finding.check},
                     {"code", finding.code.empty() ? severity : std::string_view(finding.code)}};
    for (const auto& [key, text] : {std::pair{"tried", &finding.tried},
                                    {"seen", &finding.seen},
                                    {"means", &finding.means},
                                    {"change", &finding.change}}) {
      if (!text->empty()) one[key] = *text;
    }
    all.push_back(std::move(one));
  }
  return json::serialize(json::object{{"target", target},
                                      {"result", name_of(worst(findings))},
                                      {"findings", std::move(all)}}) +
         "\n";
}

}  // namespace visavis::doctor

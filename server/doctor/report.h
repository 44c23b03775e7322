// Findings as text for people and as JSON for programs.
#pragma once

#include <string>

#include "server/doctor/finding.h"

namespace visavis::doctor {

// The worst of them.
Severity worst(const Findings& findings);

// One finding in some lines; in colour for terminals.
std::string to_text(const Finding& finding, bool colour);
// The sentence below all of them.
std::string summary(const Findings& findings);

// {"target":…,"result":…,"findings":[…]}, on one line. Stable: monitoring reads it.
std::string to_json(const std::string& target, const Findings& findings);

}  // namespace visavis::doctor

// Variables that begin with VISAVIS_ and are no option of ours: a misspelt one would have no effect
// without a word.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace visavis::ops {

struct UnknownVariable {
  std::string name;
  std::string nearest;  // the variable that was probably meant; empty: none is near
};

// `names`: all of the environment. Not among the unknown ones are those that container platforms
// set for a service that is called visavis (VISAVIS_SERVICE_HOST, VISAVIS_PORT_443_TCP and so on).
std::vector<UnknownVariable> unknown_variables(std::span<const std::string> names);

// The names in `environ`, as the process has it.
std::vector<std::string> variable_names(const char* const* environment);

}  // namespace visavis::ops

// `visavis check`: looks at a server from this machine and tells what is wrong and what to change.
// Exit codes: 0 nothing wrong, or warnings only; 1 something fails; 2 the command line is wrong.
#pragma once

#include "core/base/random.h"
#include "server/ops/config.h"

namespace visavis::doctor {

// The command line from "check" on.
int run_check(int argc, const char* const* argv, ops::Environment environment, Random& random);

}  // namespace visavis::doctor

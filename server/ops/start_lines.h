// What the program says of its start where the log is not there yet, or is not who is meant: that
// it is ready, on standard output, and why it cannot start, on standard error. In the format that
// the operator wants of the log.
#pragma once

#include <string>
#include <string_view>

#include "server/ops/config.h"

namespace visavis::ops {

// Exit codes. Service managers are told to try again after all but the second (deploy/).
inline constexpr int kExitDone = 0;
inline constexpr int kExitCannotStart = 2;  // until somebody changes something
// EX_TEMPFAIL of sysexits.h: a port is taken, or an address is not there yet.
inline constexpr int kExitTryAgain = 75;

// They end with a new line.
std::string ready_line(LogFormat format, std::string_view url);
std::string metrics_line(LogFormat format, std::string_view url);
std::string cannot_start_line(LogFormat format, std::string_view message, int exit_code);

}  // namespace visavis::ops

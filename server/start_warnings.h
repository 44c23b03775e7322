// What would surprise the operator later, said when the server starts.
#pragma once

#include "server/ops/config.h"
#include "server/ops/log.h"

namespace visavis {

// `environment`: NAME=VALUE, null at the end. Raises the limit of open files on the way.
void warn_at_start(const ops::Config& config, const char* const* environment, ops::Log& log);

}  // namespace visavis

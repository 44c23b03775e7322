// check.issue, as it is asked for through the control socket. Pure but for the check service.
#pragma once

#include <boost/json/object.hpp>

#include "core/base/time.h"
#include "server/services/check_service.h"
#include "server/services/control_commands.h"

namespace visavis::services {

// A check code, good for "ttl_ms" where the request says so.
ControlCommands::Outcome issue_check_code(CheckService& checks, const boost::json::object& request,
                                          WallTime now);

}  // namespace visavis::services

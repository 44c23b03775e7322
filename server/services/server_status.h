// What the running server tells the operator of itself, through the control socket.
#pragma once

#include <boost/json/object.hpp>

#include "server/net/server.h"
#include "server/ops/config.h"
#include "server/services/check_service.h"
#include "server/services/control_commands.h"

namespace visavis::services {

// version, pid, time_ms (Unix), listeners, names and ways to it, what the system lets it have. Has
// no secrets. On loop 0.
boost::json::object server_status(const ops::Config& config, net::Server& server);

// server.status, which answers with that, and check.issue: a check code, good for "ttl_ms" where
// the request says so. All must outlive the commands; to be run on loop 0.
ControlCommands operator_commands(const ops::Config& config, net::Server& server,
                                  CheckService& checks);

}  // namespace visavis::services

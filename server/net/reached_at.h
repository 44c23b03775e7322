// By which address a client found this server, for URLs that lead back to the same port.
#pragma once

#include <string>

#include "server/net/http.h"

namespace visavis::net {

// HOST:PORT of the request's Host field, the port always written out. Empty when a proxy stands
// between, whose other ports are not ours, and for what does not belong into a URL.
std::string reached_at(const HttpRequest& request);

}  // namespace visavis::net

// The Binding method (RFC 8489 section 12), without authentication: what address a client has, as
// seen from here.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/transport_address.h"
#include "core/stun/message.h"

namespace visavis::stun {

// Writes the answer to a Binding request into `out`; it is at most three times as large as the
// request, so that nobody gains by asking in somebody else's name. Precondition: `request` is a
// Binding request.
void answer_binding(const Message& request, const TransportAddress& client,
                    std::vector<std::uint8_t>& out);

}  // namespace visavis::stun

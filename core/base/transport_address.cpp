#include "core/base/transport_address.h"

#include <fmt/format.h>

namespace visavis {

std::string TransportAddress::to_string() const {
  return address.is_v4() ? fmt::format("{}:{}", address.to_string(), port)
                         : fmt::format("[{}]:{}", address.to_string(), port);
}

}  // namespace visavis

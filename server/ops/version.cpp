#include "server/ops/version.h"

namespace visavis::ops {

std::string_view version() { return VISAVIS_VERSION; }

}  // namespace visavis::ops

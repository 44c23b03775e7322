// Which version of the program this is.
#pragma once

#include <string_view>

namespace visavis::ops {

std::string_view version();

}  // namespace visavis::ops

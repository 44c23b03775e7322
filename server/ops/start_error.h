// Why the server cannot start: one sentence for the operator, which names the thing and what to do.
#pragma once

#include <string>

namespace visavis::ops {

struct StartError {
  std::string message;
};

}  // namespace visavis::ops

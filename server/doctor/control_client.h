// Asks the server of a data directory through its control socket. Blocks for ten seconds at most.
#pragma once

#include <boost/json/object.hpp>
#include <filesystem>
#include <string>

#include "core/base/result.h"

namespace visavis::doctor {

// The answer's members; the failure is a sentence for the operator.
Result<boost::json::object, std::string> ask_control(const std::filesystem::path& data_dir,
                                                     const boost::json::object& request);

}  // namespace visavis::doctor

// What the running server tells of itself, and what its data directory looks like from here.
#pragma once

#include <boost/json/object.hpp>
#include <filesystem>

#include "server/doctor/observations.h"

namespace visavis::doctor {

HostSeen look_at_host(const std::filesystem::path& data_dir, const boost::json::object& status);

}  // namespace visavis::doctor

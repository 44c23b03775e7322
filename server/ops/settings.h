// Options and limits as text, before they are checked: what each source says, and where.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "server/ops/config.h"

namespace visavis::ops {

struct Setting {
  std::vector<std::string> values;  // one, unless the option is repeatable
  std::string origin;  // for errors: "--listen", "VISAVIS_LISTEN", "visavis.toml:3 (listen)"
};

// By TOML key; limits as "limits.KEY".
using Settings = std::map<std::string, Setting, std::less<>>;

// Known keys only, with values of the right type; relative paths are made relative to the file's
// directory.
Result<Settings, ConfigError> settings_from_file(const std::filesystem::path& file);

// Empty variables count as not set. Values of repeatable options are separated by commas.
Settings settings_from_environment(Environment environment);

}  // namespace visavis::ops

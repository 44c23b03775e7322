// How a key is called in the environment.
#pragma once

#include <string>
#include <string_view>

namespace visavis::ops {

// VISAVIS_, `prefix`, and `key` (a TOML key) in capitals.
inline std::string environment_name(std::string_view prefix, std::string_view key) {
  std::string name = "VISAVIS_";
  name += prefix;
  for (const char c : key) name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

}  // namespace visavis::ops

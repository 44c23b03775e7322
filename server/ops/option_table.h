// The options of `visavis serve`: one list for reading, checking, --help and the documentation.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "server/ops/config.h"

namespace visavis::ops {

inline constexpr unsigned kThreadsMax = 256;

enum class OptionKind : std::uint8_t { kText, kPath, kNumber, kSwitch };

// The same option is `--NAME` on the command line, NAME with `_` for `-` in the TOML file, and
// VISAVIS_NAME in capitals in the environment.
struct Option {
  std::string_view name;
  OptionKind kind;
  bool repeatable;
  bool secret;                    // its value is never repeated in an error
  std::string_view placeholder;   // in --help; empty for a switch
  std::string_view takes;         // "it takes …", in errors
  std::string_view meaning;       // in --help and the documentation; one or two short sentences
  std::string_view default_text;  // likewise; empty where there is none
  // Puts one value into the configuration. The answer is empty, or says what is wrong with the
  // value as the end of a sentence ("has no port"). Null for --config, which is read before the
  // others.
  std::string (*apply)(Config& config, const std::string& value);

  std::string flag() const;      // --tls-cert
  std::string toml_key() const;  // tls_cert
  std::string variable() const;  // VISAVIS_TLS_CERT
};

std::span<const Option> options();
const Option* find_option(std::string_view toml_key);

// What `visavis --help` prints.
std::string help_text();

}  // namespace visavis::ops

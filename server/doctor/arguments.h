// The command line of `visavis check`.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "core/base/result.h"

namespace visavis::doctor {

struct Arguments {
  std::string url;  // empty: of the server on this machine
  std::string config;
  std::string data_dir;
  std::string code;
  bool json = false;
  bool slow = false;
  bool watch = false;
  bool issue = false;
  std::uint32_t every_s = 60;
  std::uint32_t hours = 0;  // 0: as long as the server allows

  // Whether the server is asked through its control socket: not where another machine's is meant.
  bool is_local() const { return url.empty() || !config.empty() || !data_dir.empty(); }
};

struct Help {
  std::string text;
};

// `argv[0]` is "check". The failure is a sentence.
Result<std::variant<Arguments, Help>, std::string> parse_arguments(int argc,
                                                                   const char* const* argv);

}  // namespace visavis::doctor

#include "bench/generator/program.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <cstdio>

namespace visavis::bench {

void print(const Figures& figures) {
  std::string json;
  for (const auto& [name, value] : figures)
    json += fmt::format("{}\"{}\":{}", json.empty() ? "" : ",", name, value);
  std::puts(fmt::format("{{{}}}", json).c_str());
}

void raise_file_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace visavis::bench

#include "bench/generator/server_process.h"

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace visavis::bench {

std::chrono::nanoseconds ServerProcess::cpu_time() const {
  std::int64_t total = 0;
  for (const auto& task :
       std::filesystem::directory_iterator("/proc/" + std::to_string(pid_) + "/task")) {
    std::int64_t on_cpu = 0;
    std::ifstream(task.path() / "schedstat") >> on_cpu;
    total += on_cpu;
  }
  return std::chrono::nanoseconds(total);
}

// smaps_rollup counts pages; statm lags behind by what each CPU has not yet added up.
std::uint64_t ServerProcess::resident_bytes() const {
  std::ifstream rollup("/proc/" + std::to_string(pid_) + "/smaps_rollup");
  std::string word;
  while (rollup >> word) {
    std::uint64_t kilobytes = 0;
    if (word == "Rss:" && rollup >> kilobytes) return kilobytes * 1'024;
  }
  throw std::runtime_error("the server's memory cannot be read");
}

}  // namespace visavis::bench

// What a server costs, as the kernel counts it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>

namespace visavis::bench {

class ServerProcess {
 public:
  explicit ServerProcess(pid_t pid) : pid_(pid) {}
  // Time on a CPU of all its threads, system calls and the softirq work they cause included.
  std::chrono::nanoseconds cpu_time() const;
  std::uint64_t resident_bytes() const;

 private:
  pid_t pid_;
};

}  // namespace visavis::bench

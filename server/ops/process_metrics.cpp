// Process metrics with the names that Prometheus's own client libraries use, so that common
// dashboards and alerts find them.
#include <dirent.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <fstream>

#include "server/ops/metrics.h"

namespace visavis::ops {
namespace {

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

void write_cpu(MetricWriter& writer) {
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) != 0) return;
  writer.counter("process_cpu_seconds_total", "CPU time used, user and system.",
                 seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime));
}

void write_memory(MetricWriter& writer) {
  std::ifstream statm("/proc/self/statm");
  std::size_t virtual_pages = 0;
  std::size_t resident_pages = 0;
  if (!(statm >> virtual_pages >> resident_pages)) return;
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  writer.gauge("process_resident_memory_bytes", "Memory in RAM.",
               static_cast<double>(resident_pages * page));
  writer.gauge("process_virtual_memory_bytes", "Address space in use.",
               static_cast<double>(virtual_pages * page));
}

std::size_t open_files() {
  // Since Linux 6.2 the directory's size is the number of descriptors; before, they must be listed.
  struct stat status{};
  if (::stat("/proc/self/fd", &status) == 0 && status.st_size > 0) {
    return static_cast<std::size_t>(status.st_size);
  }
  DIR* directory = ::opendir("/proc/self/fd");
  if (directory == nullptr) return 0;
  std::size_t count = 0;
  while (const dirent* entry = ::readdir(directory)) count += entry->d_name[0] != '.';
  ::closedir(directory);
  return count - 1;  // the one that listed
}

void write_files(MetricWriter& writer) {
  writer.gauge("process_open_fds", "Open file descriptors.", static_cast<double>(open_files()));
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  writer.gauge("process_max_fds", "Limit of open file descriptors.",
               static_cast<double>(limit.rlim_cur));
}

// Static initialisation runs when the process starts.
const double kStartTime =
    std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();

}  // namespace

void write_process_metrics(MetricWriter& writer) {
  writer.gauge("visavis_build_info", "Always 1; the labels tell what was built.", 1,
               {{"version", VISAVIS_VERSION}, {"compiler", __VERSION__}});
  write_cpu(writer);
  write_memory(writer);
  write_files(writer);
  writer.gauge("process_start_time_seconds", "When the process started, in Unix time.", kStartTime);
}

}  // namespace visavis::ops

#include "server/ops/data_dir_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <cerrno>

namespace visavis::ops {

Result<DataDirLock, StartError> DataDirLock::take(const DataDir& data_dir) {
  if (!data_dir.writable()) return DataDirLock(nullptr);
  // The directory itself: a file would stay behind.
  auto directory = std::make_unique<net::Descriptor>(
      ::open(data_dir.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (*directory && ::flock(directory->get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    return Failure{StartError{
        fmt::format("Another server uses the data directory {}. Stop that one first, or give this "
                    "one a directory of its own with --data-dir.",
                    data_dir.path().string())}};
  }
  return DataDirLock(std::move(directory));
}

}  // namespace visavis::ops

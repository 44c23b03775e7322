// One server for one data directory. Two would overwrite what the other one has written about rooms
// and certificates, and the second would have no control socket.
#pragma once

#include <memory>
#include <utility>

#include "core/base/result.h"
#include "server/net/descriptor.h"
#include "server/ops/data_dir.h"
#include "server/ops/start_error.h"

namespace visavis::ops {

// Held as long as it lives. The kernel lets go of it when the process ends, however it ends, so
// that nothing is left behind that would keep the next one from starting (flock(2)).
class DataDirLock {
 public:
  // Fails only where another process holds it. A directory that cannot be written needs no lock:
  // several servers may share keys that are mounted read-only. Nor is a file system without locks a
  // reason not to start.
  static Result<DataDirLock, StartError> take(const DataDir& data_dir);

 private:
  explicit DataDirLock(std::unique_ptr<net::Descriptor> directory)
      : directory_(std::move(directory)) {}

  std::unique_ptr<net::Descriptor> directory_;  // none: nothing to lock
};

}  // namespace visavis::ops

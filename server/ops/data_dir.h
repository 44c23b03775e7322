// The directory of what must outlive the process: keys and the self-signed certificate.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "server/ops/start_error.h"

namespace visavis::ops {

// Not thread-safe; used at start and on SIGHUP. Files made in it are readable by their owner only.
class DataDir {
 public:
  // Gets a sentence for the operator about what works and could be better.
  using Warn = std::function<void(const std::string&)>;

  // Makes the directory (and its parents) with mode 0700 where it is missing, and finds out by
  // writing whether files can be made in it. One in which they cannot (a volume that is mounted
  // read-only) is good as long as everything that is needed is in it. An existing directory keeps
  // its mode.
  static Result<DataDir, StartError> open(const std::filesystem::path& path, Warn warn = {});

  bool writable() const { return unwritable_because_.empty(); }
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path file(std::string_view name) const { return path_ / name; }

  // The content of a file, or nothing where there is none. Refuses one that everybody may read or
  // write, and one larger than `bytes_max`. One of which the group may do so is taken, with a
  // warning: Kubernetes gives a volume to a pod's fsGroup so.
  Result<std::optional<std::string>, StartError> read_private(std::string_view name,
                                                              std::size_t bytes_max) const;

  enum class WriteMode { kReplace, kCreateOnly };
  // Writes a whole file (0600) so that it appears complete or not at all, also after a power cut.
  // The answer is false where kCreateOnly found a file already there, which stays untouched.
  Result<bool, StartError> write_private(std::string_view name, ByteView content,
                                         WriteMode mode) const;

 private:
  DataDir(std::filesystem::path path, Warn warn, std::string unwritable_because)
      : path_(std::move(path)),
        warn_(std::move(warn)),
        unwritable_because_(std::move(unwritable_because)) {}
  StartError unwritable() const;
  void warn_of_group(const std::filesystem::path& file) const;

  std::filesystem::path path_;
  Warn warn_;
  std::string unwritable_because_;  // empty: it is writable
  // One warning says it for all files. Shared by copies.
  std::shared_ptr<bool> warned_of_group_ = std::make_shared<bool>(false);
};

}  // namespace visavis::ops

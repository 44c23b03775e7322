// The directory of what must outlive the process: keys and the self-signed certificate.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "server/ops/start_error.h"

namespace visavis::ops {

// Not thread-safe; used at start and on SIGHUP. Files in it are readable by their owner only.
class DataDir {
 public:
  // Makes the directory (and its parents) with mode 0700 where it is missing, and proves by writing
  // that files can be made in it. An existing directory keeps its mode.
  static Result<DataDir, StartError> open(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path file(std::string_view name) const { return path_ / name; }

  // The content of a file, or nothing where there is none. Refuses one that others may read, and
  // one larger than `bytes_max`.
  Result<std::optional<std::string>, StartError> read_private(std::string_view name,
                                                              std::size_t bytes_max) const;

  enum class WriteMode { kReplace, kCreateOnly };
  // Writes a whole file (0600) so that it appears complete or not at all, also after a power cut.
  // The answer is false where kCreateOnly found a file already there, which stays untouched.
  Result<bool, StartError> write_private(std::string_view name, ByteView content,
                                         WriteMode mode) const;

 private:
  explicit DataDir(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;
};

}  // namespace visavis::ops

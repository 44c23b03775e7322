#include "server/ops/data_dir.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "server/net/descriptor.h"

namespace visavis::ops {
namespace {

constexpr mode_t kPrivateDirectory = 0700;
constexpr mode_t kPrivateFile = 0600;
constexpr mode_t kForEverybody = S_IROTH | S_IWOTH;
constexpr mode_t kForTheGroup = S_IRGRP | S_IWGRP;

template <typename... Arguments>
Failure<StartError> failure(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  return Failure{StartError{fmt::format(format, std::forward<Arguments>(arguments)...)}};
}

std::string reason(int error) { return std::generic_category().message(error); }

bool write_all(int descriptor, ByteView content) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    content = content.subspan(static_cast<std::size_t>(written));
  }
  return ::fsync(descriptor) == 0;
}

// The answer is the number of bytes read, or -1.
ssize_t read_all(int descriptor, MutableByteView out) {
  std::size_t size = 0;
  while (size < out.size()) {
    const ssize_t got = ::read(descriptor, out.data() + size, out.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  return static_cast<ssize_t>(size);
}

void sync_directory(const std::filesystem::path& directory) {
  const net::Descriptor descriptor(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor) ::fsync(descriptor.get());  // some file systems cannot; the file itself is safe
}

bool make_directories(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return true;
  const auto parent = path.parent_path();
  if (!parent.empty() && parent != path && !make_directories(parent)) return false;
  return ::mkdir(path.c_str(), kPrivateDirectory) == 0 || errno == EEXIST;
}

}  // namespace

Result<DataDir, StartError> DataDir::open(const std::filesystem::path& path, Warn warn) {
  if (!make_directories(path)) {
    return failure("The data directory {} cannot be made ({}); --data-dir names another.",
                   path.string(), reason(errno));
  }
  std::string probe = (path / ".probe-XXXXXX").string();
  const net::Descriptor descriptor(::mkostemp(probe.data(), O_CLOEXEC));
  if (descriptor) {
    ::unlink(probe.c_str());
    return DataDir(path, std::move(warn), "");
  }
  DataDir data_dir(path, std::move(warn), reason(errno));
  if (data_dir.warn_) {
    data_dir.warn_(fmt::format(
        "The data directory {} cannot be written ({}). What is in it is used as it is; after each "
        "start, rooms open first to those who were in them.",
        path.string(), data_dir.unwritable_because_));
  }
  return data_dir;
}

StartError DataDir::unwritable() const {
  return {fmt::format("The data directory {} cannot be written ({}); --data-dir names another.",
                      path_.string(), unwritable_because_)};
}

void DataDir::warn_of_group(const std::filesystem::path& file) const {
  if (!warn_ || std::exchange(*warned_of_group_, true)) return;
  warn_(fmt::format(
      "{} holds a secret that its group may read. Under Kubernetes (fsGroup) that is as it should "
      "be; elsewhere, run: chmod 600 {}",
      file.string(), file.string()));
}

Result<std::optional<std::string>, StartError> DataDir::read_private(std::string_view name,
                                                                     std::size_t bytes_max) const {
  const auto path = file(name);
  const net::Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!descriptor) {
    if (errno == ENOENT) return std::optional<std::string>();
    return failure("{} cannot be read ({}).", path.string(), reason(errno));
  }
  struct stat status{};
  if (::fstat(descriptor.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return failure("{} is not a regular file.", path.string());
  }
  if ((status.st_mode & kForEverybody) != 0) {
    return failure("{} holds a secret but everybody may {} it; run: chmod 600 {}", path.string(),
                   (status.st_mode & S_IROTH) != 0 ? "read" : "write", path.string());
  }
  if ((status.st_mode & kForTheGroup) != 0) warn_of_group(path);
  std::string content(bytes_max + 1, '\0');
  const ssize_t size =
      read_all(descriptor.get(), {reinterpret_cast<std::uint8_t*>(content.data()), content.size()});
  if (size < 0) return failure("{} cannot be read ({}).", path.string(), reason(errno));
  content.resize(static_cast<std::size_t>(size));
  if (content.size() > bytes_max) {
    return failure("{} is larger than {} bytes: it is not the file it should be.", path.string(),
                   bytes_max);
  }
  return std::optional<std::string>(std::move(content));
}

Result<bool, StartError> DataDir::write_private(std::string_view name, ByteView content,
                                                WriteMode mode) const {
  if (!writable()) return Failure{unwritable()};
  const auto path = file(name);
  std::string temporary = fmt::format("{}.XXXXXX", path.string());
  const net::Descriptor descriptor(::mkostemp(temporary.data(), O_CLOEXEC));  // O_EXCL, 0600
  const auto give_up = [&](int error) {
    if (descriptor) ::unlink(temporary.c_str());
    return failure("{} cannot be written ({}).", path.string(), reason(error));
  };
  if (!descriptor || ::fchmod(descriptor.get(), kPrivateFile) != 0) return give_up(errno);
  if (!write_all(descriptor.get(), content)) return give_up(errno);
  // link() fails where the name is taken, rename() replaces: both in one step.
  const bool create_only = mode == WriteMode::kCreateOnly;
  const int result = create_only ? ::link(temporary.c_str(), path.c_str())
                                 : ::rename(temporary.c_str(), path.c_str());
  if (result != 0 && !(create_only && errno == EEXIST)) return give_up(errno);
  if (create_only) ::unlink(temporary.c_str());
  sync_directory(path_);
  return result == 0;
}

}  // namespace visavis::ops

// Where the control socket of a server is, for the server and for whoever asks it. The path of a
// socket has 107 bytes at most; by way of a descriptor of its directory any directory can be named.
#pragma once

#include <fcntl.h>
#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "server/net/descriptor.h"

namespace visavis::ops {

class ControlPlace {
 public:
  static constexpr std::string_view kFileName = "control.sock";

  // Holds the data directory open. Where that fails, errno says why.
  explicit ControlPlace(const std::filesystem::path& data_dir)
      : directory_(::open(data_dir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {}

  explicit operator bool() const { return static_cast<bool>(directory_); }
  // Short, and good as long as this lives.
  std::string socket_path() const {
    return fmt::format("/proc/self/fd/{}/{}", directory_.get(), kFileName);
  }

 private:
  net::Descriptor directory_;
};

}  // namespace visavis::ops

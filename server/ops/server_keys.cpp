#include "server/ops/server_keys.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace visavis::ops {
namespace {

constexpr std::string_view kFile = "identity.key";

std::vector<std::string> split(std::string_view content) {
  std::vector<std::string> keys;
  for (; !content.empty(); content.remove_prefix(kIdentityKeyBytes)) {
    keys.emplace_back(content.substr(0, kIdentityKeyBytes));
  }
  return keys;
}

Result<std::optional<std::string>, StartError> read(const DataDir& data_dir) {
  return data_dir.read_private(kFile, kIdentityKeyBytes * kIdentityKeysMax);
}

}  // namespace

Result<std::vector<std::string>, StartError> load_identity_keys(const DataDir& data_dir,
                                                                Random& random) {
  auto content = read(data_dir);
  if (!content) return Failure{content.error()};
  if (!content->has_value()) {
    std::array<std::uint8_t, kIdentityKeyBytes> key{};
    random.fill(key);
    const auto written = data_dir.write_private(kFile, key, DataDir::WriteMode::kCreateOnly);
    if (!written) return Failure{written.error()};
    // Whoever started at the same time may have been first: all must use the same key.
    content = read(data_dir);
    if (!content) return Failure{content.error()};
  }
  const std::string& keys = content->value();
  if (keys.empty() || keys.size() % kIdentityKeyBytes != 0) {
    return Failure{StartError{fmt::format(
        "{} has {} bytes, but it holds one to {} keys of {} bytes each; restore it from a backup, "
        "or "
        "remove it and everybody becomes a new person.",
        data_dir.file(kFile).string(), keys.size(), kIdentityKeysMax, kIdentityKeyBytes)}};
  }
  return split(keys);
}

}  // namespace visavis::ops

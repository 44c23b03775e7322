#include "server/ops/server_keys.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace visavis::ops {
namespace {

struct KeyFile {
  std::string_view name;
  std::string_view loss;  // what happens to whoever removes it
};
constexpr KeyFile kIdentity{"identity.key", "everybody becomes a new person"};
constexpr KeyFile kRelay{"relay.key", "calls that go on lose the relay at their next reconnection"};

std::vector<std::string> split(std::string_view content) {
  std::vector<std::string> keys;
  for (; !content.empty(); content.remove_prefix(kServerKeyBytes)) {
    keys.emplace_back(content.substr(0, kServerKeyBytes));
  }
  return keys;
}

Result<std::optional<std::string>, StartError> read(const DataDir& data_dir, const KeyFile& file) {
  return data_dir.read_private(file.name, kServerKeyBytes * kServerKeysMax);
}

Result<std::vector<std::string>, StartError> load(const DataDir& data_dir, Random& random,
                                                  const KeyFile& file) {
  auto content = read(data_dir, file);
  if (!content) return Failure{content.error()};
  if (!content->has_value()) {
    std::array<std::uint8_t, kServerKeyBytes> key{};
    random.fill(key);
    const auto written = data_dir.write_private(file.name, key, DataDir::WriteMode::kCreateOnly);
    if (!written) return Failure{written.error()};
    // Whoever started at the same time may have been first: all must use the same key.
    content = read(data_dir, file);
    if (!content) return Failure{content.error()};
  }
  const std::string& keys = content->value();
  if (keys.empty() || keys.size() % kServerKeyBytes != 0) {
    return Failure{StartError{fmt::format(
        "{} has {} bytes, but it holds one to {} keys of {} bytes each; restore it from a backup, "
        "or remove it and {}.",
        data_dir.file(file.name).string(), keys.size(), kServerKeysMax, kServerKeyBytes,
        file.loss)}};
  }
  return split(keys);
}

}  // namespace

Result<std::vector<std::string>, StartError> load_identity_keys(const DataDir& data_dir,
                                                                Random& random) {
  return load(data_dir, random, kIdentity);
}

Result<std::vector<std::string>, StartError> load_relay_keys(const DataDir& data_dir,
                                                             Random& random) {
  return load(data_dir, random, kRelay);
}

}  // namespace visavis::ops

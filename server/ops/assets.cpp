#include "server/ops/assets.h"

#include <algorithm>

namespace visavis::ops {

const Asset* find_asset(std::span<const Asset> assets, std::string_view path) {
  const auto found = std::lower_bound(
      assets.begin(), assets.end(), path,
      [](const Asset& asset, std::string_view wanted) { return asset.path < wanted; });
  return found == assets.end() || found->path != path ? nullptr : &*found;
}

}  // namespace visavis::ops

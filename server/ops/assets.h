// The web app's files, compiled into the binary (cmake/embed_assets.cmake).
#pragma once

#include <span>
#include <string_view>

#include "core/base/bytes.h"

namespace visavis::ops {

// One file. Everything it points to lives as long as the process.
struct Asset {
  std::string_view path{};  // as in the URL: "/assets/index-B1x2.js"
  std::string_view content_type{};
  std::string_view content_hash{};  // letters and digits, for entity tags
  bool immutable = false;  // the name holds a hash: another content would have another name
  ByteView identity{};
  ByteView gzip{};    // empty where compressing did not help
  ByteView brotli{};  // likewise
};

// Sorted by path. Holds "/index.html" always.
std::span<const Asset> embedded_assets();

// The asset of this path among `assets` (sorted by path), or null.
const Asset* find_asset(std::span<const Asset> assets, std::string_view path);

}  // namespace visavis::ops

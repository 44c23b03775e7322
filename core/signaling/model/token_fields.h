// The fields of a signed token's payload, one after the other, numbers high byte first.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/ids.h"
#include "core/base/time.h"

namespace visavis::signaling {

inline constexpr std::size_t kTimeBytes = 8;

class FieldWriter {
 public:
  template <typename Tag, std::size_t kBytes>
  FieldWriter& id(const RandomId<Tag, kBytes>& id) {
    bytes_.insert(bytes_.end(), id.bytes.begin(), id.bytes.end());
    return *this;
  }
  // The lowest `width` bytes of it.
  FieldWriter& number(std::uint64_t value, std::size_t width) {
    for (std::size_t shift = width * 8; shift > 0; shift -= 8) {
      bytes_.push_back(static_cast<std::uint8_t>(value >> (shift - 8)));
    }
    return *this;
  }
  FieldWriter& time(WallTime time) {
    return number(static_cast<std::uint64_t>(time.time_since_epoch().count()), kTimeBytes);
  }
  // Filled up with NULs, so that a token's length does not tell the text's. Precondition: it fits.
  FieldWriter& text(std::string_view text, std::size_t width) {
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    bytes_.resize(bytes_.size() + width - text.size());
    return *this;
  }

  ByteView bytes() const { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
};

// Reads what a FieldWriter wrote. Beyond the end everything is zero, and the reader has failed.
class FieldReader {
 public:
  explicit FieldReader(ByteView bytes) : bytes_(bytes) {}

  template <typename Id>
  Id id() {
    Id id;
    const ByteView from = take(Id::kSize);
    std::copy(from.begin(), from.end(), id.bytes.begin());
    return id;
  }
  std::uint64_t number(std::size_t width) {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : take(width)) value = value << 8U | byte;
    return value;
  }
  WallTime time() { return WallTime(milliseconds(static_cast<std::int64_t>(number(kTimeBytes)))); }
  std::string text(std::size_t width) {
    const ByteView from = take(width);
    return {from.begin(), std::find(from.begin(), from.end(), 0)};
  }

  // All of it was read, and no more than there was.
  bool is_done() const { return !failed_ && bytes_.empty(); }

 private:
  ByteView take(std::size_t size) {
    if (size > bytes_.size()) {
      failed_ = true;
      bytes_ = {};
      return {};
    }
    const ByteView taken = bytes_.first(size);
    bytes_ = bytes_.subspan(size);
    return taken;
  }

  ByteView bytes_;
  bool failed_ = false;
};

}  // namespace visavis::signaling

// The limits as the operator sees them: one list of keys for reading, checking and documenting
// them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "server/ops/config.h"

namespace visavis::ops {

// One key under [limits]: the field's name, durations with `_ms` appended and always in
// milliseconds. What limits the relay has `relay_` before it.
struct LimitKey {
  using Field = std::variant<std::size_t NetLimits::*, Duration NetLimits::*,
                             std::size_t signaling::Limits::*, std::uint32_t signaling::Limits::*,
                             Duration signaling::Limits::*, std::size_t turn::Limits::*,
                             std::uint32_t turn::Limits::*, Duration turn::Limits::*>;

  std::string_view key;
  Field field;
  std::uint64_t min;
  std::uint64_t max;
  std::string_view meaning;  // for the documentation

  std::string variable() const;  // VISAVIS_LIMITS_RING_TIMEOUT_MS
  std::uint64_t get(const Config& config) const;
  // Precondition: min <= value <= max.
  void set(Config& config, std::uint64_t value) const;
};

std::span<const LimitKey> limit_keys();
const LimitKey* find_limit_key(std::string_view key);

}  // namespace visavis::ops

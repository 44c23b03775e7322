// Unicode's table of characters that look like others (UTS #39), made in the build from ICU's
// (cmake/confusables.cpp).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace visavis::signaling {

struct Confusable {
  std::uint32_t point;
  std::uint16_t at;    // in confusable_texts()
  std::uint16_t size;  // bytes
};

// By point. What is not in it looks like itself only.
std::span<const Confusable> confusables();
// UTF-8: what they look like, end to end.
std::string_view confusable_texts();

}  // namespace visavis::signaling

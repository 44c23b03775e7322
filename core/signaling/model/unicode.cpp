#include "core/signaling/model/unicode.h"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>

namespace visavis::signaling {
namespace {

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

// How many bytes it took; 0 or less when it is none.
utf8proc_ssize_t read_code_point(std::string_view text, std::int32_t& point) {
  return utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                          static_cast<utf8proc_ssize_t>(text.size()), &point);
}

}  // namespace

std::optional<std::string> map_text(std::string_view text, int options) {
  utf8proc_uint8_t* mapped = nullptr;
  const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                 static_cast<utf8proc_ssize_t>(text.size()), &mapped,
                                 static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, &std::free);
  if (size < 0) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size));
}

std::vector<std::int32_t> code_points(std::string_view text) {
  std::vector<std::int32_t> points;
  points.reserve(text.size());
  while (!text.empty()) {
    std::int32_t point = 0;
    const auto used = read_code_point(text, point);
    if (used <= 0) break;
    points.push_back(point);
    text.remove_prefix(static_cast<std::size_t>(used));
  }
  return points;
}

std::int32_t code_point_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return 0;
  std::int32_t point = 0;
  return read_code_point(text.substr(at), point) > 0 ? point : 0;
}

std::int32_t code_point_before(std::string_view text, std::size_t end) {
  if (end == 0 || end > text.size()) return 0;
  std::size_t at = end - 1;
  while (at > 0 && continues(text[at])) --at;
  return code_point_at(text.substr(0, end), at);
}

std::size_t utf8_size(std::int32_t point) {
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
}

void append_utf8(std::string& out, std::int32_t point) {
  utf8proc_uint8_t bytes[4];
  const auto size = utf8proc_encode_char(point, bytes);
  out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

void cut_text(std::string& text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return;
  while (bytes_max > 0 && continues(text[bytes_max])) --bytes_max;
  text.resize(bytes_max);
}

bool is_letter_or_digit(std::int32_t point) {
  switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
      return true;
    default:
      return false;
  }
}

}  // namespace visavis::signaling

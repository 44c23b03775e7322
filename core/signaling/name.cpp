#include "core/signaling/name.h"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>
#include <vector>

namespace visavis::signaling {
namespace {

constexpr utf8proc_int32_t kZeroWidthNonJoiner = 0x200C;
constexpr utf8proc_int32_t kZeroWidthJoiner = 0x200D;

std::optional<std::string> map(std::string_view text, int options) {
  utf8proc_uint8_t* mapped = nullptr;
  const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                 static_cast<utf8proc_ssize_t>(text.size()), &mapped,
                                 static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, &std::free);
  if (size < 0) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size));
}

std::vector<utf8proc_int32_t> code_points(std::string_view text) {
  std::vector<utf8proc_int32_t> points;
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t point = 0;
    const auto used = utf8proc_iterate(at, left, &point);
    if (used <= 0) break;
    points.push_back(point);
    at += used;
    left -= used;
  }
  return points;
}

enum class Kind { kVisible, kMark, kSpace, kJoiner, kRemoved };

Kind kind_of(utf8proc_int32_t point) {
  if (point == kZeroWidthJoiner || point == kZeroWidthNonJoiner) return Kind::kJoiner;
  if (point == '\t' || point == '\n' || point == '\r') return Kind::kSpace;
  switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return Kind::kSpace;
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CN:
      return Kind::kRemoved;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_ME:
      return Kind::kMark;
    default:
      return Kind::kVisible;
  }
}

void append_utf8(std::string& out, utf8proc_int32_t point) {
  utf8proc_uint8_t bytes[4];
  const auto size = utf8proc_encode_char(point, bytes);
  out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

}  // namespace

std::optional<std::string> clean_name(std::string_view text, std::size_t chars_max) {
  const auto composed = map(text, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
  if (!composed) return std::nullopt;
  std::string name;
  std::size_t chars = 0;
  bool visible = false;
  utf8proc_int32_t pending = 0;  // a space or joiner that stays only if something follows it
  for (const auto point : code_points(*composed)) {
    const Kind kind = kind_of(point);
    if (kind == Kind::kRemoved) continue;
    if (kind == Kind::kSpace) {
      pending = name.empty() ? 0 : ' ';
      continue;
    }
    if (kind == Kind::kJoiner) {
      if (!name.empty() && pending == 0) pending = point;
      continue;
    }
    if (kind == Kind::kMark && (name.empty() || pending == ' ')) continue;  // nothing to stand on
    if (pending != 0) {
      append_utf8(name, pending);
      pending = 0;
      ++chars;
    }
    append_utf8(name, point);
    ++chars;
    visible = visible || kind == Kind::kVisible;
    if (chars > chars_max) return std::nullopt;
  }
  if (!visible) return std::nullopt;
  // Removing characters can bring together what composes.
  return map(name, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
}

std::string fold_for_search(std::string_view text) {
  return map(text, UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_STABLE | UTF8PROC_CASEFOLD |
                       UTF8PROC_STRIPMARK | UTF8PROC_IGNORE)
      .value_or(std::string());
}

bool matches_search(std::string_view folded_name, std::string_view folded_query) {
  while (!folded_query.empty()) {
    const std::size_t space = folded_query.find(' ');
    const auto word = folded_query.substr(0, space);
    if (folded_name.find(word) == std::string_view::npos) return false;
    if (space == std::string_view::npos) break;
    folded_query.remove_prefix(space + 1);
  }
  return true;
}

}  // namespace visavis::signaling

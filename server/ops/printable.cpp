#include "server/ops/printable.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>

namespace visavis::ops {
namespace {

struct Range {
  std::int32_t first;
  std::int32_t last;
};

bool is_control(std::int32_t character) { return character < ' ' || character == 0x7F; }

void append_printable(std::string& out, std::string_view text) {
  while (!text.empty()) {
    utf8proc_int32_t character = 0;
    const auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                       static_cast<utf8proc_ssize_t>(text.size()), &character);
    const std::size_t bytes = size <= 0 ? 1 : static_cast<std::size_t>(size);
    if (size <= 0 || is_control(character) || steers(character)) {
      out += "\uFFFD";
    } else {
      out += text.substr(0, bytes);
    }
    text.remove_prefix(bytes);
  }
}

}  // namespace

bool steers(std::int32_t character) {
  constexpr std::array kRanges = std::to_array<Range>({{0x80, 0x9F},        // C1
                                                       {0x061C, 0x061C},    // bidirectional marks,
                                                       {0x200E, 0x200F},    //
                                                       {0x2028, 0x202E},    // lines, embeddings,
                                                       {0x2066, 0x2069}});  // isolates
  return std::ranges::any_of(kRanges, [&](const Range& range) {
    return range.first <= character && character <= range.last;
  });
}

std::string printable(std::string_view text) {
  std::string out;
  append_printable(out, text.substr(0, kPrintableBytesMax));
  if (text.size() > kPrintableBytesMax) out += "…";
  return out;
}

std::string printable_lines(std::string_view text) {
  std::string out;
  while (true) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    append_printable(out, text.substr(0, end));
    if (end == text.size()) return out;
    out += '\n';
    text.remove_prefix(end + 1);
  }
}

}  // namespace visavis::ops

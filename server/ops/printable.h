// What somebody else wrote, as something that can be shown in a terminal: nothing in it ends a line
// or steers anything. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace visavis::ops {

// Beside ASCII's control characters: C1, which terminals take for commands, lines of Unicode's own,
// and marks that turn the order of the text around them.
bool steers(std::int32_t character);

// Control characters (C0, C1), marks that turn the order of text, and what is not UTF-8 become
// U+FFFD; what is longer than this is cut.
inline constexpr std::size_t kPrintableBytesMax = 1'024;
std::string printable(std::string_view text);

// The same line by line, for what is ours and quotes others.
std::string printable_lines(std::string_view text);

}  // namespace visavis::ops

// Text as code points, by way of utf8proc. Pure functions; any thread may call them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace visavis::signaling {

// `options` are utf8proc's (utf8proc_option_t). Nothing when the text is not UTF-8.
std::optional<std::string> map_text(std::string_view text, int options);

// Up to the first byte that is not UTF-8.
std::vector<std::int32_t> code_points(std::string_view text);

// The one that begins at `at`; 0 when none does.
std::int32_t code_point_at(std::string_view text, std::size_t at);
// The one that ends before `end`; 0 when none does.
std::int32_t code_point_before(std::string_view text, std::size_t end);

// Bytes in UTF-8.
std::size_t utf8_size(std::int32_t point);

void append_utf8(std::string& out, std::int32_t point);

// As much of the text as fits, cut between code points.
void cut_text(std::string& text, std::size_t bytes_max);

// By Unicode's category: letters of any script, digits and other numbers.
bool is_letter_or_digit(std::int32_t point);

}  // namespace visavis::signaling

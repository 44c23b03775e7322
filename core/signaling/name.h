// What people call themselves: cleaned, and folded for search.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace visavis::signaling {

// The name as others will see it: NFC, without control, formatting, private-use and unassigned
// characters (joiners inside a word stay: emoji and several scripts need them), white space folded
// to single spaces. Nothing when no visible character is left, more than `chars_max` code points
// are, or the text is not UTF-8.
std::optional<std::string> clean_name(std::string_view text, std::size_t chars_max);

// For comparing regardless of case, accents and compatibility forms. Empty when not UTF-8.
std::string fold_for_search(std::string_view text);

// Whether every word of `folded_query` occurs in `folded_name`.
bool matches_search(std::string_view folded_name, std::string_view folded_query);

}  // namespace visavis::signaling

// What people call themselves: cleaned, and folded for search.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace visavis::signaling {

enum class NameProblem : std::uint8_t {
  kNothingToSee,  // no letter or digit, or not UTF-8
  kTooLong,
};

// The name as others will see it: NFC, white space folded to single spaces, and without
//  - control, formatting, private-use and unassigned characters;
//  - characters that show nothing: default ignorable ones, fillers, the empty Braille pattern. A
//    joiner stays inside a word of emoji or of a script that needs it, a variation selector after
//    what it selects a form of;
//  - marks that stack too high on one letter: a third one, or in scripts that write more (Hebrew,
//  Arabic,
//    the scripts of India, Burmese, Khmer: 3; Tibetan: 4) the next, and any that is there twice.
//    Marks that take space of their own (Mc) are not counted.
// A problem when there are more than `chars_max` code points then, or none is a letter or a digit.
Result<std::string, NameProblem> clean_name(std::string_view text, std::size_t chars_max);

// For whoever sent such a name.
std::string explain(NameProblem problem, std::size_t chars_max);

// A name of 64 characters fits, whatever its script; a few characters fold to a sentence.
inline constexpr std::size_t kFoldedBytesMax = 256;

// For comparing regardless of case, accents and compatibility forms. Cut between two characters
// where it is longer than kFoldedBytesMax. Empty when not UTF-8.
std::string fold_for_search(std::string_view text);

}  // namespace visavis::signaling

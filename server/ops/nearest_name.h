// Which name somebody meant who misspelt one: of an option, a limit or a variable.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace visavis::ops {

// Letters to insert, take away or replace.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The nearest of `known`; empty where none is near: a third of the letters behind the first
// `certain` ones may be wrong, and two always.
std::string nearest_name(std::string_view asked, std::span<const std::string> known,
                         std::size_t certain = 0);

// "; did you mean NAME" where there is one, for the end of a clause; else nothing.
std::string did_you_mean(std::string_view asked, std::span<const std::string> known);

}  // namespace visavis::ops

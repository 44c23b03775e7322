// Small operations on ASCII text, as HTTP header fields need them.
#pragma once

#include <string>
#include <string_view>

namespace visavis::net {

inline char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

inline std::string to_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = to_lower(c);
  return lower;
}

// Without spaces and tabs around it (OWS, RFC 9110 section 5.6.3).
inline std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// What follows the last `separator`, or all of it.
inline std::string_view last_item(std::string_view list, char separator = ',') {
  return trim(list.substr(list.rfind(separator) + 1));
}

}  // namespace visavis::net

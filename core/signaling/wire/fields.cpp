#include "core/signaling/wire/fields.h"

#include <fmt/format.h>

#include <utility>

namespace visavis::signaling {
namespace {

namespace dom = simdjson::dom;

constexpr std::uint64_t kIntegerMax = (std::uint64_t{1} << 53) - 1;  // JavaScript's
constexpr std::size_t kIdCharsMax = 64;
constexpr std::size_t kBytesPerCharMax = 4;  // of UTF-8

[[noreturn]] void invalid(std::string message) {
  throw FieldError{ErrorCode::kInvalidField, std::move(message)};
}

std::size_t count_code_points(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

}  // namespace

// A field that stands there twice means one thing to one reader and another to the next.
std::optional<dom::element> Fields::find(std::string_view name) const {
  std::optional<dom::element> found;
  for (const auto& field : object_) {
    if (field.key != name) continue;
    if (found) invalid(fmt::format("{} is there twice.", full(name)));
    found = field.value;
  }
  return found;
}

dom::element Fields::require(std::string_view name) const {
  if (const auto element = find(name)) return *element;
  throw FieldError{ErrorCode::kMissingField, fmt::format("Add the field {}.", full(name))};
}

std::string_view Fields::read_text(dom::element element, std::string_view name,
                                   std::size_t bytes_min, std::size_t bytes_max) const {
  std::string_view value;
  if (element.get(value) != simdjson::SUCCESS) wrong_type(name, "a string");
  if (value.size() < bytes_min || value.size() > bytes_max) {
    invalid(fmt::format("{} must have {} to {} bytes.", full(name), bytes_min, bytes_max));
  }
  return value;
}

std::string_view Fields::text(std::string_view name, std::size_t bytes_min,
                              std::size_t bytes_max) const {
  return read_text(require(name), name, bytes_min, bytes_max);
}

std::optional<std::string_view> Fields::text_if_there(std::string_view name, std::size_t bytes_min,
                                                      std::size_t bytes_max) const {
  const auto element = find(name);
  if (!element) return std::nullopt;
  return read_text(*element, name, bytes_min, bytes_max);
}

std::string_view Fields::characters(std::string_view name, std::size_t chars_min,
                                    std::size_t chars_max) const {
  const auto value = text(name, chars_min, chars_max * kBytesPerCharMax);
  if (count_code_points(value) > chars_max) {
    invalid(fmt::format("{} must have at most {} characters.", full(name), chars_max));
  }
  return value;
}

std::uint64_t Fields::read_integer(dom::element element, std::string_view name,
                                   std::uint64_t min) const {
  const auto type = element.type();
  if (type != dom::element_type::INT64 && type != dom::element_type::UINT64) {
    wrong_type(name, "an integer");
  }
  std::uint64_t value = 0;
  if (element.get(value) != simdjson::SUCCESS || value < min || value > kIntegerMax) {
    invalid(fmt::format("{} must be from {} to {}.", full(name), min, kIntegerMax));
  }
  return value;
}

std::uint64_t Fields::integer(std::string_view name, std::uint64_t min) const {
  return read_integer(require(name), name, min);
}

std::optional<std::uint64_t> Fields::integer_if_there(std::string_view name,
                                                      std::uint64_t min) const {
  const auto element = find(name);
  if (!element) return std::nullopt;
  return read_integer(*element, name, min);
}

bool Fields::read_boolean(dom::element element, std::string_view name) const {
  bool value = false;
  if (element.get(value) != simdjson::SUCCESS) wrong_type(name, "true or false");
  return value;
}

bool Fields::boolean(std::string_view name) const { return read_boolean(require(name), name); }

std::optional<bool> Fields::boolean_if_there(std::string_view name) const {
  const auto element = find(name);
  if (!element) return std::nullopt;
  return read_boolean(*element, name);
}

dom::object Fields::read_object(dom::element element, std::string_view name) const {
  dom::object value;
  if (element.get(value) != simdjson::SUCCESS) wrong_type(name, "an object");
  return value;
}

dom::object Fields::object(std::string_view name) const { return read_object(require(name), name); }

std::optional<Fields> Fields::object_if_there(std::string_view name) const {
  const auto element = find(name);
  if (!element) return std::nullopt;
  return Fields(read_object(*element, name), name);
}

dom::array Fields::array(std::string_view name, std::size_t count_max) const {
  dom::array value;
  if (require(name).get(value) != simdjson::SUCCESS) wrong_type(name, "an array of ids");
  const std::size_t count = value.size();
  if (count == 0) invalid(fmt::format("{} must name at least one.", full(name)));
  if (count > count_max) {
    invalid(fmt::format("{} must name at most {}.", full(name), count_max));
  }
  return value;
}

std::string_view Fields::word(dom::element element, std::string_view name) const {
  const auto value = read_text(element, name, 1, kIdCharsMax);
  const bool wordy = std::all_of(value.begin(), value.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
           c == '_';
  });
  if (!wordy) invalid(fmt::format("{} must be an id: letters, digits, - and _.", full(name)));
  return value;
}

std::string Fields::full(std::string_view name) const {
  return where_.empty() ? std::string(name) : fmt::format("{}.{}", where_, name);
}

void Fields::wrong_type(std::string_view name, std::string_view wanted) const {
  throw FieldError{ErrorCode::kWrongType, fmt::format("{} must be {}.", full(name), wanted)};
}

void Fields::names_twice(std::string_view name) const {
  invalid(fmt::format("{} must not name anybody twice.", full(name)));
}

}  // namespace visavis::signaling

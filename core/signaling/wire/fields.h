// The fields of one JSON object from a client, read with checks. What a field takes is the schema's
// business; how each kind of value is read is said here, once.
#pragma once

#include <simdjson.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/base64url.h"
#include "core/signaling/model/ids.h"
#include "core/signaling/wire/error_code.h"

namespace visavis::signaling {

// Thrown by the readers below and caught by MessageDecoder: a dozen of them nested in expressions
// stay readable, and bad input is rare enough for the cost.
struct FieldError {
  ErrorCode code;
  std::string message;  // for whoever sent the field
};

// Views into the document that simdjson has parsed, good as long as it is. Each reader throws
// FieldError where the field is missing, of another type or out of range; those that end in
// `_if_there` take a field that is left out.
class Fields {
 public:
  // `where`: before the names of fields in what errors say; empty for a message itself.
  Fields(simdjson::dom::object object, std::string_view where) : object_(object), where_(where) {}

  // UTF-8 of so many bytes.
  std::string_view text(std::string_view name, std::size_t bytes_min, std::size_t bytes_max) const;
  std::optional<std::string_view> text_if_there(std::string_view name, std::size_t bytes_min,
                                                std::size_t bytes_max) const;
  // UTF-8 of so many code points.
  std::string_view characters(std::string_view name, std::size_t chars_min,
                              std::size_t chars_max) const;
  // From `min` to the largest that JavaScript counts to.
  std::uint64_t integer(std::string_view name, std::uint64_t min) const;
  std::optional<std::uint64_t> integer_if_there(std::string_view name, std::uint64_t min) const;
  bool boolean(std::string_view name) const;
  std::optional<bool> boolean_if_there(std::string_view name) const;
  simdjson::dom::object object(std::string_view name) const;
  std::optional<Fields> object_if_there(std::string_view name) const;

  // Nothing: an id that no server of ours could have made.
  template <typename Id>
  std::optional<Id> id(std::string_view name) const {
    return parse_id<Id>(word(require(name), name));
  }

  // At least one, no two alike.
  template <typename Id>
  std::vector<std::optional<Id>> ids(std::string_view name, std::size_t count_max) const {
    std::vector<std::optional<Id>> all;
    for (const simdjson::dom::element element : array(name, count_max)) {
      const auto one = parse_id<Id>(word(element, name));
      if (one && std::find(all.begin(), all.end(), one) != all.end()) names_twice(name);
      all.push_back(one);
    }
    return all;
  }

 private:
  std::optional<simdjson::dom::element> find(std::string_view name) const;
  simdjson::dom::element require(std::string_view name) const;
  std::string_view read_text(simdjson::dom::element element, std::string_view name,
                             std::size_t bytes_min, std::size_t bytes_max) const;
  std::uint64_t read_integer(simdjson::dom::element element, std::string_view name,
                             std::uint64_t min) const;
  bool read_boolean(simdjson::dom::element element, std::string_view name) const;
  simdjson::dom::object read_object(simdjson::dom::element element, std::string_view name) const;
  simdjson::dom::array array(std::string_view name, std::size_t count_max) const;
  // Letters, digits, - and _: what an id consists of.
  std::string_view word(simdjson::dom::element element, std::string_view name) const;
  std::string full(std::string_view name) const;
  [[noreturn]] void wrong_type(std::string_view name, std::string_view wanted) const;
  [[noreturn]] void names_twice(std::string_view name) const;

  simdjson::dom::object object_;
  std::string_view where_;
};

}  // namespace visavis::signaling

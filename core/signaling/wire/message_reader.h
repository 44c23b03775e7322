// Reads the body of a client's message by its type. What is read of each type is made from the
// schema (cmake/generate_messages.py).
#pragma once

#include <optional>
#include <string_view>

#include "core/signaling/wire/client_message.h"
#include "core/signaling/wire/decode.h"
#include "core/signaling/wire/fields.h"

namespace visavis::signaling {

// Throws FieldError. Not thread-safe.
class MessageReader {
 public:
  explicit MessageReader(DecodeLimits limits) : limits_(limits) {}
  virtual ~MessageReader() = default;

  // Nothing: the protocol has no message of this type.
  std::optional<ClientBody> read_body(std::string_view type, const Fields& fields) const;

  const DecodeLimits& limits() const { return limits_; }
  std::string_view room_name(const Fields& fields, std::string_view name) const;
  // The text of an object as the client wrote it.
  virtual std::string_view raw_object(const Fields& fields, std::string_view name) const = 0;

 private:
  DecodeLimits limits_;
};

}  // namespace visavis::signaling

// Text from a client becomes a ClientMessage or an error that says what is wrong with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/signaling/wire/client_message.h"
#include "core/signaling/wire/error_code.h"

namespace visavis::signaling {

struct DecodeError {
  ErrorCode code;
  std::string message;              // names the field and what it takes
  std::optional<std::uint64_t> id;  // of the faulty message, when it had a readable one
};

struct DecodeLimits {
  std::size_t message_bytes_max;
  std::size_t search_query_chars_max;
  std::size_t room_name_chars_max;
};

// Keeps its buffers between messages. Not thread-safe.
class MessageDecoder {
 public:
  explicit MessageDecoder(DecodeLimits limits);
  ~MessageDecoder();

  // Every field that the protocol knows is checked for presence, type and range; the whole text is
  // validated as JSON and UTF-8.
  Result<ClientMessage, DecodeError> decode(std::string_view text);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace visavis::signaling

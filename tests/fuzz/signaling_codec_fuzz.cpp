// Client messages: what is accepted is JSON to any parser, and data passes through the encoder as
// it came.
#include <simdjson.h>

#include <string>
#include <variant>

#include "core/signaling/model/limits.h"
#include "core/signaling/wire/decode.h"
#include "core/signaling/wire/encode.h"
#include "tests/fuzz/require.h"

namespace {

using namespace visavis;             // NOLINT: a program, not a header
using namespace visavis::signaling;  // NOLINT
using fuzz::require;

bool is_object(std::string_view json) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  return parser.parse(json).get(object) == simdjson::SUCCESS;
}

void check_accepted(const ClientMessage& message, std::string_view text) {
  require(is_object(text), "an accepted message is one JSON object");
  if (message.id)
    require(*message.id >= 1 && *message.id < (std::uint64_t{1} << 53), "id is in range");
  if (const auto* signal = std::get_if<SignalOut>(&message.body)) {
    require(is_object(signal->data), "data is an object");
    const Frame frame = encode_signal(CallId{}, ParticipantId{}, signal->data);
    require(is_object(*frame), "a forwarded signal is JSON");
    require(frame->find(signal->data) != std::string::npos, "data is forwarded as it came");
  }
}

void check_refused(const DecodeError& error) {
  require(!error.message.empty(), "an error says what is wrong");
  const Frame frame = encode_error(error.id, error.code, error.message);
  require(is_object(*frame), "an error is JSON whatever it answers");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr Limits kLimits;
  static MessageDecoder decoder(
      {kLimits.message_bytes_max, kLimits.search_query_chars_max, kLimits.room_name_chars_max});
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto message = decoder.decode(text);
  if (message) {
    check_accepted(*message, text);
  } else {
    check_refused(message.error());
  }
  return 0;
}

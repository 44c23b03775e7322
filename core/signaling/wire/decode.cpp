#include "core/signaling/wire/decode.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <cstring>
#include <memory>
#include <new>
#include <utility>

#include "core/signaling/model/room_name.h"
#include "core/signaling/wire/fields.h"
#include "core/signaling/wire/message_reader.h"

namespace visavis::signaling {
namespace {

constexpr std::size_t kDepthMax = 63;  // of objects and arrays with something in them

[[noreturn]] void fail(ErrorCode code) { throw FieldError{code, std::string(sentence(code))}; }

}  // namespace

std::string_view MessageReader::room_name(const Fields& fields, std::string_view name) const {
  const auto room = fields.text(name, kRoomNameCharsMin, limits_.room_name_chars_max);
  if (!is_room_name(room, limits_.room_name_chars_max)) {
    throw FieldError{
        ErrorCode::kInvalidField,
        fmt::format("{} must be small letters and digits, with single hyphens between them.",
                    name)};
  }
  return room;
}

class MessageDecoder::Impl final : private MessageReader {
 public:
  explicit Impl(DecodeLimits limits)
      : MessageReader(limits),
        padded_(new char[limits.message_bytes_max + simdjson::SIMDJSON_PADDING]) {
    // Both keep their memory from here on; only a lack of memory can make this fail.
    if (parser_.allocate(limits.message_bytes_max, kDepthMax) != simdjson::SUCCESS) {
      throw std::bad_alloc();
    }
  }

  Result<ClientMessage, DecodeError> decode(std::string_view text) {
    std::optional<std::uint64_t> id;
    try {
      return decode_or_throw(text, id);
    } catch (FieldError& error) {
      return Failure{DecodeError{error.code, std::move(error.message), id}};
    }
  }

 private:
  ClientMessage decode_or_throw(std::string_view text, std::optional<std::uint64_t>& id) {
    if (text.size() > limits().message_bytes_max) fail(ErrorCode::kTooLarge);
    size_ = text.size();
    std::memcpy(padded_.get(), text.data(), size_);
    std::memset(padded_.get() + size_, 0, simdjson::SIMDJSON_PADDING);
    simdjson::dom::object object;
    if (parser_.parse(padded_.get(), size_, false).get(object) != simdjson::SUCCESS) {
      fail(ErrorCode::kNotJson);
    }
    const Fields fields(object, "");
    id = fields.integer_if_there("id", 1);
    auto body = read_body(fields.text("type", 0, limits().message_bytes_max), fields);
    if (!body) {
      throw FieldError{ErrorCode::kUnknownMessage, "The protocol has no message of this type."};
    }
    return {id, *std::move(body)};
  }

  // The document has been validated as a whole, so what is found by structure alone is a valid
  // object too.
  std::string_view raw_object(const Fields& fields, std::string_view name) const override {
    (void)fields.object(name);
    namespace ondemand = simdjson::ondemand;
    ondemand::document document;
    ondemand::value value;
    std::string_view raw;
    const simdjson::padded_string_view padded(padded_.get(), size_,
                                              size_ + simdjson::SIMDJSON_PADDING);
    if (raw_parser_.iterate(padded).get(document) != simdjson::SUCCESS ||
        document.find_field(name).get(value) != simdjson::SUCCESS ||
        simdjson::to_json_string(value).get(raw) != simdjson::SUCCESS || !raw.starts_with('{')) {
      throw FieldError{ErrorCode::kNotJson, fmt::format("{} could not be read.", name)};
    }
    return raw;
  }

  std::unique_ptr<char[]> padded_;
  std::size_t size_ = 0;  // of the text in it
  simdjson::dom::parser parser_;
  mutable simdjson::ondemand::parser raw_parser_;  // its buffers; nothing of it is kept
};

MessageDecoder::MessageDecoder(DecodeLimits limits) : impl_(std::make_unique<Impl>(limits)) {}
MessageDecoder::~MessageDecoder() = default;

Result<ClientMessage, DecodeError> MessageDecoder::decode(std::string_view text) {
  return impl_->decode(text);
}

}  // namespace visavis::signaling

#include "core/signaling/wire/decode.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "core/base/base64url.h"
#include "core/signaling/model/room_name.h"
#include "core/signaling/tokens/room_token.h"

namespace visavis::signaling {
namespace {

namespace dom = simdjson::dom;

constexpr std::uint64_t kIntegerMax = (std::uint64_t{1} << 53) - 1;  // JavaScript's
constexpr std::size_t kIdCharsMax = 64;
constexpr std::size_t kTokenCharsMax = 512;
constexpr std::size_t kNameBytesMax = 1'024;  // before cleaning, which counts characters
constexpr std::size_t kDepthMax = 63;         // of objects and arrays with something in them
constexpr std::size_t kInviteesMax = 63;  // of any configuration; the hub knows how many it allows

// Thrown by the field readers below and caught by decode(): a dozen readers nested in expressions
// stay readable, and bad input is rare enough for the cost.
struct FieldError {
  ErrorCode code;
  std::string message;
};

[[noreturn]] void fail(ErrorCode code, std::string message) {
  throw FieldError{code, std::move(message)};
}

// The fields of one JSON object, read with checks.
class Fields {
 public:
  Fields(dom::object object, std::string_view where) : object_(object), where_(where) {}

  // A field that stands there twice means one thing to one reader and another to the next.
  std::optional<dom::element> find(std::string_view name) const {
    std::optional<dom::element> found;
    for (const auto& field : object_) {
      if (field.key != name) continue;
      if (found) fail(ErrorCode::kInvalidField, fmt::format("{} is there twice.", full(name)));
      found = field.value;
    }
    return found;
  }

  dom::element require(std::string_view name) const {
    if (const auto element = find(name)) return *element;
    fail(ErrorCode::kMissingField, fmt::format("Add the field {}.", full(name)));
  }

  std::string_view text(dom::element element, std::string_view name, std::size_t bytes_min,
                        std::size_t bytes_max) const {
    std::string_view value;
    if (element.get(value) != simdjson::SUCCESS) wrong_type(name, "a string");
    if (value.size() < bytes_min || value.size() > bytes_max) {
      fail(ErrorCode::kInvalidField,
           fmt::format("{} must have {} to {} bytes.", full(name), bytes_min, bytes_max));
    }
    return value;
  }

  std::uint64_t integer(dom::element element, std::string_view name, std::uint64_t min) const {
    const auto type = element.type();
    if (type != dom::element_type::INT64 && type != dom::element_type::UINT64) {
      wrong_type(name, "an integer");
    }
    std::uint64_t value = 0;
    if (element.get(value) != simdjson::SUCCESS || value < min || value > kIntegerMax) {
      fail(ErrorCode::kInvalidField,
           fmt::format("{} must be from {} to {}.", full(name), min, kIntegerMax));
    }
    return value;
  }

  bool boolean(dom::element element, std::string_view name) const {
    bool value = false;
    if (element.get(value) != simdjson::SUCCESS) wrong_type(name, "true or false");
    return value;
  }

  dom::object object(dom::element element, std::string_view name) const {
    dom::object value;
    if (element.get(value) != simdjson::SUCCESS) wrong_type(name, "an object");
    return value;
  }

  template <typename Id>
  std::optional<Id> id(dom::element element, std::string_view name) const {
    const auto value = text(element, name, 1, kIdCharsMax);
    const bool wordy = std::all_of(value.begin(), value.end(), [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
             c == '-' || c == '_';
    });
    if (!wordy) {
      fail(ErrorCode::kInvalidField,
           fmt::format("{} must be an id: letters, digits, - and _.", full(name)));
    }
    return parse_id<Id>(value);
  }

  std::string full(std::string_view name) const {
    return where_.empty() ? std::string(name) : fmt::format("{}.{}", where_, name);
  }

 private:
  [[noreturn]] void wrong_type(std::string_view name, std::string_view wanted) const {
    fail(ErrorCode::kWrongType, fmt::format("{} must be {}.", full(name), wanted));
  }

  dom::object object_;
  std::string_view where_;
};

Hello read_hello(const Fields& fields) {
  Hello hello{fields.text(fields.require("name"), "name", 0, kNameBytesMax), {}, {}};
  if (const auto identity = fields.find("identity")) {
    hello.identity = fields.text(*identity, "identity", 1, kTokenCharsMax);
  }
  if (const auto resume = fields.find("resume")) {
    const Fields inner(fields.object(*resume, "resume"), "resume");
    ResumeRequest request{inner.text(inner.require("token"), "token", 1, kTokenCharsMax), {}};
    if (const auto received = inner.find("received")) {
      request.received = inner.integer(*received, "received", 0);
    }
    hello.resume = request;
  }
  return hello;
}

std::size_t count_code_points(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

PeopleSearch read_people_search(const Fields& fields, std::size_t chars_max) {
  const auto query = fields.text(fields.require("query"), "query", 1, kNameBytesMax);
  if (count_code_points(query) > chars_max) {
    fail(ErrorCode::kInvalidField,
         fmt::format("query must have at most {} characters.", chars_max));
  }
  return {query};
}

std::vector<std::optional<UserId>> read_invitees(const Fields& fields) {
  std::vector<std::optional<UserId>> invitees;
  dom::array to;
  if (fields.require("to").get(to) != simdjson::SUCCESS) {
    fail(ErrorCode::kWrongType, "to must be an array of user ids.");
  }
  for (const dom::element element : to) {
    const auto user = fields.id<UserId>(element, "to[]");
    if (user && std::find(invitees.begin(), invitees.end(), user) != invitees.end()) {
      fail(ErrorCode::kInvalidField, "to must not name anybody twice.");
    }
    invitees.push_back(user);
    if (invitees.size() > kInviteesMax) {
      fail(ErrorCode::kInvalidField, fmt::format("to must name at most {} users.", kInviteesMax));
    }
  }
  if (invitees.empty()) fail(ErrorCode::kInvalidField, "to must name at least one user.");
  return invitees;
}

bool read_flag(const Fields& fields, std::string_view name, bool otherwise) {
  const auto flag = fields.find(name);
  return flag ? fields.boolean(*flag, name) : otherwise;
}

std::optional<bool> read_change(const Fields& fields, std::string_view name) {
  const auto change = fields.find(name);
  return change ? std::optional(fields.boolean(*change, name)) : std::nullopt;
}

std::optional<std::string_view> read_room_token(const Fields& fields) {
  const auto token = fields.find("room_token");
  if (!token) return std::nullopt;
  return fields.text(*token, "room_token", 1, kRoomTokenCharsMax);
}

std::string_view read_room_name(const Fields& fields, std::size_t chars_max) {
  const auto name = fields.text(fields.require("room"), "room", kRoomNameCharsMin, chars_max);
  if (!is_room_name(name, chars_max)) {
    fail(ErrorCode::kInvalidField,
         "room must be small letters and digits, with single hyphens between them.");
  }
  return name;
}

}  // namespace

class MessageDecoder::Impl {
 public:
  explicit Impl(DecodeLimits limits)
      : limits_(limits), padded_(new char[limits.message_bytes_max + simdjson::SIMDJSON_PADDING]) {
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
    if (text.size() > limits_.message_bytes_max) {
      fail(ErrorCode::kTooLarge, std::string(sentence(ErrorCode::kTooLarge)));
    }
    std::memcpy(padded_.get(), text.data(), text.size());
    std::memset(padded_.get() + text.size(), 0, simdjson::SIMDJSON_PADDING);
    dom::object object;
    if (parser_.parse(padded_.get(), text.size(), false).get(object) != simdjson::SUCCESS) {
      fail(ErrorCode::kNotJson, std::string(sentence(ErrorCode::kNotJson)));
    }
    const Fields fields(object, "");
    if (const auto element = fields.find("id")) id = fields.integer(*element, "id", 1);
    const auto type = fields.text(fields.require("type"), "type", 0, limits_.message_bytes_max);
    ClientMessage message = read_body(type, fields, text.size());
    message.id = id;
    return message;
  }

  ClientMessage read_body(std::string_view type, const Fields& fields, std::size_t size) {
    if (type == "signal") {
      return {{},
              Signal{fields.id<CallId>(fields.require("call"), "call"),
                     fields.id<ParticipantId>(fields.require("to"), "to"),
                     raw_object(fields, "data", size)}};
    }
    if (type == "ping")
      return {{}, Ping{fields.integer(fields.require("received"), "received", 0)}};
    if (type == "ack") return {{}, Ack{fields.integer(fields.require("received"), "received", 0)}};
    if (type == "hello") return {{}, read_hello(fields)};
    if (type == "call.start") {
      return {{}, CallStart{read_invitees(fields), read_flag(fields, "video", true)}};
    }
    const auto call = [&fields] { return fields.id<CallId>(fields.require("call"), "call"); };
    if (type == "call.accept") return {{}, CallAccept{call()}};
    if (type == "call.decline") return {{}, CallDecline{call()}};
    if (type == "call.end") return {{}, CallEnd{call()}};
    if (type == "call.invite") return {{}, CallInvite{call(), read_invitees(fields)}};
    if (type == "call.relay") return {{}, CallRelay{call()}};
    if (type == "call.rejoin") {
      return {{},
              CallRejoin{fields.text(fields.require("membership"), "membership", 1, kTokenCharsMax),
                         read_room_token(fields)}};
    }
    if (type.starts_with("room.")) return read_room_body(type, fields);
    if (type == "relay.test") return {{}, RelayTestRequest{}};
    if (type == "people.search") {
      return {{}, read_people_search(fields, limits_.search_query_chars_max)};
    }
    if (type == "people.block") {
      return {{},
              PeopleBlock{fields.id<UserId>(fields.require("user"), "user"),
                          fields.boolean(fields.require("blocked"), "blocked")}};
    }
    if (type == "name.set") {
      return {{}, NameSet{fields.text(fields.require("name"), "name", 0, kNameBytesMax)}};
    }
    fail_unknown();
  }

  ClientMessage read_room_body(std::string_view type, const Fields& fields) {
    const auto call = [&fields] { return fields.id<CallId>(fields.require("call"), "call"); };
    const auto room = [&] { return read_room_name(fields, limits_.room_name_chars_max); };
    if (type == "room.look") return {{}, RoomLook{room(), read_room_token(fields)}};
    if (type == "room.join") {
      return {{},
              RoomJoin{room(), read_flag(fields, "video", true), read_flag(fields, "knock", false),
                       read_room_token(fields)}};
    }
    if (type == "room.leave") return {{}, RoomLeave{room()}};
    if (type == "room.admit") {
      return {{},
              RoomAdmit{call(), fields.id<KnockId>(fields.require("knock"), "knock"),
                        fields.boolean(fields.require("admit"), "admit")}};
    }
    if (type == "room.open") {
      return {{}, RoomOpen{call(), room(), read_flag(fields, "knock", false)}};
    }
    if (type == "room.remove") {
      return {{},
              RoomRemove{call(),
                         fields.id<ParticipantId>(fields.require("participant"), "participant")}};
    }
    if (type == "room.set") {
      return {{}, RoomSet{call(), read_change(fields, "knock"), read_change(fields, "locked")}};
    }
    if (type == "room.host") {
      return {{},
              RoomHost{call(), fields.id<UserId>(fields.require("user"), "user"),
                       fields.boolean(fields.require("host"), "host")}};
    }
    fail_unknown();
  }

  [[noreturn]] static void fail_unknown() {
    fail(ErrorCode::kUnknownMessage, "The protocol has no message of this type.");
  }

  // The text of an object as the client wrote it. The document has been validated as a whole, so
  // what is found by structure alone is a valid object too.
  std::string_view raw_object(const Fields& fields, std::string_view name, std::size_t size) {
    (void)fields.object(fields.require(name), name);
    namespace ondemand = simdjson::ondemand;
    ondemand::document document;
    ondemand::value value;
    std::string_view raw;
    const simdjson::padded_string_view padded(padded_.get(), size,
                                              size + simdjson::SIMDJSON_PADDING);
    if (raw_parser_.iterate(padded).get(document) != simdjson::SUCCESS ||
        document.find_field(name).get(value) != simdjson::SUCCESS ||
        simdjson::to_json_string(value).get(raw) != simdjson::SUCCESS || !raw.starts_with('{')) {
      fail(ErrorCode::kNotJson, fmt::format("{} could not be read.", name));
    }
    return raw;
  }

  DecodeLimits limits_;
  std::unique_ptr<char[]> padded_;
  dom::parser parser_;
  simdjson::ondemand::parser raw_parser_;
};

MessageDecoder::MessageDecoder(DecodeLimits limits) : impl_(std::make_unique<Impl>(limits)) {}
MessageDecoder::~MessageDecoder() = default;

Result<ClientMessage, DecodeError> MessageDecoder::decode(std::string_view text) {
  return impl_->decode(text);
}

}  // namespace visavis::signaling

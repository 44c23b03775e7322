#include "core/websocket/decoder.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "core/base/close_code.h"
#include "core/websocket/masking.h"
#include "core/websocket/utf8.h"

namespace visavis::websocket {
namespace {

constexpr ProtocolError kInvalidText{kCloseInvalidPayload, "text is not valid UTF-8"};

MutableByteView take(MutableByteView& input, std::size_t size) {
  const MutableByteView front = input.first(size);
  input = input.subspan(size);
  return front;
}

EventKind kind_of(Opcode opcode) {
  switch (opcode) {
    case Opcode::kText:
      return EventKind::kText;
    case Opcode::kPing:
      return EventKind::kPing;
    case Opcode::kPong:
      return EventKind::kPong;
    default:
      return EventKind::kBinary;
  }
}

// RFC 6455 section 7.4 and the IANA registry: what an endpoint may send. 1004 is undefined; 1005,
// 1006 and 1015 only ever describe a connection locally; 1016–2999 are for future standards.
bool may_be_on_the_wire(std::uint16_t code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
         (code >= 3000 && code <= 4999);
}

}  // namespace

struct Decoder::Pending {
  // The front of a frame header cut by the end of the input.
  std::array<std::uint8_t, kClientFrameHeaderMax> header_bytes{};
  std::size_t header_size = 0;

  // The frame of which the payload is still arriving.
  std::optional<ClientFrameHeader> frame;
  std::uint64_t payload_received = 0;
  std::string control;  // its payload, if it is a control frame

  // The message of which pieces are still arriving; kContinuation: none.
  Opcode message_opcode = Opcode::kContinuation;
  std::size_t fragments = 0;
  std::string message;  // grows with what arrives, never by what a header announces
  Utf8Validator utf8;

  bool delivered = false;  // the last event's payload points into this
};

Decoder::Decoder(DecoderLimits limits) : limits_(limits) {}
Decoder::~Decoder() = default;
Decoder::Decoder(Decoder&&) noexcept = default;
Decoder& Decoder::operator=(Decoder&&) noexcept = default;

Event Decoder::next(MutableByteView& input) {
  release_delivered();
  while (!finished_ && !input.empty()) {
    if (!pending_ || !pending_->frame) {
      const auto header = take_header(input);
      if (!header) return fail(header.error());
      if (!*header) break;
      if (const auto error = check_sequence(**header)) return fail(*error);
      if (is_whole_event(**header, input)) return take_whole_event(**header, input);
      begin_frame(**header);
    }
    if (const auto event = take_payload(input)) return *event;
  }
  return {};
}

std::size_t Decoder::buffered_bytes() const {
  if (!pending_) return 0;
  return sizeof(Pending) + pending_->message.capacity() + pending_->control.capacity();
}

Decoder::Pending& Decoder::pending() {
  if (!pending_) pending_ = std::make_unique<Pending>();
  return *pending_;
}

bool Decoder::in_message() const {
  return pending_ && pending_->message_opcode != Opcode::kContinuation;
}

void Decoder::release_delivered() {
  if (!pending_ || !pending_->delivered) return;
  if (in_message()) {
    pending_->control.clear();  // at most 125 bytes, and the message's end frees them
    pending_->delivered = false;
  } else {
    pending_.reset();
  }
}

// Takes a header off the input, or keeps what there is of it and returns nothing.
ParsedHeader Decoder::take_header(MutableByteView& input) {
  if (!pending_ || pending_->header_size == 0) {
    auto header = parse_client_frame_header(input);
    if (header && *header) take(input, (*header)->size);
    if (!header || *header) return header;
  }
  Pending& kept = pending();
  const std::size_t size_before = kept.header_size;
  const std::size_t copied = std::min(input.size(), kClientFrameHeaderMax - size_before);
  std::copy_n(input.data(), copied, kept.header_bytes.data() + size_before);
  kept.header_size += copied;
  auto header = parse_client_frame_header(ByteView(kept.header_bytes).first(kept.header_size));
  if (!header) return header;
  if (!*header) {
    take(input, copied);
    return header;
  }
  take(input, (*header)->size - size_before);
  kept.header_size = 0;
  if (!in_message()) pending_.reset();
  return header;
}

// The rules about a frame's place among others (RFC 6455 section 5.4) and our limits, before any of
// its payload is accepted.
std::optional<ProtocolError> Decoder::check_sequence(const ClientFrameHeader& header) const {
  if (is_control(header.opcode)) return std::nullopt;
  const bool continues = header.opcode == Opcode::kContinuation;
  if (continues && !in_message()) {
    return ProtocolError{kCloseProtocolError, "continuation without a message to continue"};
  }
  if (!continues && in_message()) {
    return ProtocolError{kCloseProtocolError, "new message inside a fragmented one"};
  }
  const std::size_t fragments = in_message() ? pending_->fragments : 0;
  if (fragments >= limits_.fragments_max) {
    return ProtocolError{kCloseTooBig, "message in too many fragments"};
  }
  const std::size_t received = in_message() ? pending_->message.size() : 0;
  if (header.payload_size > limits_.message_bytes_max - received) {
    return ProtocolError{kCloseTooBig, "message too large"};
  }
  return std::nullopt;
}

// Whether the frame is an event by itself and all of it is in the input, so that nothing need be
// copied.
bool Decoder::is_whole_event(const ClientFrameHeader& header, MutableByteView input) const {
  const bool self_contained = is_control(header.opcode) || (header.fin && !in_message());
  return self_contained && header.payload_size <= input.size();
}

Event Decoder::take_whole_event(const ClientFrameHeader& header, MutableByteView& input) {
  const MutableByteView payload = take(input, header.payload_size);
  apply_mask(payload, header.masking_key, 0);
  if (is_control(header.opcode)) return control_event(header.opcode, as_text(payload));
  if (header.opcode == Opcode::kText && !is_valid_utf8(payload)) return fail(kInvalidText);
  return {kind_of(header.opcode), as_text(payload), 0};
}

void Decoder::begin_frame(const ClientFrameHeader& header) {
  Pending& kept = pending();
  kept.frame = header;
  kept.payload_received = 0;
  if (is_control(header.opcode)) return;
  if (header.opcode != Opcode::kContinuation) kept.message_opcode = header.opcode;
  ++kept.fragments;
}

// Takes what the input has of the frame in progress; an event if that completes one.
std::optional<Event> Decoder::take_payload(MutableByteView& input) {
  Pending& kept = *pending_;
  const std::uint64_t missing = kept.frame->payload_size - kept.payload_received;
  const MutableByteView bytes = take(input, std::min<std::uint64_t>(missing, input.size()));
  apply_mask(bytes, kept.frame->masking_key, kept.payload_received);
  kept.payload_received += bytes.size();
  const bool frame_ends = bytes.size() == missing;

  if (is_control(kept.frame->opcode)) {
    kept.control += as_text(bytes);
    if (!frame_ends) return std::nullopt;
    const Opcode opcode = kept.frame->opcode;
    kept.frame.reset();
    kept.delivered = true;
    return control_event(opcode, kept.control);
  }
  if (kept.message_opcode == Opcode::kText && !kept.utf8.consume(bytes)) return fail(kInvalidText);
  kept.message += as_text(bytes);
  return frame_ends ? end_data_frame() : std::nullopt;
}

std::optional<Event> Decoder::end_data_frame() {
  Pending& kept = *pending_;
  const bool message_ends = kept.frame->fin;
  kept.frame.reset();
  if (!message_ends) return std::nullopt;
  if (kept.message_opcode == Opcode::kText && !kept.utf8.complete()) return fail(kInvalidText);
  const Opcode opcode = std::exchange(kept.message_opcode, Opcode::kContinuation);
  kept.delivered = true;
  return Event{kind_of(opcode), kept.message, 0};
}

Event Decoder::control_event(Opcode opcode, std::string_view payload) {
  if (opcode == Opcode::kClose) return close_event(payload);
  return {kind_of(opcode), payload, 0};
}

//  0                   1
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
// +-------------------------------+---------- - - -
// |       status code (16)        | reason (UTF-8)        or nothing at all (RFC 6455
// section 5.5.1)
// +-------------------------------+---------- - - -
Event Decoder::close_event(std::string_view payload) {
  constexpr std::size_t kCodeSize = 2;
  if (payload.size() == 1) return fail({kCloseProtocolError, "close code cut short"});
  std::uint16_t code = kCloseNoStatus;
  if (!payload.empty()) {
    const ByteView bytes = as_bytes(payload);
    code = static_cast<std::uint16_t>(bytes[0] << 8 | bytes[1]);
    if (!may_be_on_the_wire(code)) return fail({kCloseProtocolError, "invalid close code"});
    payload.remove_prefix(kCodeSize);
    if (!is_valid_utf8(as_bytes(payload))) {
      return fail({kCloseInvalidPayload, "close reason is not valid UTF-8"});
    }
  }
  finished_ = true;
  return {EventKind::kClose, payload, code};
}

Event Decoder::fail(ProtocolError error) {
  finished_ = true;
  pending_.reset();
  return {EventKind::kFailure, error.reason, error.close_code};
}

}  // namespace visavis::websocket

// Decodes what a WebSocket client sends (RFC 6455 section 5), as a pull parser over the caller's
// bytes.
//
// The caller keeps one read buffer per thread: the decoder unmasks in place and hands out views
// into it, and copies only what it must keep until more bytes arrive (a frame cut by the end of the
// buffer, the pieces of a fragmented message). Between messages it owns no memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "core/base/bytes.h"
#include "core/websocket/client_frame_header.h"
#include "core/websocket/encoder.h"

namespace visavis::websocket {

struct DecoderLimits {
  std::size_t message_bytes_max = 65'536;  // after reassembly
  std::size_t fragments_max = 1'024;       // frames of one message
};

enum class EventKind : std::uint8_t {
  kNeedMore,  // all input consumed; nothing to report
  kText,      // a whole text message, valid UTF-8
  kBinary,    // a whole binary message
  kPing,
  kPong,
  kClose,    // close_code and payload (the reason, valid UTF-8); nothing may follow
  kFailure,  // the client broke the protocol: close with close_code, payload says why
};

struct Event {
  EventKind kind = EventKind::kNeedMore;
  std::string_view payload;      // valid until the next call of next() or the input changes
  std::uint16_t close_code = 0;  // kClose: 1005 when the frame had none. kFailure: 1002, 1007, 1009
};

class Decoder {
 public:
  explicit Decoder(DecoderLimits limits);
  ~Decoder();
  Decoder(Decoder&&) noexcept;
  Decoder& operator=(Decoder&&) noexcept;

  // Takes bytes off the front of `input` until there is an event, or input is empty (kNeedMore).
  // Call again until kNeedMore. After kClose or kFailure the decoder stays finished and consumes
  // nothing.
  Event next(MutableByteView& input);

  // Bytes kept between calls, for accounting.
  std::size_t buffered_bytes() const;

 private:
  struct Pending;

  Pending& pending();
  bool in_message() const;
  void release_delivered();
  ParsedHeader take_header(MutableByteView& input);
  std::optional<ProtocolError> check_sequence(const ClientFrameHeader& header) const;
  bool is_whole_event(const ClientFrameHeader& header, MutableByteView input) const;
  Event take_whole_event(const ClientFrameHeader& header, MutableByteView& input);
  void begin_frame(const ClientFrameHeader& header);
  std::optional<Event> take_payload(MutableByteView& input);
  std::optional<Event> end_data_frame();
  Event control_event(Opcode opcode, std::string_view payload);
  Event close_event(std::string_view payload);
  Event fail(ProtocolError error);

  DecoderLimits limits_;
  // What must outlast a call: null for a connection at rest, of which a server holds tens of
  // thousands.
  std::unique_ptr<Pending> pending_;
  bool finished_ = false;
};

}  // namespace visavis::websocket

// One WebSocket client of a benchmark, and what the dialects need to remember about it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bench/generator/stream.h"

namespace visavis::bench {

// A whole masked text frame. Every message is sent many times, so they are made once.
std::string client_text_frame(std::string_view text);

class Client {
 public:
  // Connects and upgrades. `subprotocol` may be empty.
  Client(const Endpoint& endpoint, std::string_view path, std::string_view subprotocol);

  void send_frames(std::string_view frames) { stream_.write(frames); }
  void send_text(std::string_view text) { stream_.write(client_text_frame(text)); }
  // Close frame with code 1000.
  void send_close();
  // Reads what is there, answers pings, and calls on_text(std::string_view) for each message.
  template <typename OnText>
  void receive(OnText on_text);

  int descriptor() const { return stream_.descriptor(); }
  std::uint64_t bytes_received() const { return bytes_received_; }

  // --- kept by the dialects
  std::size_t index = 0;    // in its population
  bool ready = false;       // the server knows it and has said so
  bool paired = false;      // messages can go to its peer
  std::string id;           // how others address it
  std::string call;         // of our protocol: the call with its peer
  std::string participant;  // its own
  std::string peer_participant;
  std::uint64_t counted = 0;  // counted messages received, and what of them was acknowledged
  std::uint64_t acknowledged = 0;
  std::uint64_t unacknowledged_bytes = 0;

 private:
  struct Frame {
    std::uint8_t opcode;
    std::string_view payload;
    std::size_t size;  // with its header; 0: not all of it is there
  };
  static Frame parse(std::string_view bytes);
  std::string_view read_more();
  void keep(std::string_view rest) { kept_.assign(rest); }
  void answer_control(const Frame& frame);

  Stream stream_;
  std::string kept_;  // the front of a frame that has not all arrived
  std::uint64_t bytes_received_ = 0;
};

template <typename OnText>
void Client::receive(OnText on_text) {
  do {
    std::string_view bytes = read_more();
    while (true) {
      const Frame frame = parse(bytes);
      if (frame.size == 0) break;
      bytes.remove_prefix(frame.size);
      if (frame.opcode == 0x1) {
        on_text(frame.payload);
      } else {
        answer_control(frame);
      }
    }
    keep(std::string(bytes));
  } while (stream_.has_buffered());
}

}  // namespace visavis::bench

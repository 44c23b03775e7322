// What waits to be written to one WebSocket: shared payloads with a header each, and our own
// control frames.
//
// Payloads are not copied. An empty outbox owns no memory worth counting.
#pragma once

#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/websocket/encoder.h"
#include "server/net/websocket_handler.h"

namespace visavis::net {

class Outbox {
 public:
  bool empty() const { return head_ == entries_.size(); }
  // Unwritten, headers included.
  std::size_t bytes() const { return bytes_; }
  // What all of it may take in memory, shared payloads counted in full. Two-byte pongs take many
  // times their bytes: this, not bytes(), is what a limit must hold.
  std::size_t cost() const { return bytes_ + (entries_.size() - head_) * kEntryCost; }

  void push_text(Frame payload);
  // Bytes to write as they are: whole frames, or the handshake's response.
  void push_raw(std::string bytes);

  // The next bytes to write. Views are valid until the outbox changes.
  class Gathered {
   public:
    std::span<const iovec> pieces() const { return {pieces_.data(), count_}; }

   private:
    friend class Outbox;
    static constexpr std::size_t kPiecesMax = 64;
    std::array<iovec, kPiecesMax> pieces_;
    std::array<websocket::FrameHeader, kPiecesMax / 2> headers_;
    std::size_t count_ = 0;
  };
  void gather(Gathered& out) const;
  // So many of the gathered bytes were written.
  void consume(std::size_t bytes);

  // Drops what the peer has not begun to receive, except whole entries that reach into the next
  // `committed` bytes (which the stream may hold already). What stays ends at the end of a frame.
  void drop_after(std::size_t committed);

 private:
  struct Entry {
    Frame data;
    bool is_text;  // the header is to be made; else `data` is written as it is
    std::size_t size() const;
  };

  // An Entry, the string and its control block, and what the allocator adds to each.
  static constexpr std::size_t kEntryCost = 128;

  void forget_written();

  std::vector<Entry> entries_;
  std::size_t head_ = 0;     // entries before it are written
  std::size_t written_ = 0;  // of the entry at head_
  std::size_t bytes_ = 0;
};

}  // namespace visavis::net

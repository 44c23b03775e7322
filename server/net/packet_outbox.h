// What waits to be written to one packet stream. Data that has waited too long and has not begun to
// leave may be dropped, as a network would have; control messages may not.
//
// An empty outbox owns no memory worth counting.
#pragma once

#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/time.h"

namespace visavis::net {

class PacketOutbox {
 public:
  bool empty() const { return head_ == entries_.size(); }
  // Unwritten.
  std::size_t bytes() const { return bytes_; }

  // Copies `data` behind a header, which is to be written to what is returned (before the next
  // call), and before zeros.
  MutableByteView push_data(std::size_t header_bytes, ByteView data, std::size_t padding_bytes,
                            Instant now);
  void push_control(ByteView message);

  // The next bytes to write. Views are valid until the outbox changes.
  static constexpr std::size_t kPiecesMax = 32;
  using Pieces = std::array<iovec, kPiecesMax>;
  std::span<const iovec> gather(Pieces& out) const;
  // So many of the gathered bytes were written.
  void consume(std::size_t bytes);

  // Drops data pushed before `since`, but for what reaches into the next `committed` bytes, which
  // the stream may hold already. Returns how many packets that were.
  std::size_t drop_older(Instant since, std::size_t committed);

 private:
  struct Entry {
    std::size_t offset = 0;  // in buffer_
    std::size_t size = 0;
    bool is_data = false;
    Instant pushed_at;
  };

  MutableByteView append(std::size_t size, bool is_data, Instant now);
  void forget_written();
  void compact();

  std::vector<std::uint8_t> buffer_;
  std::vector<Entry> entries_;
  std::size_t head_ = 0;     // entries before it are written
  std::size_t written_ = 0;  // of the entry at head_
  std::size_t bytes_ = 0;
};

}  // namespace visavis::net

// Carries data from one loop's clients to another loop's: a bounded queue with one writer and one
// reader, each a thread of its own, without locks.
//
// The reader looks at the packets where they are and may write over them, headers included, until
// it gives them back all at once: nothing is copied on its side.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "core/base/bytes.h"
#include "core/turn/forward.h"

namespace visavis::services {

class HairpinRing {
 public:
  // Half a megabyte is what a loop receives in some milliseconds of a gigabit. A reader that is
  // further behind loses packets, as it would lose them in a socket's buffer. Memory is taken by
  // the kernel only once it is used.
  static constexpr std::size_t kBytes = std::size_t{1} << 20;

  HairpinRing();

  // Writer: copies the packet. False: there is no room, it is lost.
  bool push(const turn::Hairpin& hairpin);
  // Writer: lets the reader see what was pushed. False: there is nothing new.
  bool publish();

  struct Packet {
    turn::Hairpin hairpin;  // its data ends `bytes`
    MutableByteView bytes;  // all that may be written over
  };
  // Reader: the next packet, until release(). Nothing: the ring is empty.
  std::optional<Packet> next();
  // Reader: what next() gave is done with.
  void release();

 private:
  struct Record;

  // Each side's own, on cache lines that the other does not write.
  struct alignas(128) Writer {
    std::uint64_t position = 0;  // bytes ever pushed; modulo kBytes, the place
    std::uint64_t published = 0;
    std::uint64_t released_seen = 0;
  };
  struct alignas(128) Reader {
    std::uint64_t position = 0;
    std::uint64_t pushed_seen = 0;
  };

  std::uint8_t* at(std::uint64_t position) const { return buffer_.get() + position % kBytes; }

  std::unique_ptr<std::uint8_t[]> buffer_;
  Writer writer_;
  Reader reader_;
  alignas(128) std::atomic<std::uint64_t> pushed_{0};
  alignas(128) std::atomic<std::uint64_t> released_{0};
};

}  // namespace visavis::services

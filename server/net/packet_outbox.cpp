#include "server/net/packet_outbox.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace visavis::net {
namespace {

// Kept when the outbox runs empty: a round's packets, most of the time.
constexpr std::size_t kBufferBytesKept = 8'192;
constexpr std::size_t kEntriesKept = 16;

}  // namespace

MutableByteView PacketOutbox::push_data(std::size_t header_bytes, ByteView data,
                                        std::size_t padding_bytes, Instant now) {
  const MutableByteView place = append(header_bytes + data.size() + padding_bytes, true, now);
  if (!data.empty()) std::memcpy(place.data() + header_bytes, data.data(), data.size());
  std::ranges::fill(place.last(padding_bytes), std::uint8_t{0});
  return place.first(header_bytes);
}

void PacketOutbox::push_control(ByteView message) {
  std::ranges::copy(message, append(message.size(), false, {}).begin());
}

MutableByteView PacketOutbox::append(std::size_t size, bool is_data, Instant now) {
  // Holes of what was written or dropped are given back once they are most of the buffer.
  if (buffer_.size() > 2 * bytes_ + kBufferBytesKept) compact();
  entries_.push_back(
      {.offset = buffer_.size(), .size = size, .is_data = is_data, .pushed_at = now});
  buffer_.resize(buffer_.size() + size);
  bytes_ += size;
  return MutableByteView(buffer_).last(size);
}

std::span<const iovec> PacketOutbox::gather(Pieces& out) const {
  std::size_t count = 0;
  std::size_t skip = written_;
  const std::uint8_t* end = nullptr;
  for (std::size_t i = head_; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    auto* const begin = const_cast<std::uint8_t*>(buffer_.data()) + entry.offset + skip;
    const std::size_t size = entry.size - std::exchange(skip, 0);
    if (begin == end) {
      out[count - 1].iov_len += size;
    } else if (count == out.size()) {
      break;
    } else {
      out[count++] = {begin, size};
    }
    end = begin + size;
  }
  return {out.data(), count};
}

void PacketOutbox::consume(std::size_t bytes) {
  bytes_ -= bytes;
  written_ += bytes;
  while (head_ < entries_.size() && written_ >= entries_[head_].size) {
    written_ -= entries_[head_++].size;
  }
  forget_written();
}

std::size_t PacketOutbox::drop_older(Instant since, std::size_t committed) {
  std::size_t before = 0;  // unwritten bytes before the entry
  std::size_t kept = head_;
  for (std::size_t i = head_; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    const bool has_begun = before < committed || (i == head_ && written_ > 0);
    before += entry.size - (i == head_ ? written_ : 0);
    if (entry.is_data && !has_begun && entry.pushed_at < since) {
      bytes_ -= entry.size;
    } else {
      entries_[kept++] = entry;
    }
  }
  const std::size_t dropped = entries_.size() - kept;
  entries_.resize(kept);
  forget_written();
  return dropped;
}

void PacketOutbox::forget_written() {
  if (empty()) {
    entries_.clear();
    buffer_.clear();
    head_ = 0;
    if (entries_.capacity() > kEntriesKept) std::vector<Entry>().swap(entries_);
    if (buffer_.capacity() > kBufferBytesKept) std::vector<std::uint8_t>().swap(buffer_);
  } else if (head_ > kEntriesKept && head_ * 2 > entries_.size()) {
    entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
}

void PacketOutbox::compact() {
  std::size_t end = 0;
  for (std::size_t i = head_; i < entries_.size(); ++i) {
    Entry& entry = entries_[i];
    std::memmove(buffer_.data() + end, buffer_.data() + entry.offset, entry.size);
    entry.offset = std::exchange(end, end + entry.size);
  }
  buffer_.resize(end);
}

}  // namespace visavis::net

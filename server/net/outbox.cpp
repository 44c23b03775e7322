#include "server/net/outbox.h"

#include <algorithm>

namespace visavis::net {
namespace {

// Entries whose memory is kept when the outbox runs empty: enough for a conversation.
constexpr std::size_t kEntriesKept = 4;

iovec to_iovec(const void* data, std::size_t size) { return {const_cast<void*>(data), size}; }

}  // namespace

std::size_t Outbox::Entry::size() const {
  if (!is_text) return data->size();
  return data->size() + websocket::frame_header(websocket::Opcode::kText, data->size()).size;
}

void Outbox::push_text(Frame payload) {
  entries_.push_back({std::move(payload), true});
  bytes_ += entries_.back().size();
}

void Outbox::push_raw(std::string bytes) {
  entries_.push_back({std::make_shared<const std::string>(std::move(bytes)), false});
  bytes_ += entries_.back().size();
}

void Outbox::gather(Gathered& out) const {
  out.count_ = 0;
  std::size_t skip = written_;
  std::size_t headers = 0;
  for (std::size_t i = head_; i < entries_.size() && out.count_ + 2 <= Gathered::kPiecesMax; ++i) {
    const Entry& entry = entries_[i];
    if (entry.is_text) {
      auto& header = out.headers_[headers++];
      header = websocket::frame_header(websocket::Opcode::kText, entry.data->size());
      if (skip < header.size) {
        out.pieces_[out.count_++] = to_iovec(header.bytes.data() + skip, header.size - skip);
      }
      skip -= std::min<std::size_t>(skip, header.size);
    }
    if (skip < entry.data->size()) {
      out.pieces_[out.count_++] = to_iovec(entry.data->data() + skip, entry.data->size() - skip);
    }
    skip = 0;
  }
}

void Outbox::consume(std::size_t bytes) {
  bytes_ -= bytes;
  written_ += bytes;
  while (head_ < entries_.size() && written_ >= entries_[head_].size()) {
    written_ -= entries_[head_].size();
    entries_[head_++].data.reset();
  }
  forget_written();
}

void Outbox::drop_after(std::size_t committed) {
  // The entry at head_ stays when any of it is on the wire: half a frame would break the framing.
  const std::size_t keep = std::max(committed, written_ > 0 ? std::size_t{1} : 0);
  std::size_t kept = 0;
  std::size_t end = head_;
  while (end < entries_.size() && kept < keep) {
    kept += entries_[end].size() - (end == head_ ? written_ : 0);
    ++end;
  }
  entries_.resize(end);
  bytes_ = kept;
  forget_written();
}

// Written entries stay in front until they are half of all, so that a peer who always leaves
// something unread cannot make the vector grow for ever, and each entry is moved once on average.
void Outbox::forget_written() {
  if (empty()) {
    entries_.clear();
    head_ = 0;
    if (entries_.capacity() > kEntriesKept) std::vector<Entry>().swap(entries_);
  } else if (head_ > kEntriesKept && head_ * 2 > entries_.size()) {
    entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
}

}  // namespace visavis::net

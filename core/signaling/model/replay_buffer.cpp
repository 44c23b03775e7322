#include "core/signaling/model/replay_buffer.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace visavis::signaling {
namespace {

// Larger vectors are given back when they run empty: most sessions are idle most of the time.
constexpr std::size_t kKeptCapacity = 16;

}  // namespace

bool ReplayBuffer::push(Frame frame, std::size_t bytes_max, Causer causer) {
  bytes_ += frame->size();
  if (causer != 0) {
    const auto share = std::ranges::find(shares_, causer, &Share::causer);
    if (share == shares_.end()) {
      shares_.push_back({causer, frame->size()});
    } else {
      share->bytes += frame->size();
    }
  }
  entries_.push_back({std::move(frame), causer});
  bool overflowed = false;
  while (bytes_ > bytes_max || entries_.size() - head_ > kFramesMax) {
    drop_front();
    overflowed = true;
  }
  compact();
  return overflowed;
}

std::size_t ReplayBuffer::bytes_of(Causer causer) const {
  const auto share = std::ranges::find(shares_, causer, &Share::causer);
  return share == shares_.end() ? 0 : share->bytes;
}

void ReplayBuffer::replace_all_of(Causer causer, const Frame& instead) {
  if (bytes_of(causer) == 0) return;
  for (std::size_t i = head_; i < entries_.size(); ++i) {
    Entry& entry = entries_[i];
    if (entry.causer != causer) continue;
    bytes_ -= entry.frame->size();
    bytes_ += instead->size();
    entry = {instead, 0};
  }
  std::erase_if(shares_, [causer](const Share& share) { return share.causer == causer; });
}

bool ReplayBuffer::acknowledge(std::uint64_t received) {
  if (received > sent()) return false;
  while (first_ <= received) drop_front();
  compact();
  return true;
}

bool ReplayBuffer::can_replay_after(std::uint64_t received) const {
  return received + 1 >= first_ && received <= sent();
}

std::span<const ReplayBuffer::Entry> ReplayBuffer::after(std::uint64_t received) const {
  assert(can_replay_after(received));
  return std::span<const Entry>(entries_).subspan(head_ + (received + 1 - first_));
}

void ReplayBuffer::reset() { *this = ReplayBuffer(); }

void ReplayBuffer::drop_front() {
  Entry& front = entries_[head_];
  bytes_ -= front.frame->size();
  if (front.causer != 0) give_back(front.causer, front.frame->size());
  front.frame.reset();
  ++head_;
  ++first_;
}

void ReplayBuffer::give_back(Causer causer, std::size_t bytes) {
  const auto share = std::ranges::find(shares_, causer, &Share::causer);
  share->bytes -= bytes;
  if (share->bytes == 0) shares_.erase(share);
}

// Keeps the dead part at the front below half of the vector: amortized constant time.
void ReplayBuffer::compact() {
  if (head_ == entries_.size()) {
    entries_.clear();
    head_ = 0;
    if (entries_.capacity() > kKeptCapacity) entries_.shrink_to_fit();
  } else if (head_ * 2 > entries_.size()) {
    entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
}

}  // namespace visavis::signaling

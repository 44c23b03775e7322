#include "core/signaling/replay_buffer.h"

#include <cassert>
#include <utility>

namespace visavis::signaling {
namespace {

// Larger vectors are given back when they run empty: most sessions are idle most of the time.
constexpr std::size_t kKeptCapacity = 16;

}  // namespace

bool ReplayBuffer::push(Frame frame, std::size_t bytes_max) {
  bytes_ += frame->size();
  frames_.push_back(std::move(frame));
  bool overflowed = false;
  while (bytes_ > bytes_max) {
    drop_front();
    overflowed = true;
  }
  compact();
  return overflowed;
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

std::span<const Frame> ReplayBuffer::after(std::uint64_t received) const {
  assert(can_replay_after(received));
  return std::span<const Frame>(frames_).subspan(head_ + (received + 1 - first_));
}

void ReplayBuffer::reset() { *this = ReplayBuffer(); }

void ReplayBuffer::drop_front() {
  bytes_ -= frames_[head_]->size();
  frames_[head_].reset();
  ++head_;
  ++first_;
}

// Keeps the dead part at the front below half of the vector: amortized constant time.
void ReplayBuffer::compact() {
  if (head_ == frames_.size()) {
    frames_.clear();
    head_ = 0;
    if (frames_.capacity() > kKeptCapacity) frames_.shrink_to_fit();
  } else if (head_ * 2 > frames_.size()) {
    frames_.erase(frames_.begin(), frames_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
}

}  // namespace visavis::signaling

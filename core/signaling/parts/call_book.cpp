#include "core/signaling/parts/call_book.h"

#include <algorithm>

namespace visavis::signaling {

Call* CallBook::find(const CallId& id) {
  const auto it = calls_.find(id);
  return it == calls_.end() ? nullptr : it->second.get();
}

Call& CallBook::make(const CallId& id, bool video, const Source& maker, Instant now) {
  Call& call = *calls_.emplace(id, std::make_unique<Call>()).first->second;
  call.maker = maker;
  shares_.add(maker);
  call.id = id;
  call.video = video;
  call.began = now;
  return call;
}

void CallBook::erase(Call& call) {
  ring_deadlines_.clear(call.ring_deadline, call.id);
  stop_waiting(call);
  if (call.restored) {
    if (ended_restored_.size() >= limits_.ended_restored_calls_max) ended_restored_.pop_front();
    ended_restored_.push_back(call.id);
  }
  shares_.remove(call.maker);
  calls_.erase(CallId(call.id));
}

bool CallBook::has_ended(const CallId& id) const {
  return std::count(ended_restored_.begin(), ended_restored_.end(), id) > 0;
}

void CallBook::set_ring_deadline(Call& call) {
  ring_deadlines_.clear(call.ring_deadline, call.id);
  call.ring_deadline = Instant::max();
  for (const Participant& participant : call.participants) {
    if (participant.state == ParticipantState::kInvited) {
      call.ring_deadline = std::min(call.ring_deadline, participant.ring_deadline);
    }
  }
  if (call.ring_deadline != Instant::max()) ring_deadlines_.set(call.ring_deadline, call.id);
}

void CallBook::wait_for_others(Call& call, Instant until) {
  call.restore_deadline = until;
  restore_deadlines_.set(until, call.id);
}

void CallBook::stop_waiting(Call& call) {
  if (call.restore_deadline) restore_deadlines_.clear(*call.restore_deadline, call.id);
  call.restore_deadline.reset();
}

std::optional<Instant> CallBook::next_timeout() const {
  const auto ring = ring_deadlines_.next();
  const auto restore = restore_deadlines_.next();
  if (!ring || !restore) return ring ? ring : restore;
  return std::min(*ring, *restore);
}

Call* CallBook::pop_rung_out(Instant now) {
  const auto id = ring_deadlines_.pop_due(now);
  return id ? find(*id) : nullptr;
}

Call* CallBook::pop_not_returned_to(Instant now) {
  const auto id = restore_deadlines_.pop_due(now);
  Call* const call = id ? find(*id) : nullptr;
  if (call != nullptr) call->restore_deadline.reset();
  return call;
}

}  // namespace visavis::signaling

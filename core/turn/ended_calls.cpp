#include "core/turn/ended_calls.h"

#include "core/turn/ephemeral_credential.h"

namespace visavis::turn {
namespace {

// No id has a colon.
std::string name_of(std::string_view call, std::string_view participant) {
  return std::string(call).append(":").append(participant);
}

}  // namespace

void EndedCalls::add(std::string_view call, std::optional<std::string_view> participant,
                     Instant now) {
  std::string name = participant ? name_of(call, *participant) : std::string(call);
  const auto it = index_.find(name);
  if (it == index_.end()) {
    entries_.push_back({std::move(name), {}});
    index_.emplace(entries_.back().name, std::prev(entries_.end()));
  } else {
    entries_.splice(entries_.end(), entries_, it->second);
  }
  entries_.back().until = now + kCredentialLifetimeMax;
  forget(now);
}

bool EndedCalls::contains(std::string_view call, std::string_view participant) const {
  return index_.contains(call) || index_.contains(name_of(call, participant));
}

void EndedCalls::forget(Instant now) {
  while (!entries_.empty() && (entries_.size() > max_ || entries_.front().until <= now)) {
    index_.erase(entries_.front().name);
    entries_.pop_front();
  }
}

}  // namespace visavis::turn

#include "core/signaling/parts/presence.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "core/base/base64url.h"
#include "core/signaling/model/json_writer.h"
#include "core/signaling/wire/encode.h"

namespace visavis::signaling {

void Presence::add(User& user, Instant now) {
  user.arrival = ++arrivals_;
  people_.add(user);
  if (user.listed) list(user);
  mark(user.id, user.listed, now);
}

void Presence::list(User& user) { listed_.emplace(user.arrival, Listed{&user, {}}); }

void Presence::update(const User& user, Instant now) {
  if (user.listed) listed_.at(user.arrival).json.clear();
  mark(user.id, user.listed, now);
}

void Presence::remove(User& user, Instant now) {
  listed_.erase(user.arrival);
  mark(user.id, user.listed, now);
  if (User* next = people_.remove(user)) {
    list(*next);
    mark(next->id, true, now);
  }
}

void Presence::mark(const UserId& id, bool listed, Instant now) {
  const auto [it, inserted] = dirty_.try_emplace(id, listed);
  it->second = it->second || listed;
  if (inserted) waiting_to_be_told_.push_back(id);
  if (inserted || !flush_at_) {
    const Instant soon = now + limits_.presence_interval;
    flush_at_ = flush_at_ ? std::min(*flush_at_, soon) : soon;
  }
}

const std::string& Presence::entry_of(Listed& listed) {
  if (listed.json.empty()) {
    append_person(listed.json, *listed.user);
    listed.json.shrink_to_fit();
  }
  return listed.json;
}

void Presence::begin_flush(Instant now) {
  if (!bytes_) {
    bytes_.emplace(Rate{limits_.presence_bytes_per_second, limits_.presence_bytes_burst}, now);
  }
  while (!told_by_time_.empty() &&
         told_by_time_.begin()->first + limits_.presence_person_interval <= now) {
    told_.erase(told_by_time_.begin()->second);
    told_by_time_.erase(told_by_time_.begin());
  }
  changes_ = {};
  here_.clear();
  gone_.clear();
  out_of_bytes_ = false;
  next_due_.reset();
}

// Where not, it goes on waiting.
bool Presence::may_be_told(const UserId& id, Instant now) {
  const auto told = told_.find(id);
  Instant due = now;
  if (told != told_.end()) {
    due = told->second + limits_.presence_person_interval;
  } else if (out_of_bytes_) {
    due = now + limits_.presence_interval;
  }
  if (due <= now) {
    // What one entry takes at most is known only once it is made; an estimate does.
    constexpr float kBytesOfEntry = 96;
    const Rate rate{limits_.presence_bytes_per_second, limits_.presence_bytes_burst};
    if (!dirty_.at(id) || bytes_->take(rate, now, kBytesOfEntry)) return true;
    out_of_bytes_ = true;
    due = now + limits_.presence_interval;
  }
  waiting_to_be_told_.push_back(id);
  next_due_ = next_due_ ? std::min(*next_due_, due) : due;
  return false;
}

void Presence::tell_here(const User& user) { here_.push_back(entry_of(listed_.at(user.arrival))); }

void Presence::tell_gone(const UserId& id) { gone_.push_back(id); }

void Presence::was_told(const UserId& id, Instant now) {
  dirty_.erase(id);
  told_.emplace(id, now);
  told_by_time_.emplace(now, id);
}

Presence::Changes Presence::finish_flush(Instant now) {
  if (!here_.empty() || !gone_.empty()) {
    changes_.for_all = encode(here_, gone_);
    list_is_stale_ = true;
  }
  flush_at_.reset();
  if (next_due_) flush_at_ = std::max(*next_due_, now + limits_.presence_interval);
  return std::exchange(changes_, {});
}

Frame Presence::encode(const std::vector<std::string>& here,
                       const std::vector<UserId>& gone) const {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("type").string("presence");
  json.key("here").begin_array();
  for (const std::string& person : here) json.raw(person);
  json.end_array().key("gone").begin_array();
  for (const UserId& id : gone) json.string(to_text(id));
  json.end_array().key("people_total").number(total());
  json.end_object();
  return std::make_shared<const std::string>(std::move(text));
}

Frame Presence::encode_one(const UserId& id, const User* user) const {
  if (user == nullptr) return encode({}, {id});
  std::string person;
  append_person(person, *user);
  return encode({person}, {});
}

const std::string& Presence::list_json() {
  if (!std::exchange(list_is_stale_, false)) return list_json_;
  list_json_.assign(1, '[');
  for (auto& [arrival, listed] : listed_) {
    if (list_json_.size() > 1) list_json_ += ',';
    list_json_ += entry_of(listed);
  }
  list_json_ += ']';
  return list_json_;
}

}  // namespace visavis::signaling

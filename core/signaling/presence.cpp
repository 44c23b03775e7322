#include "core/signaling/presence.h"

#include <memory>
#include <utility>

#include "core/base/base64url.h"
#include "core/signaling/encode.h"
#include "core/signaling/json_writer.h"

namespace visavis::signaling {

void Presence::add(User& user, Instant now) {
  user.arrival = ++arrivals_;
  user.listed = listed_.size() < limits_.presence_list_max;
  if (user.listed) {
    listed_.emplace(user.arrival, Listed{&user, {}});
  } else {
    waiting_.emplace(user.arrival, &user);
  }
  mark(user.id, user.listed, now);
}

void Presence::update(const User& user, Instant now) {
  if (user.listed) listed_.at(user.arrival).json.clear();
  mark(user.id, user.listed, now);
}

void Presence::remove(User& user, Instant now) {
  if (user.listed) {
    listed_.erase(user.arrival);
  } else {
    waiting_.erase(user.arrival);
  }
  mark(user.id, user.listed, now);
  if (user.listed) list_first_waiting(now);
}

void Presence::list_first_waiting(Instant now) {
  if (waiting_.empty()) return;
  User& user = *waiting_.begin()->second;
  waiting_.erase(waiting_.begin());
  user.listed = true;
  listed_.emplace(user.arrival, Listed{&user, {}});
  mark(user.id, true, now);
}

void Presence::mark(const UserId& id, bool listed, Instant now) {
  if (listed) {
    dirty_unlisted_.erase(id);
    dirty_.insert(id);
  } else {
    dirty_unlisted_.insert(id);
  }
  if (!flush_at_) flush_at_ = now + limits_.presence_interval;
}

const std::string& Presence::entry_of(Listed& listed) {
  if (listed.json.empty()) {
    append_person(listed.json, *listed.user);
    listed.json.shrink_to_fit();
  }
  return listed.json;
}

Presence::Changes Presence::finish_flush(const std::vector<const User*>& here,
                                         const std::vector<UserId>& gone) {
  Changes changes;
  if (!dirty_.empty()) {
    std::vector<std::string> entries;
    entries.reserve(here.size());
    for (const User* user : here) entries.push_back(entry_of(listed_.at(user->arrival)));
    changes.for_all = encode(entries, gone);
    list_json_.reset();
  }
  changes.unlisted.assign(dirty_unlisted_.begin(), dirty_unlisted_.end());
  dirty_.clear();
  dirty_unlisted_.clear();
  flush_at_.reset();
  return changes;
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
  if (!list_json_) {
    std::size_t size = 2;
    for (auto& [arrival, listed] : listed_) size += entry_of(listed).size() + 1;
    std::string text;
    text.reserve(size);
    text += '[';
    for (const auto& [arrival, listed] : listed_) {
      if (text.size() > 1) text += ',';
      text += listed.json;
    }
    text += ']';
    list_json_ = std::move(text);
  }
  return *list_json_;
}

}  // namespace visavis::signaling

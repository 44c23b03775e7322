#include "core/signaling/model/look_alikes.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include "core/base/bytes.h"
#include "core/base/crypto.h"
#include "core/signaling/model/model.h"
#include "core/signaling/model/skeleton.h"

namespace visavis::signaling {

LookAlikes::Looks LookAlikes::looks_of(std::string_view name) {
  const auto digest_front = [](const std::string& skeleton) {
    const Sha256Digest digest = sha256(as_bytes(skeleton));
    Look look = 0;
    std::memcpy(&look, digest.data(), sizeof look);
    return look;
  };
  const std::string drawn = skeleton_as_drawn(name);
  const std::string spelled = skeleton_as_spelled(name);
  const Look look = digest_front(drawn);
  return {look, drawn == spelled ? look : digest_front(spelled)};
}

bool LookAlikes::is_first(Entries::iterator entry) const {
  return entry == entries_.begin() || std::prev(entry)->look != entry->look;
}

void LookAlikes::mark(User& user) const {
  const auto& [entries, count] = user.look;
  user.confusable = !std::all_of(entries.begin(), entries.begin() + count,
                                 [this](auto entry) { return is_first(entry); });
}

void LookAlikes::leave(Entries::iterator entry, std::vector<User*>& changed) {
  const bool first = is_first(entry);
  const Look look = entry->look;
  const auto next = entries_.erase(entry);
  if (!first || next == entries_.end() || next->look != look) return;
  User& heir = *next->user;
  mark(heir);
  if (!heir.confusable) changed.push_back(&heir);
}

void LookAlikes::add(User& user) { rename(user); }

std::vector<User*> LookAlikes::rename(User& user) {
  const Looks looks = looks_of(user.name);
  const std::uint64_t turn = ++turns_;
  const Place old = user.look;
  const auto old_end = old.entries.begin() + old.count;
  user.look.count = 0;
  for (std::size_t i = 0; i < (looks[0] == looks[1] ? 1U : 2U); ++i) {
    auto entry = std::find_if(old.entries.begin(), old_end,
                              [&](auto known) { return known->look == looks[i]; });
    const bool kept = entry != old_end;
    user.look.entries[user.look.count++] =
        kept ? *entry : entries_.insert({looks[i], turn, &user}).first;
  }
  std::vector<User*> changed;
  for (auto entry = old.entries.begin(); entry != old_end; ++entry) {
    const bool kept = std::find(looks.begin(), looks.end(), (*entry)->look) != looks.end();
    if (!kept) leave(*entry, changed);
  }
  mark(user);
  return changed;
}

std::vector<User*> LookAlikes::remove(User& user) {
  std::vector<User*> changed;
  const Place old = std::exchange(user.look, {});
  for (std::size_t i = 0; i < old.count; ++i) leave(old.entries[i], changed);
  return changed;
}

}  // namespace visavis::signaling

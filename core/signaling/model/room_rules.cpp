#include "core/signaling/model/room_rules.h"

#include <algorithm>
#include <tuple>

namespace visavis::signaling {
namespace {

bool contains(const std::vector<UserId>& users, const UserId& user) {
  return std::find(users.begin(), users.end(), user) != users.end();
}

}  // namespace

bool RoomRules::is_host(const UserId& user) const {
  return user == creator || contains(hosts, user);
}

bool RoomRules::is_removed(const UserId& user) const { return contains(removed, user); }

void RoomRules::remove(const UserId& user, std::size_t removed_max) {
  std::erase(hosts, user);
  std::erase(removed, user);
  if (removed.size() >= removed_max) {
    removed.erase(removed.begin());
    admits_from = revision.next();
  }
  removed.push_back(user);
}

void RoomRules::take_back(const UserId& user) { std::erase(removed, user); }

bool takes_precedence(const RoomRules& shown, const RoomRules& live) {
  if (shown.instance != live.instance) {
    return std::tie(shown.created, shown.instance) < std::tie(live.created, live.instance);
  }
  if (shown.revision != live.revision) return shown.revision > live.revision;
  return shown.complete && !live.complete;
}

bool still_admits(const RoomRules& shown, const RoomRules& live) {
  return shown.instance == live.instance && shown.knock && shown.complete && live.complete &&
         shown.revision.led_to(live.revision) && shown.revision >= live.admits_from;
}

}  // namespace visavis::signaling

#include "core/signaling/parts/people_list.h"

namespace visavis::signaling {

PeopleList::Turn PeopleList::turn_of(const IpAddress& site, const Arrivals& waiting) const {
  return {shares_.count(source(site)), waiting.begin()->first, site};
}

// Keeps the site's turn in step with what `change` does to its places and to those who wait.
template <typename Change>
void PeopleList::change(const IpAddress& site, Change change) {
  const auto before = waiting_by_site_.find(site);
  if (before != waiting_by_site_.end()) turns_.erase(turn_of(site, before->second));
  change();
  const auto after = waiting_by_site_.find(site);
  if (after == waiting_by_site_.end()) return;
  if (after->second.empty()) {
    waiting_by_site_.erase(after);
  } else {
    turns_.insert(turn_of(site, after->second));
  }
}

void PeopleList::list(User& user) {
  user.listed = true;
  shares_.add(source(user.site));
}

void PeopleList::add(User& user) {
  change(user.site, [&] {
    if (shares_.has_place(source(user.site))) return list(user);
    user.listed = false;
    waiting_by_site_[user.site].emplace(user.arrival, &user);
    ++waiting_;
  });
}

User* PeopleList::remove(User& user) {
  change(user.site, [&] {
    if (user.listed) return shares_.remove(source(user.site));
    waiting_by_site_.at(user.site).erase(user.arrival);
    --waiting_;
  });
  if (!user.listed || turns_.empty()) return nullptr;
  const IpAddress site = std::get<IpAddress>(*turns_.begin());
  if (!shares_.has_place(source(site))) return nullptr;
  User* next = nullptr;
  change(site, [&] {
    Arrivals& waiting = waiting_by_site_.at(site);
    next = waiting.begin()->second;
    waiting.erase(waiting.begin());
    --waiting_;
    list(*next);
  });
  return next;
}

}  // namespace visavis::signaling

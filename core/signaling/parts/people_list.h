// Who is in the list of people that everybody is sent, which has an end: so that no few networks
// fill it. Whoever has no place waits, and is listed once others have gone; where several wait, one
// of the network with the fewest in the list is next. One thread; nothing here fails. Each call
// costs O(log people).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <tuple>

#include "core/base/address_shares.h"
#include "core/signaling/model/model.h"

namespace visavis::signaling {

class PeopleList {
 public:
  // A network may fill a list that is up to three quarters empty, and then ever less of it.
  explicit PeopleList(std::size_t listed_max) : shares_(listed_max, listed_max) {}

  // By user.site and user.arrival, which must stay as they are until remove(). Sets user.listed.
  void add(User& user);
  // Somebody who is listed now in their place, or null.
  User* remove(User& user);

  std::size_t size() const { return shares_.size() + waiting_; }

 private:
  using Arrivals = std::map<std::uint64_t, User*>;
  // The site whose turn it is comes first.
  using Turn = std::tuple<std::size_t, std::uint64_t, IpAddress>;

  static Source source(const IpAddress& site) { return {site, false}; }
  Turn turn_of(const IpAddress& site, const Arrivals& waiting) const;
  void list(User& user);
  template <typename Change>
  void change(const IpAddress& site, Change change);

  AddressShares shares_;
  std::map<IpAddress, Arrivals> waiting_by_site_;
  std::set<Turn> turns_;  // one for each site of which somebody waits
  std::size_t waiting_ = 0;
};

}  // namespace visavis::signaling

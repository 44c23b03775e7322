// Finds people by the beginnings of the words of their names, at a cost that does not grow with how
// many are online. One thread; nothing here fails.
//
// A word begins after a space and after punctuation; an emoji begins one, too, and so does every
// character of a script that is written without spaces (Han, kana, Hangul, Thai, Lao, Khmer,
// Burmese). Each beginning is an entry of an ordered set: the text from there to the end of the
// name. A query's words are ranges of that set, walked side by side: the first to come to its end
// has named everybody who can match.
//
// Of several people of one name, those come first who are alone with it where they come from: so
// that nobody is hidden behind a hundred others of that name from one network.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/ip_address.h"

namespace visavis::signaling {

struct User;

class PeopleIndex {
 public:
  // Entries of one name: 64 bytes each. An ordinary name has two or three.
  static constexpr std::size_t kEntriesPerNameMax = 24;
  // More words of a query than these, the longest, are not looked at.
  static constexpr std::size_t kWordsMax = 8;

  // Sets user.namesakes. `user`, its folded_name and its site must stay as they are until remove().
  void add(User& user);
  void remove(const User& user);

  struct Found {
    std::vector<const User*> people;  // by folded name, namesakes, id
    bool more = false;                // there are, or there may be, others
    std::size_t steps = 0;            // entries visited and places of names compared
  };
  struct Bounds {
    std::size_t results_max;
    std::size_t entries_max;  // visited at most; four times as many steps in all
  };
  // Everybody but `except` of whose name each word of `folded_query` begins a word. An empty query
  // is everybody. When a bound is reached, those that were found so far.
  Found search(std::string_view folded_query, const User* except, const Bounds& bounds) const;

  std::size_t entries() const { return entries_.size(); }

 private:
  struct Entry {
    std::uint64_t head;  // the text's first eight bytes: most comparisons need no more
    const User* user;
    std::uint16_t at;  // in user->folded_name

    std::string_view text() const;
  };
  struct InOrder {
    using is_transparent = void;
    bool operator()(const Entry& a, const Entry& b) const;
    bool operator()(const Entry& entry, std::string_view text) const;
  };
  using Entries = std::set<Entry, InOrder>;
  class Walk;

  Entries entries_;
  // How many of a site have a name.
  std::map<std::pair<IpAddress, std::string>, std::uint32_t> namesakes_;
};

}  // namespace visavis::signaling

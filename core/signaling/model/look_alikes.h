// Who has a name that somebody else online had before them, or one that looks the same (UTS #39).
// Whoever took it first is not marked. One thread; nothing here fails. Each call costs the making
// of two skeletons and O(log people).
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string_view>
#include <vector>

namespace visavis::signaling {

struct User;

class LookAlikes {
 public:
  // Sets user.confusable. `user` must stay where it is until remove(). A newcomer changes nobody
  // else's mark.
  void add(User& user);
  // After user.name has changed; sets user.confusable. Who keeps the look of their name keeps their
  // turn. Returns those others whose mark has changed: the next in line, two at most.
  std::vector<User*> rename(User& user);
  // Returns likewise.
  std::vector<User*> remove(User& user);

 private:
  // The front of a skeleton's SHA-256: nobody can afford to look for another of the same.
  using Look = std::uint64_t;
  struct Entry {
    Look look;
    std::uint64_t turn;  // when the name was taken; counts
    User* user;
    bool operator<(const Entry& other) const {
      return look != other.look ? look < other.look : turn < other.turn;
    }
  };
  using Entries = std::set<Entry>;
  using Looks = std::array<Look, 2>;  // as drawn and as spelled; often the same

 public:
  // Where a person stands; each User has one, and only this class looks into it.
  struct Place {
    std::array<Entries::iterator, 2> entries{};
    std::size_t count = 0;
  };

 private:
  static Looks looks_of(std::string_view name);
  bool is_first(Entries::iterator entry) const;
  void leave(Entries::iterator entry, std::vector<User*>& changed);
  void mark(User& user) const;

  Entries entries_;
  std::uint64_t turns_ = 0;
};

}  // namespace visavis::signaling

#include "core/signaling/model/people_index.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "core/signaling/model/model.h"
#include "core/signaling/model/unicode.h"

namespace visavis::signaling {
namespace {

std::uint64_t head_of(std::string_view text) {
  std::uint64_t head = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    head = head << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0);
  }
  return head;
}

struct Range {
  std::int32_t first;
  std::int32_t last;
};

bool is_written_without_spaces(std::int32_t point) {
  constexpr std::array kRanges = std::to_array<Range>({
      {0x0E00, 0x0EFF},    // Thai, Lao
      {0x1000, 0x109F},    // Burmese
      {0x1780, 0x17FF},    // Khmer
      {0x1950, 0x1AAF},    // Tai Le, New Tai Lue, Tai Tham
      {0x3040, 0x30FF},    // kana
      {0x31F0, 0x31FF},    // more of it
      {0x3400, 0x4DBF},    // Han
      {0x4E00, 0x9FFF},    //
      {0xA9E0, 0xA9FF},    // more Burmese
      {0xAA60, 0xAA7F},    //
      {0xAC00, 0xD7A3},    // Hangul syllables
      {0xF900, 0xFAFF},    // more Han
      {0x20000, 0x3FFFF},  //
  });
  return point >= kRanges.front().first &&
         std::any_of(kRanges.begin(), kRanges.end(), [point](const Range& range) {
           return range.first <= point && point <= range.last;
         });
}

bool is_symbol(std::int32_t point) { return utf8proc_category(point) == UTF8PROC_CATEGORY_SO; }

// Whether a word of the name begins at this byte. Precondition: at < name.size(), and a code point
// begins there.
bool begins_word(std::string_view name, std::size_t at) {
  if (at == 0) return true;
  const char before = name[at - 1];
  if (name[at] == ' ') return false;
  if (before == ' ') return true;
  const std::int32_t here = code_point_at(name, at);
  const std::int32_t last = code_point_before(name, at);
  if (is_letter_or_digit(here)) {
    return is_written_without_spaces(here) || !is_letter_or_digit(last);
  }
  return is_symbol(here) && !is_symbol(last);
}

std::vector<std::uint16_t> beginnings(std::string_view name) {
  std::vector<std::uint16_t> found;
  for (std::size_t at = 0; at < name.size() && found.size() < PeopleIndex::kEntriesPerNameMax;
       ++at) {
    const bool begins_code_point = (static_cast<unsigned char>(name[at]) & 0xC0) != 0x80;
    if (begins_code_point && begins_word(name, at)) found.push_back(static_cast<std::uint16_t>(at));
  }
  if (found.empty()) found.push_back(0);  // of an empty name, too, so that it can be removed
  return found;
}

// The longest words, without those that others of them begin with.
std::vector<std::string_view> words_of(std::string_view query) {
  std::vector<std::string_view> words;
  while (!query.empty()) {
    const auto word = query.substr(0, query.find(' '));
    query.remove_prefix(std::min(query.size(), word.size() + 1));
    if (!word.empty()) words.push_back(word);
  }
  // Of equal length, in their order: they are parts of one text.
  std::sort(words.begin(), words.end(), [](auto a, auto b) {
    return std::tuple(b.size(), a.data()) < std::tuple(a.size(), b.data());
  });
  std::vector<std::string_view> kept;
  for (const auto word : words) {
    if (kept.size() == PeopleIndex::kWordsMax) break;
    const bool said = std::any_of(kept.begin(), kept.end(),
                                  [word](auto other) { return other.starts_with(word); });
    if (!said) kept.push_back(word);
  }
  if (kept.empty()) kept.emplace_back();
  return kept;
}

struct Candidate {
  std::uint64_t head;
  const User* user;

  explicit Candidate(const User* who) : head(head_of(who->folded_name)), user(who) {}
  bool operator<(const Candidate& other) const {
    if (head != other.head) return head < other.head;
    return std::tie(user->folded_name, user->namesakes, user->id) <
           std::tie(other.user->folded_name, other.user->namesakes, other.user->id);
  }
};

}  // namespace

std::string_view PeopleIndex::Entry::text() const {
  return std::string_view(user->folded_name).substr(at);
}

bool PeopleIndex::InOrder::operator()(const Entry& a, const Entry& b) const {
  if (a.head != b.head) return a.head < b.head;
  if (const int order = a.text().compare(b.text()); order != 0) return order < 0;
  return std::tie(a.user->namesakes, a.user->id, a.at) <
         std::tie(b.user->namesakes, b.user->id, b.at);
}

bool PeopleIndex::InOrder::operator()(const Entry& entry, std::string_view text) const {
  const std::uint64_t head = head_of(text);
  if (entry.head != head) return entry.head < head;
  return entry.text() < text;
}

void PeopleIndex::add(User& user) {
  user.namesakes = namesakes_[{user.site, user.folded_name}]++;
  for (const std::uint16_t at : beginnings(user.folded_name)) {
    entries_.insert({head_of(std::string_view(user.folded_name).substr(at)), &user, at});
  }
}

void PeopleIndex::remove(const User& user) {
  const auto namesakes = namesakes_.find({user.site, user.folded_name});
  if (--namesakes->second == 0) namesakes_.erase(namesakes);
  for (const std::uint16_t at : beginnings(user.folded_name)) {
    entries_.erase({head_of(std::string_view(user.folded_name).substr(at)), &user, at});
  }
}

// One search under way.
class PeopleIndex::Walk {
 public:
  Walk(const Entries& entries, std::string_view query, const Bounds& bounds)
      : end_(entries.end()),
        words_(words_of(query)),
        entries_left_(bounds.entries_max),
        steps_max_(4 * bounds.entries_max) {
    for (const auto word : words_) places_.push_back(entries.lower_bound(word));
  }

  void run(const User* except) {
    while (true) {
      for (std::size_t i = 0; i < words_.size(); ++i) {
        Entries::iterator& place = places_[i];
        ++steps_;
        if (place == end_ || !place->text().starts_with(words_[i])) {
          complete_ = true;
          return;
        }
        if (entries_left_ == 0 || steps_ > steps_max_) return;
        --entries_left_;
        const User* user = place->user;
        ++place;
        if (user != except && has_other_words(*user, i)) found_.push_back(user);
      }
    }
  }

  Found take(std::size_t results_max) {
    std::sort(found_.begin(), found_.end());  // a name can have a word twice
    found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
    std::vector<Candidate> candidates(found_.begin(), found_.end());
    const auto kept = static_cast<std::ptrdiff_t>(std::min(candidates.size(), results_max));
    std::partial_sort(candidates.begin(), candidates.begin() + kept, candidates.end());
    Found found;
    found.more = !complete_ || candidates.size() > results_max;
    found.steps = steps_;
    std::for_each(candidates.begin(), candidates.begin() + kept,
                  [&](const Candidate& candidate) { found.people.push_back(candidate.user); });
    return found;
  }

 private:
  bool has_other_words(const User& user, std::size_t known) {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (i != known && !has_word(user.folded_name, words_[i])) return false;
    }
    return true;
  }

  bool has_word(std::string_view name, std::string_view word) {
    for (std::size_t at = 0; steps_ <= steps_max_; ++at) {
      ++steps_;
      at = name.find(word.front(), at);
      if (at == std::string_view::npos) return false;
      if (name.substr(at).starts_with(word) && begins_word(name, at)) return true;
    }
    return false;
  }

  Entries::iterator end_;
  std::vector<std::string_view> words_;
  std::vector<Entries::iterator> places_;  // where each word's range has been walked to
  std::vector<const User*> found_;
  std::size_t entries_left_;
  std::size_t steps_max_;
  std::size_t steps_ = 0;
  bool complete_ = false;
};

PeopleIndex::Found PeopleIndex::search(std::string_view folded_query, const User* except,
                                       const Bounds& bounds) const {
  Walk walk(entries_, folded_query, bounds);
  walk.run(except);
  return walk.take(bounds.results_max);
}

}  // namespace visavis::signaling

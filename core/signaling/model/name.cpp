#include "core/signaling/model/name.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>

#include "core/signaling/model/unicode.h"

namespace visavis::signaling {
namespace {

constexpr std::int32_t kZeroWidthNonJoiner = 0x200C;
constexpr std::int32_t kZeroWidthJoiner = 0x200D;

struct Range {
  std::int32_t first;
  std::int32_t last;
};

template <std::size_t kSize>
bool is_in(const std::array<Range, kSize>& ranges, std::int32_t point) {
  return std::any_of(ranges.begin(), ranges.end(), [point](const Range& range) {
    return range.first <= point && point <= range.last;
  });
}

// Show nothing, though their category says otherwise and they are not default ignorable.
constexpr std::array kBlank = std::to_array<Range>({
    {0x2800, 0x2800},    // Braille pattern without a dot
    {0xFFFC, 0xFFFC},    // stands for an object that a plain text does not have
    {0x13441, 0x13442},  // Egyptian blanks
    {0x16FE4, 0x16FE4},  // Khitan filler
    {0x1D159, 0x1D159},  // musical note without a head
});

constexpr std::array kHan = std::to_array<Range>({
    {0x3400, 0x4DBF},
    {0x4E00, 0x9FFF},
    {0xF900, 0xFAFF},
    {0x20000, 0x3FFFF},
});

// Scripts that write three marks over and under one letter: Hebrew and Arabic points, vowel signs
// of South and South-East Asia with a nukta, a medial or a tone.
constexpr std::array kThreeMarks = std::to_array<Range>({
    {0x0590, 0x0DFF},
    {0x1000, 0x109F},
    {0x1700, 0x1AAF},
    {0x1B00, 0x1CFF},
    {0xA800, 0xABFF},
    {0x11000, 0x11FFF},
});
constexpr Range kTibetan{0x0F00, 0x0FFF};  // its subjoined letters are marks, too

std::size_t marks_max(std::int32_t mark) {
  if (kTibetan.first <= mark && mark <= kTibetan.last) return 4;
  return is_in(kThreeMarks, mark) ? 3 : 2;
}

enum class Kind { kVisible, kMark, kSpace, kJoiner, kSelector, kRemoved };

bool is_selector(std::int32_t point) {
  return (point >= 0xFE00 && point <= 0xFE0F) || (point >= 0xE0100 && point <= 0xE01EF) ||
         (point >= 0x180B && point <= 0x180D) || point == 0x180F;
}

Kind kind_of(std::int32_t point) {
  if (point == kZeroWidthJoiner || point == kZeroWidthNonJoiner) return Kind::kJoiner;
  if (is_selector(point)) return Kind::kSelector;
  if (point == '\t' || point == '\n' || point == '\r') return Kind::kSpace;
  if (utf8proc_get_property(point)->ignorable != 0 || is_in(kBlank, point)) return Kind::kRemoved;
  switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return Kind::kSpace;
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CN:
      return Kind::kRemoved;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_ME:
      return Kind::kMark;
    default:
      return Kind::kVisible;
  }
}

// Letters of Latin, Greek, Cyrillic and Armenian never join by an invisible character.
bool may_join(std::int32_t before) { return before >= 0x0590; }

// Whether `selector` says how the character before it is drawn.
bool selects_form(std::int32_t before, std::int32_t selector) {
  if (selector >= 0x180B && selector <= 0x180F) return before >= 0x1820 && before <= 0x18AA;
  if (is_in(kHan, before)) return selector >= 0xE0100 || selector <= 0xFE02;
  if (selector != 0xFE0E && selector != 0xFE0F) return false;
  switch (utf8proc_category(before)) {  // an emoji, or what a keycap is made of
    case UTF8PROC_CATEGORY_SO:
    case UTF8PROC_CATEGORY_SM:
    case UTF8PROC_CATEGORY_PO:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_ND:
      return true;
    default:
      return false;
  }
}

// Of a letter that is composed with them.
std::size_t marks_within(std::int32_t letter) {
  if (letter < 0x80) return 0;
  std::array<utf8proc_int32_t, 8> pieces{};
  const auto count =
      utf8proc_decompose_char(letter, pieces.data(), pieces.size(), UTF8PROC_DECOMPOSE, nullptr);
  return static_cast<std::size_t>(
      std::count_if(pieces.begin(), pieces.begin() + std::clamp<utf8proc_ssize_t>(count, 0, 8),
                    [](auto piece) { return kind_of(piece) == Kind::kMark; }));
}

// Builds the name from code points that come in order.
class Cleaner {
 public:
  void add(std::int32_t point) {
    switch (kind_of(point)) {
      case Kind::kRemoved:
        return;
      case Kind::kSpace:
        if (last_ != 0) pending_ = ' ';
        return;
      case Kind::kJoiner:
        if (pending_ == 0 && may_join(last_)) pending_ = point;
        return;
      case Kind::kSelector:
        if (pending_ == 0 && selects_form(last_, point)) append(point);
        return;
      case Kind::kMark:
        return add_mark(point);
      case Kind::kVisible:
        if (utf8proc_category(point) != UTF8PROC_CATEGORY_MC) marks_ = marks_within(point);
        readable_ = readable_ || is_letter_or_digit(point);
        return append(point);
    }
  }

  std::size_t chars() const { return chars_; }
  bool readable() const { return readable_; }
  const std::string& text() const { return text_; }

 private:
  void add_mark(std::int32_t point) {
    if (last_ == 0 || pending_ == ' ') return;  // nothing to stand on
    if (marks_ >= marks_max(point) || point == last_) return;
    ++marks_;
    append(point);
  }

  void append(std::int32_t point) {
    if (pending_ != 0) {
      append_utf8(text_, pending_);
      ++chars_;
      pending_ = 0;
    }
    append_utf8(text_, point);
    ++chars_;
    last_ = point;
  }

  std::string text_;
  std::size_t chars_ = 0;
  std::size_t marks_ = 0;  // of the letter they stand on
  bool readable_ = false;
  std::int32_t last_ = 0;
  std::int32_t pending_ = 0;  // a space or joiner that stays only if something follows it
};

// utf8proc sorts marks in a time that grows with the square of their number. No letter of any
// language has more than these.
constexpr int kMarksInARowMax = 8;

std::string without_rows_of_marks(std::string_view text) {
  std::string out;
  int row = 0;
  for (const auto point : code_points(text)) {
    row = utf8proc_get_property(point)->combining_class == 0 ? 0 : row + 1;
    if (row <= kMarksInARowMax) append_utf8(out, point);
  }
  return out;
}

constexpr auto kFoldOptions =
    static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_STABLE |
                                   UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK | UTF8PROC_IGNORE);

// As much of the text as folds to kFoldedBytesMax: one character can be eighteen.
std::string_view front_to_fold(std::string_view text) {
  std::array<utf8proc_int32_t, 32> pieces{};
  std::size_t used = 0;
  std::size_t size = 0;
  for (const auto point : code_points(text)) {
    if (size >= kFoldedBytesMax) break;
    int boundary = 0;
    const auto count =
        utf8proc_decompose_char(point, pieces.data(), pieces.size(), kFoldOptions, &boundary);
    size += static_cast<std::size_t>(std::max<utf8proc_ssize_t>(count, 0));
    used += utf8_size(point);
  }
  return text.substr(0, used);
}

}  // namespace

Result<std::string, NameProblem> clean_name(std::string_view text, std::size_t chars_max) {
  const auto composed = map_text(without_rows_of_marks(text), UTF8PROC_COMPOSE | UTF8PROC_STABLE);
  if (!composed) return Failure{NameProblem::kNothingToSee};
  Cleaner cleaner;
  for (const auto point : code_points(*composed)) {
    cleaner.add(point);
    if (cleaner.chars() > chars_max) return Failure{NameProblem::kTooLong};
  }
  if (!cleaner.readable()) return Failure{NameProblem::kNothingToSee};
  // Removing characters can bring together what composes.
  auto name = map_text(cleaner.text(), UTF8PROC_COMPOSE | UTF8PROC_STABLE);
  if (!name) return Failure{NameProblem::kNothingToSee};
  return std::move(*name);
}

std::string explain(NameProblem problem, std::size_t chars_max) {
  if (problem == NameProblem::kTooLong) {
    return "name must have at most " + std::to_string(chars_max) + " visible characters.";
  }
  return "name needs a letter or a digit that can be seen.";
}

std::string fold_for_search(std::string_view text) {
  auto folded = map_text(front_to_fold(text), kFoldOptions).value_or(std::string());
  cut_text(folded, kFoldedBytesMax);
  return folded;
}

}  // namespace visavis::signaling

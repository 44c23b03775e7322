// Which lines the log gets about what was refused: the first refusal of a kind at once, and then
// one line a minute and kind at most, with how many there have been since. So an attack shows in
// the log and cannot fill it.
//
// A line says what happened and what an operator can do. It names nobody; RefusalNotes has the
// lines that do, for operators who want them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/time.h"
#include "server/ops/config.h"
#include "server/ops/line_budget.h"

namespace visavis::ops {

// How often one kind of refusal has happened since the start. The texts live as long as the
// process.
struct RefusalTotal {
  std::string_view area;  // signaling, network, relay
  std::string_view kind;
  std::uint64_t total = 0;
};

struct RefusalLine {
  LogLevel level = LogLevel::kWarn;
  std::string_view sentence;
  std::string_view area;
  std::string_view kind;
  std::uint64_t count = 0;  // since the last line of this kind, or the start
};

// Pure: no clock. Not thread-safe.
class RefusalLog {
 public:
  // Between two lines of one kind.
  static constexpr Duration kInterval = minutes(1);

  // To be fed about once a second. A total never becomes less. What `budget` has no room for is
  // told later, with its count; null: all of it is told.
  std::vector<RefusalLine> update(std::span<const RefusalTotal> totals, Instant now,
                                  LineBudget* budget = nullptr);

 private:
  struct Kind {
    std::uint64_t told = 0;
    std::optional<Instant> next_line;
  };
  std::map<std::pair<std::string_view, std::string_view>, Kind> kinds_;
};

// What is said of a kind, and how loudly. Kinds that nobody has written a sentence for have a
// general one.
struct RefusalText {
  LogLevel level = LogLevel::kWarn;
  std::string_view sentence;
};
RefusalText refusal_text(std::string_view area, std::string_view kind);

}  // namespace visavis::ops

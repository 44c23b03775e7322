#include "core/signaling/model/skeleton.h"

#include <utf8proc.h>

#include <algorithm>

#include "core/signaling/model/confusables.h"
#include "core/signaling/model/name.h"
#include "core/signaling/model/unicode.h"

namespace visavis::signaling {
namespace {

std::string skeleton_of(std::string_view text) {
  constexpr int kDecompose = UTF8PROC_DECOMPOSE | UTF8PROC_STABLE;
  const auto table = confusables();
  std::string out;
  // A joiner or a selector changes nothing that a reader would notice.
  for (const auto point :
       code_points(map_text(text, kDecompose | UTF8PROC_IGNORE).value_or(std::string()))) {
    if (out.size() >= kFoldedBytesMax) break;
    const auto it = std::lower_bound(
        table.begin(), table.end(), static_cast<std::uint32_t>(point),
        [](const Confusable& entry, std::uint32_t wanted) { return entry.point < wanted; });
    if (it != table.end() && it->point == static_cast<std::uint32_t>(point)) {
      out += confusable_texts().substr(it->at, it->size);
    } else {
      append_utf8(out, point);
    }
  }
  out = map_text(out, kDecompose).value_or(std::string());
  cut_text(out, kFoldedBytesMax);
  return out;
}

std::string fold_case(std::string_view text) {
  return map_text(text, UTF8PROC_COMPOSE | UTF8PROC_STABLE | UTF8PROC_CASEFOLD)
      .value_or(std::string());
}

}  // namespace

std::string skeleton_as_drawn(std::string_view name) {
  return skeleton_of(fold_case(skeleton_of(name)));
}

std::string skeleton_as_spelled(std::string_view name) { return skeleton_of(fold_case(name)); }

}  // namespace visavis::signaling

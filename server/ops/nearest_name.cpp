#include "server/ops/nearest_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace visavis::ops {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

std::string nearest_name(std::string_view asked, std::span<const std::string> known,
                         std::size_t certain) {
  constexpr std::size_t kNameCharsMax = 200;
  if (asked.size() > kNameCharsMax) return {};
  const std::string* best = nullptr;
  std::size_t best_distance =
      std::max<std::size_t>((asked.size() - std::min(certain, asked.size())) / 3, 2) + 1;
  for (const std::string& candidate : known) {
    const std::size_t found = edit_distance(asked, candidate);
    if (found >= best_distance) continue;
    best_distance = found;
    best = &candidate;
  }
  return best == nullptr ? std::string() : *best;
}

std::string did_you_mean(std::string_view asked, std::span<const std::string> known) {
  const std::string nearest = nearest_name(asked, known);
  return nearest.empty() ? std::string() : fmt::format("; did you mean {}?", nearest);
}

}  // namespace visavis::ops

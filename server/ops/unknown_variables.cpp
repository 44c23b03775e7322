#include "server/ops/unknown_variables.h"

#include <algorithm>
#include <cstddef>

#include "server/ops/limit_table.h"
#include "server/ops/option_table.h"

namespace visavis::ops {
namespace {

constexpr std::string_view kPrefix = "VISAVIS_";

std::vector<std::string> known_variables() {
  std::vector<std::string> known;
  for (const Option& option : options()) known.push_back(option.variable());
  for (const LimitKey& limit : limit_keys()) known.push_back(limit.variable());
  return known;
}

// Kubernetes and Docker's links: NAME_SERVICE_HOST, NAME_SERVICE_PORT…, NAME_PORT,
// NAME_PORT_443_TCP….
bool is_of_a_platform(std::string_view name) {
  const std::string_view rest = name.substr(kPrefix.size());
  if (rest == "PORT" || rest == "SERVICE_HOST" || rest == "NAME") return true;
  if (rest.starts_with("SERVICE_PORT") || rest.starts_with("ENV_")) return true;
  constexpr std::string_view kPort = "PORT_";
  return rest.starts_with(kPort) && rest.size() > kPort.size() && rest[kPort.size()] >= '0' &&
         rest[kPort.size()] <= '9';
}

// Letters to insert, take away or replace.
std::size_t distance(std::string_view a, std::string_view b) {
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

// Capitals do not make a variable another one for whoever typed it.
std::string in_capitals(std::string_view name) {
  std::string capitals(name);
  std::ranges::transform(capitals, capitals.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return capitals;
}

std::string nearest_to(std::string_view name, const std::vector<std::string>& known) {
  constexpr std::size_t kNameCharsMax = 200;
  if (name.size() > kNameCharsMax) return {};
  const std::string asked = in_capitals(name);
  const std::string* best = nullptr;
  // A third of what comes behind the prefix may be wrong.
  std::size_t best_distance = std::max<std::size_t>((asked.size() - kPrefix.size()) / 3, 2) + 1;
  for (const std::string& candidate : known) {
    const std::size_t found = distance(asked, candidate);
    if (found >= best_distance) continue;
    best_distance = found;
    best = &candidate;
  }
  // A limit without LIMITS_ is far away by letters and near in meaning.
  const std::string as_limit = std::string(kPrefix) + "LIMITS_" + asked.substr(kPrefix.size());
  if (std::ranges::find(known, as_limit) != known.end()) return as_limit;
  return best == nullptr ? std::string() : *best;
}

}  // namespace

std::vector<UnknownVariable> unknown_variables(std::span<const std::string> names) {
  const std::vector<std::string> known = known_variables();
  std::vector<UnknownVariable> unknown;
  for (const std::string& name : names) {
    if (!in_capitals(name).starts_with(kPrefix) || is_of_a_platform(name)) continue;
    if (std::ranges::find(known, name) != known.end()) continue;
    unknown.push_back({.name = name, .nearest = nearest_to(name, known)});
  }
  return unknown;
}

std::vector<std::string> variable_names(const char* const* environment) {
  std::vector<std::string> names;
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::string_view entry = *environment;
    names.emplace_back(entry.substr(0, entry.find('=')));
  }
  return names;
}

}  // namespace visavis::ops

#include "server/ops/unknown_variables.h"

#include <algorithm>
#include <cstddef>

#include "server/ops/limit_table.h"
#include "server/ops/nearest_name.h"
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

// Capitals do not make a variable another one for whoever typed it.
std::string in_capitals(std::string_view name) {
  std::string capitals(name);
  std::ranges::transform(capitals, capitals.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return capitals;
}

std::string nearest_to(std::string_view name, const std::vector<std::string>& known) {
  const std::string asked = in_capitals(name);
  // A limit without LIMITS_ is far away by letters and near in meaning.
  std::string as_limit = std::string(kPrefix) + "LIMITS_" + asked.substr(kPrefix.size());
  if (std::ranges::find(known, as_limit) != known.end()) return as_limit;
  return nearest_name(asked, known, kPrefix.size());
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

#include "server/services/accept_encoding.h"

#include <algorithm>
#include <array>
#include <optional>

namespace visavis::services {
namespace {

constexpr int kQualityMax = 1000;

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool equal_ignoring_case(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

// qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] ), in thousandths. What is malformed
// counts as refused: sending the plain bytes is always right.
int parse_quality(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return 0;
  int quality = (text[0] - '0') * kQualityMax;
  if (text.size() > 1 && text[1] != '.') return 0;
  int weight = 100;
  for (const char digit : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (digit < '0' || digit > '9') return 0;
    quality += (digit - '0') * weight;
    weight /= 10;
  }
  return quality > kQualityMax ? 0 : quality;
}

// The quality of one element's parameters: ";q=0.5", or full.
int quality_of(std::string_view parameters) {
  parameters = trim(parameters);
  if (parameters.empty()) return kQualityMax;
  if (!parameters.starts_with("q=") && !parameters.starts_with("Q=")) return 0;
  return parse_quality(trim(parameters.substr(2)));
}

struct Qualities {
  std::optional<int> identity;
  std::optional<int> gzip;
  std::optional<int> brotli;
  std::optional<int> any;
};

Qualities parse(std::string_view header) {
  Qualities qualities;
  while (!header.empty()) {
    const std::size_t comma = header.find(',');
    const auto element = header.substr(0, comma);
    header.remove_prefix(comma == header.npos ? header.size() : comma + 1);
    const std::size_t semicolon = element.find(';');
    const auto coding = trim(element.substr(0, semicolon));
    const int quality =
        quality_of(semicolon == element.npos ? std::string_view() : element.substr(semicolon + 1));
    if (equal_ignoring_case(coding, "br")) qualities.brotli = quality;
    if (equal_ignoring_case(coding, "gzip") || equal_ignoring_case(coding, "x-gzip")) {
      qualities.gzip = quality;
    }
    if (equal_ignoring_case(coding, "identity")) qualities.identity = quality;
    if (coding == "*") qualities.any = quality;
  }
  return qualities;
}

}  // namespace

Coding choose_coding(std::string_view accept_encoding, Available available) {
  const Qualities qualities = parse(accept_encoding);
  const int brotli = qualities.brotli.value_or(qualities.any.value_or(0));
  const int gzip = qualities.gzip.value_or(qualities.any.value_or(0));
  // Identity that is not mentioned is acceptable, but less liked than anything mentioned.
  const int identity = qualities.identity.value_or(0);
  if (available.brotli && brotli > 0 && brotli >= identity && (!available.gzip || brotli >= gzip)) {
    return Coding::kBrotli;
  }
  if (available.gzip && gzip > 0 && gzip >= identity) return Coding::kGzip;
  return Coding::kIdentity;
}

}  // namespace visavis::services

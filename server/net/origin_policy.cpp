#include "server/net/origin_policy.h"

#include <algorithm>

#include "server/net/text.h"

namespace visavis::net {
namespace {

// Lower case, without the scheme's default port (RFC 6454 section 4).
std::string normalized(std::string_view scheme, std::string_view host) {
  std::string text = to_lower(host);
  const std::string_view default_port = scheme == "https" ? ":443" : ":80";
  if (text.ends_with(default_port)) text.erase(text.size() - default_port.size());
  return std::string(scheme) + "://" + text;
}

// The origin of an http or https URL; empty for anything else.
std::string origin_of(std::string_view url) {
  for (const std::string_view scheme : {"https", "http"}) {
    const std::string prefix = std::string(scheme) + "://";
    if (to_lower(url).starts_with(prefix)) {
      const std::string_view rest = url.substr(prefix.size());
      return normalized(scheme, rest.substr(0, rest.find_first_of("/?#")));
    }
  }
  return {};
}

}  // namespace

OriginPolicy::OriginPolicy(std::string_view public_url, const std::vector<std::string>& allowed)
    : any_(std::find(allowed.begin(), allowed.end(), "*") != allowed.end()) {
  for (const std::string& entry : allowed) allowed_.push_back(origin_of(entry));
  if (!public_url.empty()) allowed_.push_back(origin_of(public_url));
}

bool OriginPolicy::allows(std::string_view origin, std::string_view host, bool secure) const {
  if (origin.empty() || any_) return true;
  const std::string asking = origin_of(origin);
  if (asking.empty()) return false;  // "null": a sandboxed frame, a file
  if (asking == normalized(secure ? "https" : "http", host)) return true;
  return std::find(allowed_.begin(), allowed_.end(), asking) != allowed_.end();
}

}  // namespace visavis::net

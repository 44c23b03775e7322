// Which web pages may open our WebSocket (RFC 6455 section 10.2): browsers send cookies and come
// from inside private networks for any page, so the Origin header decides.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace visavis::net {

class OriginPolicy {
 public:
  // `public_url` may be empty. `allowed`: origins as browsers write them (https://example.org), or
  // "*".
  OriginPolicy(std::string_view public_url, const std::vector<std::string>& allowed);

  // `origin` is the request's header, empty when there is none: not a browser, allowed. `host` and
  // `secure` are how the client reached us.
  bool allows(std::string_view origin, std::string_view host, bool secure) const;

 private:
  bool any_;
  std::vector<std::string> allowed_;
};

}  // namespace visavis::net

#include "server/net/http_asker.h"

#include <optional>

#include "server/net/client_identity.h"
#include "server/net/worker.h"

namespace visavis::net {

Via HttpAsker::via() const {
  if (is_trusted(worker_.settings().trusted_proxies, peer_)) return Via::kTrustedProxy;
  return request_ != nullptr && request_->forwarded ? Via::kUntrustedProxy : Via::kDirect;
}

void HttpAsker::refuse(Refusal why) {
  if (request_ == nullptr) {
    std::optional<IpAddress> client;
    if (via() != Via::kTrustedProxy) client = peer_;
    return worker_.refuse(why, via(), client);
  }
  // Whose browser was led here by somebody else's page is not named: lists of who is to be banned
  // would be anybody's to write. Whoever sends a token means it.
  std::optional<IpAddress> client;
  if (!request_->cross_site || !request_->authorization.empty()) client = request_->client;
  if (why == Refusal::kUnknownHost) {
    worker_.refuse(why, via(), client, {{"host", request_->host}});
  } else if (why == Refusal::kForbiddenOrigin) {
    worker_.refuse(why, via(), client, {{"origin", request_->origin}, {"host", request_->host}});
  } else {
    worker_.refuse(why, via(), client);
  }
}

// Limits then take everybody behind that proxy for one client. A public address may be that of
// anybody who made the fields up: it is named only where people's addresses are.
void HttpAsker::note_forwarded() {
  if (via() != Via::kUntrustedProxy) return;
  worker_.counters().forwarded_untrusted.add();
  if (is_local(peer_)) {
    worker_.note("untrusted_proxy", via(), peer_, {{"proxy", peer_.to_string()}});
  } else {
    worker_.note("untrusted_proxy", via(), peer_, {{"proxy", "a public address"}});
  }
}

void HttpAsker::note_unforwarded() {
  if (!request_->proxy_trusted || request_->forwarded) return;
  worker_.counters().forwarded_missing.add();
  worker_.note("no_forwarded_address", Via::kTrustedProxy, std::nullopt,
               {{"proxy", peer_.to_string()}});
}

}  // namespace visavis::net

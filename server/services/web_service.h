// Everything HTTP but the WebSocket: the app's files, /healthz, /metrics.
#pragma once

#include <atomic>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "server/net/http.h"
#include "server/ops/assets.h"
#include "server/ops/metrics.h"

namespace visavis::services {

struct WebOptions {
  // Browsers may be told to insist on HTTPS: the public URL is https, or the certificate is a real
  // one.
  bool strict_transport_security = false;
  std::string metrics_token{};  // empty: /metrics is answered on the private listener only
};

// Thread-safe; answer() does no I/O and never blocks for long.
class WebService {
 public:
  // `assets` and `metrics` must outlive the service.
  WebService(WebOptions options, std::span<const ops::Asset> assets, const ops::Metrics& metrics);

  net::HttpResponse answer(const net::HttpRequest& request) const;

  // Before the first answer(): who answers /api/check, on any thread.
  void on_check(std::function<net::HttpResponse(const net::HttpRequest&)> answer) {
    check_ = std::move(answer);
  }

  // From now on /healthz answers 503, so that a load balancer sends new people elsewhere.
  void drain() { draining_.store(true, std::memory_order_relaxed); }

 private:
  net::HttpResponse route(const net::HttpRequest& request) const;
  net::HttpResponse health() const;
  net::HttpResponse private_route(const net::HttpRequest& request) const;
  net::HttpResponse guarded_metrics(const net::HttpRequest& request) const;
  net::HttpResponse metrics() const;
  net::HttpResponse asset(const net::HttpRequest& request, const ops::Asset& asset) const;

  WebOptions options_;
  std::span<const ops::Asset> assets_;
  const ops::Metrics& metrics_;
  std::function<net::HttpResponse(const net::HttpRequest&)> check_;
  std::atomic<bool> draining_{false};
};

}  // namespace visavis::services

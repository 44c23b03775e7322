// Answers POST /api/check: what a connection check needs to try the relay (PROTOCOL.md section 14).
// Whoever brings a check code gets credentials for a call of that code's own, whose bytes are
// counted (core/turn/check_budgets.h); everybody else is told of STUN only.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/random.h"
#include "core/signaling/model/ice_servers.h"
#include "core/turn/limits.h"
#include "server/net/http.h"
#include "server/services/check_code.h"

namespace visavis::services {

struct CheckOptions {
  std::vector<std::string> identity_keys;
  turn::Limits limits;
  signaling::RelayOffer relay;          // as the hub's; it is called on any thread
  std::string ice_servers_json = "[]";  // of others, for those with a code
  // Charges a request to a stranger's network; false: too many. Thread-safe. Empty: free.
  std::function<bool(const IpAddress& client)> charge;
};

// Thread-safe; answer() does no I/O.
class CheckService {
 public:
  // `random` must outlive it and be thread-safe.
  CheckService(CheckOptions options, Random& random);

  struct Issued {
    std::string code;
    WallTime expires;
  };
  // `lifetime` is cut to check_code_lifetime; 0 stands for that.
  Issued issue(Duration lifetime, WallTime now);

  // To be called before the first answer: what may still be relayed in a code's call. Thread-safe.
  void on_bytes_left(std::function<std::uint64_t(std::string_view call)> bytes_left) {
    bytes_left_ = std::move(bytes_left);
  }

  net::HttpResponse answer(const net::HttpRequest& request, WallTime now);

  const turn::Limits& limits() const { return options_.limits; }

  // How long the credentials of one check are good for new allocations.
  static constexpr Duration kCredentialLifetime = minutes(5);

 private:
  net::HttpResponse check_with(const CheckCode* code, const net::HttpRequest& request,
                               WallTime now);
  bool take_use(const CheckCodeId& id, WallTime now);
  bool is_used_up(const std::string& call) const;

  const CheckOptions options_;
  Random& random_;
  const CheckCodes codes_;
  std::function<std::uint64_t(std::string_view call)> bytes_left_;  // empty: without end
  std::mutex mutex_;
  std::map<CheckCodeId, std::vector<WallTime>> uses_;  // when each ends
};

}  // namespace visavis::services

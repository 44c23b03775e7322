#include "server/doctor/examination.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>

#include "server/doctor/addresses.h"
#include "server/doctor/path_probe.h"
#include "server/doctor/relay_probe.h"
#include "server/doctor/web_probe.h"
#include "server/net/clock.h"
#include "server/ops/printable.h"

namespace visavis::doctor {
namespace {

// Longer than the shortest time-outs that are common, shorter than the server waits for a hello.
constexpr Duration kHold = milliseconds(6'500);
constexpr Duration kHoldSlow = seconds(70);
// Whoever is looked at says how many STUN and TURN servers there are.
constexpr std::size_t kServersMax = 8;
constexpr Duration kRelaysPatience = minutes(3);

class Examination {
 public:
  Examination(const Plan& plan, Random& random,
              const std::function<void(std::string_view)>& progress)
      : plan_(plan), random_(random), progress_(progress) {
    seen_.target = plan.target;
    seen_.host = plan.host;
    seen_.local = plan.host.has_value();
    seen_.has_code = !plan.code.empty();
    seen_.slow = plan.slow;
  }

  Observations run() {
    progress_("names and connections");
    seen_.dns = look_up(plan_.target.host);
    seen_.connections = try_connections(seen_.dns, plan_.target.port);
    const auto address = reached_address(seen_.connections);
    if (address) {
      look_at_pages(*address);
      if (speaks_tls()) {
        std::future<WebSocketSeen> websocket = look_at_websocket(*address);
        look_at_relay(*address);
        look_at_path();
        if (websocket.valid()) {
          progress_("the WebSocket");
          seen_.websocket = websocket.get();
        }
      }
    }
    return std::move(seen_);
  }

 private:
  bool speaks_tls() const {
    return !seen_.certificate || seen_.certificate->handshake_error.empty();
  }

  // A code opens the relay to whoever reads it.
  bool may_have_code(const IpAddress& address) const {
    if (!plan_.target.secure) return is_internal(address);
    const CertificateSeen& seen = *seen_.certificate;
    return seen.name_matches && seen.trust_error.empty() && !seen.has_expired &&
           !seen.is_not_yet_valid && !seen.revoked;
  }

  void look_at_pages(const IpAddress& address) {
    const Target& target = plan_.target;
    if (target.secure) {
      progress_("the certificate");
      seen_.certificate = try_certificate(target, address);
      if (!speaks_tls()) return;
      Target plain = target;
      plain.secure = false;
      seen_.plain_on_same_port = !target.has_default_port();
      if (!seen_.plain_on_same_port) plain.port = 80;
      seen_.plain = ask_http(plain, address, {}).seen;
    }
    progress_("pages");
    seen_.health = ask_http(target, address, {.path = "/healthz"}).seen;
    if (!target.path.empty()) {
      seen_.health_below_path = ask_http(target, address, {.path = target.path + "/healthz"}).seen;
    }
    seen_.code_withheld = !plan_.code.empty() && !plan_.code_is_own && !may_have_code(address);
    CheckAsked asked =
        ask_for_check(target, address, seen_.code_withheld ? std::string() : plan_.code);
    seen_.own_address = asked.own_address;
    seen_.check = std::move(asked.seen);
    // Whatever the code is, everybody may know where STUN and TURN are.
    if (!seen_.check->understood && seen_.check->refused_code()) {
      CheckSeen others = ask_for_check(target, address, {}).seen;
      seen_.check->ice_servers = std::move(others.ice_servers);
      seen_.check->relay_urls = std::move(others.relay_urls);
    }
  }

  // It is open and silent for long, and the relay can be looked at meanwhile.
  std::future<WebSocketSeen> look_at_websocket(const IpAddress& address) const {
    if (!plan_.target.path.empty()) return {};
    return std::async(std::launch::async, try_websocket, plan_.target, address,
                      plan_.slow ? kHoldSlow : kHold, plan_.slow);
  }

  bool is_late(Instant deadline) {
    if (net::monotonic_now() < deadline) return false;
    seen_.cut_short = true;
    return true;
  }

  void look_at_relay(const IpAddress& address) {
    progress_("STUN");
    std::vector<IceServer> servers = seen_.check->ice_servers;
    if (!seen_.check->relay) {
      for (const std::string& url : seen_.check->relay_urls) servers.push_back({.url = url});
    }
    seen_.cut_short = servers.size() > kServersMax;
    servers.resize(std::min(servers.size(), kServersMax));
    const bool public_only = !seen_.local && !is_internal(address);
    const Instant deadline = net::monotonic_now() + kRelaysPatience;
    for (const IceServer& server : servers) {
      if (server.url.starts_with("stun:") && !is_late(deadline)) {
        auto some = try_stun(server.url, public_only, random_);
        seen_.stun.insert(seen_.stun.end(), some.begin(), some.end());
      }
    }
    const TurnPlan plan{
        .own_host = own_host(),
        .throughput_for = plan_.throughput_for,
        .udp_is_silent =
            !seen_.stun.empty() &&
            std::ranges::all_of(
                seen_.stun, [](const StunSeen& stun) { return stun.reach == Reach::kTimedOut; }),
        .public_only = public_only};
    for (const IceServer& server : servers) {
      if (!server.url.starts_with("turn") || is_late(deadline)) continue;
      progress_(ops::printable(server.url));
      seen_.turn.push_back(try_turn(server, plan, random_));
    }
  }

  // Where a NAT stands before this machine, perhaps another one does.
  void look_at_path() {
    for (const StunSeen& stun : seen_.stun) {
      const bool is_translated = stun.reach == Reach::kReached && stun.server.address.is_v4() &&
                                 stun.mapped.address != stun.local.address;
      if (!is_translated) continue;
      progress_("the way out");
      seen_.first_hops = first_hops(stun.server);
      return;
    }
  }

  // Of the server's own relay, which is the first that is named.
  std::string own_host() const {
    if (seen_.check->relay_urls.empty()) return plan_.target.host;
    const auto url = RelayUrl::parse(seen_.check->relay_urls.front());
    return url ? url->host : plan_.target.host;
  }

  const Plan& plan_;
  Random& random_;
  const std::function<void(std::string_view)>& progress_;
  Observations seen_;
};

}  // namespace

Observations examine(const Plan& plan, Random& random,
                     const std::function<void(std::string_view)>& progress) {
  return Examination(plan, random, progress).run();
}

}  // namespace visavis::doctor

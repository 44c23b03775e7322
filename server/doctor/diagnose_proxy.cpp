// What a proxy between makes of requests and of the WebSocket.
#include <fmt/format.h>

#include "server/doctor/addresses.h"
#include "server/doctor/diagnosis.h"

namespace visavis::doctor {
namespace {

constexpr auto kProxyHeaders =
    "nginx:    proxy_set_header Host $http_host;\n"
    "          proxy_set_header X-Forwarded-For $remote_addr;\n"
    "          proxy_set_header X-Forwarded-Proto $scheme;\n"
    "          proxy_set_header X-Forwarded-Host $http_host;\n"
    "Apache:   ProxyPreserveHost On\n"
    "          RequestHeader set X-Forwarded-Proto expr=%{REQUEST_SCHEME}\n"
    "HAProxy:  mode http, option forwardfor,\n"
    "          http-request set-header X-Forwarded-Proto https if { ssl_fc }\n"
    "Caddy:    passes them; remove header_up lines for Host and X-Forwarded-….";

Finding about_headers(const Observations& seen, const char* code, Severity severity) {
  return {.severity = severity,
          .check = "proxy",
          .code = code,
          .tried = fmt::format("Ask the server how a request to {} arrives", seen.target.origin()),
          .seen = {},
          .means = {},
          .change = {}};
}

bool is_mapped(const Observations& seen, const std::string& address) {
  for (const StunSeen& stun : seen.stun) {
    if (stun.reach == Reach::kReached && stun.mapped.address.to_string() == address) return true;
  }
  return false;
}

// Whether the request came from another address than ours, and no NAT explains it. On this very
// machine a proxy's address may be ours; then its name in the answer tells, since the server gives
// none.
bool comes_from_a_proxy(const Observations& seen) {
  const CheckSeen& check = *seen.check;
  if (!seen.own_address) return false;
  if (check.address == seen.own_address->to_string()) {
    return seen.own_address->is_loopback() && !check.http.server.empty();
  }
  if (is_mapped(seen, check.address)) return false;
  const auto address = IpAddress::parse(check.address);
  const bool stun_knows_better =
      std::any_of(seen.stun.begin(), seen.stun.end(), [&](const StunSeen& stun) {
        return stun.reach == Reach::kReached && address &&
               stun.mapped.address.is_v4() == address->is_v4();
      });
  if (stun_knows_better || !check.http.server.empty()) return true;
  return address &&
         (address->is_loopback() || (is_internal(*address) && !is_internal(*seen.own_address)));
}

bool diagnose_forwarding(const Observations& seen, Findings& findings) {
  const CheckSeen& check = *seen.check;
  if (check.forwarded && !check.proxy_trusted) {
    Finding finding = about_headers(seen, "untrusted_proxy", Severity::kFailure);
    finding.seen = fmt::format(
        "it has forwarded headers from {}, which the server does not believe", check.address);
    finding.means =
        "Everybody has the proxy's address, so that all of them together have one person's limits "
        "(rate_limited), and the server takes them for clients of plain HTTP.";
    finding.change = fmt::format("visavis.toml:  trusted_proxy = \"{}\"", check.address);
    findings.push_back(std::move(finding));
    return true;
  }
  if (!check.forwarded && comes_from_a_proxy(seen)) {
    Finding finding = about_headers(seen, "no_forwarded_headers", Severity::kFailure);
    finding.seen =
        fmt::format("it comes from {} and has no forwarded headers, though it was sent from {}",
                    check.address, seen.own_address->to_string());
    finding.means =
        "A proxy hides who is who: everybody together has one person's limits, and people are told "
        "of a relay at the proxy, which is not there.";
    finding.change = fmt::format(
        "{}\nvisavis.toml:  trusted_proxy = \"{}\"\nA proxy in TCP mode cannot "
        "say it; let it speak HTTP, or let people reach visavis directly.",
        kProxyHeaders, check.address);
    findings.push_back(std::move(finding));
    return true;
  }
  return false;
}

// Asked past a proxy that people come through: what it does wrong does not show here.
bool diagnose_past_the_proxy(const Observations& seen, Findings& findings) {
  if (!seen.host || seen.check->forwarded || !seen.host->public_url.empty()) return false;
  if (seen.host->forwarded_untrusted == 0 && seen.host->origins_refused == 0) return false;
  Finding finding = about_headers(seen, "asked_past_proxy", Severity::kWarning);
  finding.seen = fmt::format(
      "{} requests came through a proxy that is not trusted, {} pages of other origins were "
      "refused; this look went to {}, past that",
      seen.host->forwarded_untrusted, seen.host->origins_refused, seen.target.origin());
  finding.means =
      "What people meet was not looked at, and some of them are refused: the log says whom.";
  finding.change =
      "Name the address that people use, and the proxy, then check again:\nvisavis.toml:  "
      "public_url = \"https://call.example.org\"\n               trusted_proxy = "
      "\"127.0.0.1\"\nOr check by that address:  visavis check https://call.example.org";
  findings.push_back(std::move(finding));
  return true;
}

// Names may be written with the default port or without.
bool is_same_host(const Observations& seen, const std::string& host) {
  const Target& target = seen.target;
  return host == target.authority() || host == fmt::format("{}:{}", target.host, target.port);
}

// The code was kept back.
void tell_withheld(Findings& findings) {
  findings.push_back(
      {.severity = Severity::kWarning,
       .check = "relay",
       .code = "code_withheld",
       .tried = "Send packets through the relay with the code",
       .seen = "it was not sent: whoever answers has not shown a good certificate",
       .means =
           "Somebody between could have read it, and used this server's relay until it expires.",
       .change = "Mend the certificate first, or check from the server itself."});
}

// The server did not answer the question, or a proxy did.
void diagnose_no_answer(const Observations& seen, const CheckSeen& check, Findings& findings) {
  if (check.http.answered() && (check.http.status == 404 || check.http.status == 405) &&
      check.http.error_code.empty()) {
    Finding finding = about_headers(seen, "api_not_passed", Severity::kWarning);
    finding.seen = fmt::format("HTTP {} for POST /api/check", check.http.status);
    finding.means = "What stands before the server does not pass /api/, so less can be said here.";
    finding.change = "Pass everything below / with all methods, not /ws and files only.";
    findings.push_back(std::move(finding));
  } else {
    Finding finding = about_headers(seen, "", Severity::kSkipped);
    finding.seen = check.http.answered()
                       ? fmt::format("HTTP {}{}{}", check.http.status,
                                     check.error_message.empty() ? "" : ": ", check.error_message)
                       : check.http.error;
    if (check.refused_code()) {
      finding.severity = Severity::kFailure;
      finding.code = check.http.error_code;
      finding.means = "The relay cannot be tried with this code.";
      finding.change = "On the server: visavis check --issue";
    }
    findings.push_back(std::move(finding));
  }
}

// True where another host is asked for than people ask for.
bool diagnose_host(const Observations& seen, const CheckSeen& check, Findings& findings) {
  if (is_same_host(seen, check.host)) return false;
  Finding finding = about_headers(seen, "host_dropped", Severity::kFailure);
  finding.seen = fmt::format("it asks for \"{}\", though it was sent to \"{}\"", check.host,
                             seen.target.authority());
  finding.means =
      "The server takes the page for one of another site and refuses its WebSocket "
      "(forbidden_origin), or tells people of a relay under a wrong name.";
  finding.change =
      fmt::format("{}\nvisavis.toml:  public_url = \"{}\"", kProxyHeaders, seen.target.origin());
  findings.push_back(std::move(finding));
  return true;
}

// True where people's scheme does not arrive.
bool diagnose_scheme(const Observations& seen, const CheckSeen& check, Findings& findings) {
  if (check.secure == seen.target.secure) return false;
  // Where its own address is known from public_url, people get in all the same.
  const bool opened = seen.websocket && seen.websocket->opened;
  Finding finding =
      about_headers(seen, "scheme_dropped", opened ? Severity::kWarning : Severity::kFailure);
  finding.seen = fmt::format("it arrives as one of {}, though it was sent by {}",
                             check.secure ? "HTTPS" : "plain HTTP",
                             seen.target.secure ? "HTTPS" : "plain HTTP");
  finding.means =
      opened ? "The server takes people for clients of plain HTTP. They get in because it knows "
               "its own address (public_url) all the same."
             : "The server takes the page for one of another site and refuses its WebSocket.";
  finding.change = kProxyHeaders;
  findings.push_back(std::move(finding));
  return true;
}

}  // namespace

void diagnose_proxy(const Observations& seen, Findings& findings) {
  if (seen.code_withheld) tell_withheld(findings);
  if (!seen.check || !seen.health || !seen.health->answered() || seen.health->status != 200) return;
  const CheckSeen& check = *seen.check;
  if (!check.understood) return diagnose_no_answer(seen, check, findings);
  if (diagnose_forwarding(seen, findings) || diagnose_past_the_proxy(seen, findings) ||
      diagnose_host(seen, check, findings) || diagnose_scheme(seen, check, findings)) {
    return;
  }
  Finding finding = about_headers(seen, "", Severity::kOk);
  finding.seen = check.forwarded ? "through a trusted proxy, with name, scheme and address"
                                 : fmt::format("directly, from {}", check.address);
  findings.push_back(std::move(finding));
}

namespace {

struct Cause {
  const char* code;
  std::string means;
  std::string change;
};

const char* no_calls(const Observations& seen) {
  const bool opens = seen.health && seen.health->answered() && seen.health->status == 200;
  return opens ? "The page opens, but nobody gets in: everything else needs the WebSocket."
               : "Nobody gets in: everything but the page needs the WebSocket.";
}
constexpr auto kProxyUpgrade =
    "nginx:    proxy_http_version 1.1;\n"
    "          proxy_set_header Upgrade $http_upgrade;\n"
    "          proxy_set_header Connection \"upgrade\";\n"
    "Apache:   ProxyPass / http://127.0.0.1:8080/ upgrade=websocket\n"
    "HAProxy:  passes it in mode http; remove rules that delete Upgrade or Connection.\n"
    "Caddy:    reverse_proxy 127.0.0.1:8080, without header_up lines for Upgrade or Connection.";

Cause cause_of_no_websocket(const Observations& seen) {
  const WebSocketSeen& socket = *seen.websocket;
  const std::string& code = socket.error_code;
  if (code == "upgrade_required") {
    return {"upgrade_dropped", no_calls(seen), kProxyUpgrade};
  }
  if (code == "forbidden_origin") {
    return {"forbidden_origin", no_calls(seen),
            fmt::format("{}\nand tell the server its own address:\n  visavis.toml:  public_url = "
                        "\"{}\"",
                        kProxyHeaders, seen.target.origin())};
  }
  if (code == "unknown_host") {
    return {
        "unknown_host", no_calls(seen),
        fmt::format("visavis.toml:  public_url = \"{}\"\n{}", seen.target.origin(), kProxyHeaders)};
  }
  if (code == "proxy_protocol") {
    return {
        "proxy_protocol", no_calls(seen),
        "The proxy writes PROXY headers, which visavis does not read: take send-proxy (HAProxy) "
        "or proxy_protocol on (nginx) away."};
  }
  if (code == "unsupported_subprotocol") {
    return {"subprotocol_dropped", no_calls(seen),
            "The proxy drops Sec-WebSocket-Protocol. Remove the rule that does so."};
  }
  if (code == "too_many_connections") {
    return {
        "too_many_connections", "Nobody new gets in.",
        "Raise connections_max or connections_per_address_max under [limits]. If a proxy stands "
        "before the server, name it as trusted_proxy: otherwise everybody shares its address."};
  }
  if (code == "rate_limited") {
    return {"rate_limited", "This network asks too much at the moment.",
            "Try again in a minute. If a proxy stands before the server, name it as trusted_proxy: "
            "otherwise everybody shares its address."};
  }
  if (socket.status >= 502 && socket.status <= 504) {
    return {"upstream_down", no_calls(seen),
            "The proxy does not reach visavis for /ws. Has /ws a rule of its own there?"};
  }
  if (socket.status == 0) {
    return {"no_answer", no_calls(seen),
            fmt::format("What stands before the server ends the connection or answers nothing.\n{}",
                        kProxyUpgrade)};
  }
  return {
      "not_passed", no_calls(seen),
      fmt::format("Something else answers /ws. Pass it to visavis as well:\n  nginx:  location / "
                  "{{ proxy_pass http://127.0.0.1:8080; … }}\n{}",
                  kProxyUpgrade)};
}

double seconds_of(Duration duration) { return std::chrono::duration<double>(duration).count(); }

void diagnose_open_websocket(const Observations& seen, Findings& findings) {
  const WebSocketSeen& socket = *seen.websocket;
  Finding finding{
      .check = "websocket-idle",
      .tried = fmt::format("Keep it open for {:.0f} s and say nothing", seconds_of(socket.held)),
      .seen = fmt::format("it stayed open for {:.0f} s{}", seconds_of(socket.held),
                          seen.slow ? "" : " (--slow finds longer time-outs)")};
  if (socket.pong_after) {
    finding.seen += fmt::format("; a ping took {:.0f} ms", seconds_of(*socket.pong_after) * 1'000);
  }
  if (!socket.pong_after && !socket.ended_after) {
    finding.severity = Severity::kFailure;
    finding.code = "buffered";
    finding.seen = "no answer to a ping came back";
    finding.means = "Something between holds messages back: calls do not ring, or much too late.";
    finding.change =
        "nginx:    proxy_buffering off;\nAn inspecting firewall or antivirus may do it, too: let "
        "it "
        "leave WebSockets alone.";
  } else if (socket.ended_after && !socket.ended_orderly) {
    finding.severity = Severity::kFailure;
    finding.code = "idle_timeout";
    finding.seen =
        fmt::format("something between closed it after {:.0f} s", seconds_of(*socket.ended_after));
    finding.means =
        "People lose their connection whenever nobody says anything for so long; calls stop "
        "ringing "
        "and reconnect again and again.";
    finding.change =
        "The server speaks at least every 20 s; give everything between 60 s:\n"
        "nginx:    proxy_read_timeout 60s; proxy_send_timeout 60s;\n"
        "Apache:   Timeout 60\n"
        "HAProxy:  timeout tunnel 1h, and timeout client / server 60s\n"
        "Caddy:    remove read_timeout, write_timeout and stream_timeout\n"
        "Cloud:    the idle time-out of the load balancer, 60 s or more.";
  } else if (socket.ended_after) {
    finding.severity = Severity::kWarning;
    finding.code = "closed";
    finding.seen = fmt::format("the server closed it after {:.0f} s: {}",
                               seconds_of(*socket.ended_after), socket.error);
    finding.means = "It was told to leave, or this network does too much.";
    finding.change = "Look into the server's log at this time.";
  } else if (!socket.hello_error.empty()) {
    finding.severity = Severity::kWarning;
    finding.code = "hello_refused";
    finding.seen = socket.hello_error;
    finding.means = "Nobody new gets in at the moment.";
    finding.change = "The message says why; the limits are in docs/operating.md.";
  }
  findings.push_back(std::move(finding));
}

}  // namespace

void diagnose_websocket(const Observations& seen, Findings& findings) {
  if (!seen.websocket) return;
  const WebSocketSeen& socket = *seen.websocket;
  Finding finding{.check = "websocket",
                  .tried = fmt::format("Open {}://{}/ws as a page of {} would",
                                       seen.target.secure ? "wss" : "ws", seen.target.authority(),
                                       seen.target.origin()),
                  .seen = "it opened"};
  if (socket.opened) {
    findings.push_back(std::move(finding));
    diagnose_open_websocket(seen, findings);
    return;
  }
  Cause cause = cause_of_no_websocket(seen);
  finding.severity = Severity::kFailure;
  finding.seen = socket.status == 0 ? socket.error : fmt::format("HTTP {}", socket.status);
  if (!socket.error_code.empty()) finding.seen += fmt::format(", {}", socket.error_code);
  finding.code = cause.code;
  finding.means = std::move(cause.means);
  finding.change = std::move(cause.change);
  findings.push_back(std::move(finding));
}

}  // namespace visavis::doctor

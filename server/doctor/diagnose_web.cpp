// Names, connections, certificate, pages.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "server/doctor/diagnosis.h"

namespace visavis::doctor {
namespace {

constexpr std::int64_t kDaysLeftWarning = 14;

std::string addresses(const DnsSeen& dns) {
  std::vector<std::string> all;
  all.reserve(dns.v4.size() + dns.v6.size());
  for (const auto& address : dns.v4) all.push_back(address.to_string());
  for (const auto& address : dns.v6) all.push_back(address.to_string());
  return fmt::format("{}", fmt::join(all, ", "));
}

void diagnose_connection(const Observations& seen, const ConnectionSeen& one, bool other_works,
                         Findings& findings) {
  const Target& target = seen.target;
  const bool v4 = one.address.is_v4();
  Finding finding{.check = v4 ? "ipv4" : "ipv6",
                  .tried = fmt::format("Connect to {} at {}, TCP port {}", target.host,
                                       one.address.to_string(), target.port),
                  .seen = one.reach == Reach::kReached ? "connected" : one.error};
  if (one.reach == Reach::kReached) {
    findings.push_back(std::move(finding));
    return;
  }
  if (one.reach == Reach::kNoRoute && other_works) {
    finding.severity = Severity::kSkipped;
    finding.seen = fmt::format("this machine has no {} to try it with", v4 ? "IPv4" : "IPv6");
    findings.push_back(std::move(finding));
    return;
  }
  finding.severity = Severity::kFailure;
  finding.code = one.reach == Reach::kRefused ? "port_closed" : "port_filtered";
  finding.means = other_works ? fmt::format(
                                    "People with {} wait for it in vain before their browser "
                                    "tries the other, or do not get through at all.",
                                    v4 ? "IPv4" : "IPv6")
                              : "Nobody reaches the server.";
  if (one.reach == Reach::kRefused) {
    finding.change = fmt::format(
        "Nothing listens there. Is the server or its proxy running, and does it listen on this "
        "address?\n  visavis.toml:  listen = [\"{}:{}\"]\n  nginx:         listen {}{} ssl;",
        v4 ? "0.0.0.0" : "[::]", target.port, v4 ? "" : "[::]:", target.port);
  } else {
    finding.change = fmt::format(
        "A firewall drops it, or the name leads to another machine. Open the port:\n  ufw:     ufw "
        "allow {0}/tcp\n  nftables: tcp dport {0} accept\n  Cloud:   allow TCP {0} in the "
        "provider's rules for this machine.",
        target.port);
  }
  if (other_works && !v4) {
    finding.change += fmt::format(
        "\nIf the server is to have no IPv6, take the AAAA record of {} away.", target.host);
  }
  findings.push_back(std::move(finding));
}

struct Flaw {
  const char* code;
  Severity severity;
  std::string seen;
  std::string means;
  std::string change;
};

constexpr auto kNobodyCalls =
    "Browsers show a warning instead of the page; the app's WebSocket does not connect.";
constexpr auto kRenew =
    "Renew it, then let the server read it again: systemctl reload visavis (SIGHUP); nginx: nginx "
    "-s "
    "reload; HAProxy: systemctl reload haproxy.\n  certbot:  certbot renew";

constexpr auto kStaple =
    "Get a certificate without the demand (certbot without --must-staple): visavis itself staples "
    "nothing. Or let a proxy do it, and look at its clock and its log:\n"
    "  nginx:    ssl_stapling on; ssl_stapling_verify on;\n"
    "  Apache:   SSLUseStapling On\n"
    "  HAProxy:  a fresh CERTIFICATE.ocsp beside the certificate, or ocsp-update on\n"
    "  Caddy:    does it by itself.";

constexpr auto kReload =
    "The file is renewed, the server still has the old one. Let it read it again:\n  systemctl "
    "reload visavis   (it sends SIGHUP)\n  certbot:  certbot reconfigure --deploy-hook 'systemctl "
    "reload visavis'";

bool is_about_dates(const Flaw& flaw) {
  const std::string_view code = flaw.code;
  return code == "expired" || code == "expires_soon";
}

// By the file that the running server names.
bool file_is_newer(const Observations& seen) {
  return seen.host && seen.host->certificate_file_days_left &&
         *seen.host->certificate_file_days_left > seen.certificate->days_left + 1;
}

void add_flaws_of_time(const CertificateSeen& seen, std::vector<Flaw>& all) {
  if (seen.has_expired) {
    all.push_back({"expired", Severity::kFailure,
                   fmt::format("it expired {} days ago, by this machine's clock", -seen.days_left),
                   kNobodyCalls, kRenew});
  } else if (seen.is_not_yet_valid) {
    all.push_back({"not_yet_valid", Severity::kFailure,
                   "it is not valid yet, by this machine's clock", kNobodyCalls,
                   "Look at the clock of this machine and of the one that made the certificate: "
                   "timedatectl"});
  } else if (seen.days_left < kDaysLeftWarning) {
    all.push_back({"expires_soon", Severity::kWarning,
                   fmt::format("it expires in {} days", seen.days_left),
                   "From that day on browsers refuse it.", kRenew});
  }
}

void add_flaws_of_trust(const CertificateSeen& seen, std::vector<Flaw>& all) {
  if (seen.is_self_signed) {
    all.push_back({"self_signed", Severity::kWarning, "the server made it itself",
                   "Browsers warn everybody once, and use no TURN over TLS.",
                   "For more than a trial, get a certificate from an authority (certbot, or Caddy, "
                   "which does it by itself) and name it with tls_cert and tls_key."});
  } else if (seen.chain_incomplete) {
    all.push_back({"chain_incomplete", Severity::kFailure,
                   fmt::format("the certificate of an issuer ({}) is missing: {}",
                               seen.missing_issuer, seen.trust_error),
                   "Some browsers and every phone app refuse it, others know the issuer by chance.",
                   "Give the file with the whole chain:\n  visavis.toml:  tls_cert = "
                   "\"…/fullchain.pem\"\n  nginx:         ssl_certificate …/fullchain.pem;\nIf the "
                   "issuer is your own authority, this machine does not know it: name its file in "
                   "SSL_CERT_FILE."});
  } else if (!seen.trust_error.empty()) {
    all.push_back(
        {"not_trusted", Severity::kFailure, seen.trust_error, kNobodyCalls,
         "Get a certificate from an authority that browsers know. Where it is one of your "
         "own, install its root on each device; for this check, name its file in "
         "SSL_CERT_FILE."});
  }
}

void add_flaws_of_revocation(const CertificateSeen& seen, std::vector<Flaw>& all) {
  if (seen.revoked) {
    all.push_back({"revoked", Severity::kFailure,
                   "its authority says, in the stapled answer (OCSP), that it is revoked",
                   kNobodyCalls,
                   "Get a new certificate, with a new key.\n  certbot:  certbot "
                   "renew --force-renewal"});
  } else if (!seen.staple_error.empty()) {
    all.push_back({"bad_staple", seen.must_staple ? Severity::kFailure : Severity::kWarning,
                   fmt::format("the stapled answer of its authority (OCSP) is no good: {}",
                               seen.staple_error),
                   "Firefox refuses it.", kStaple});
  }
  if (seen.must_staple && !seen.stapled) {
    all.push_back({"no_staple", Severity::kFailure,
                   "it demands a stapled answer of its authority (OCSP), and none came",
                   "Firefox refuses it.", kStaple});
  }
}

std::vector<Flaw> flaws(const CertificateSeen& seen, const Target& target) {
  std::vector<Flaw> all;
  add_flaws_of_time(seen, all);
  if (!seen.name_matches) {
    all.push_back(
        {"wrong_name", Severity::kFailure,
         seen.names.empty() ? "it names nobody"
                            : fmt::format("it is for {}", fmt::join(seen.names, ", ")),
         kNobodyCalls,
         fmt::format(
             "Use a certificate for {0}, or the name that it is for.\n  certbot:  certbot "
             "certonly -d {0}\nA proxy with several sites may show that of another one: its "
             "server_name (nginx) or SNI rule (HAProxy) has to name {0}.",
             target.host)});
  }
  add_flaws_of_trust(seen, all);
  add_flaws_of_revocation(seen, all);
  return all;
}

bool is_redirect_to_https(const HttpSeen& seen) {
  return seen.status >= 301 && seen.status <= 308 && seen.location.starts_with("https://");
}

std::string redirect_lines(const Target& target) {
  return fmt::format(
      "visavis: listen = [\"0.0.0.0:443\", \"0.0.0.0:80\"]: what comes to port 80 without TLS is "
      "sent "
      "to https://\n"
      "nginx:   server {{ listen 80; server_name {0}; return 301 https://$host$request_uri; }}\n"
      "Apache:  <VirtualHost *:80>, ServerName {0}, Redirect permanent / https://{0}/\n"
      "HAProxy: bind :80, http-request redirect scheme https code 301 unless {{ ssl_fc }}\n"
      "Caddy:   does it by itself, at port 80.",
      target.host);
}

// What is wrong at port 80 with the way that people come who type the name alone.
void name_redirect_cause(const Observations& seen, Finding& finding) {
  const HttpSeen& plain = *seen.plain;
  finding.severity = Severity::kWarning;
  finding.means = fmt::format("Who types {} or follows an old http:// link ", seen.target.host);
  if (plain.answered() && is_redirect_to_https(plain)) {
    finding.code = "redirects_elsewhere";
    finding.means += "gets to another site.";
    finding.change = redirect_lines(seen.target);
  } else if (plain.answered()) {
    finding.code = "no_redirect";
    finding.means += "may get a page that has no camera.";
    finding.change = redirect_lines(seen.target);
  } else if (plain.reach == Reach::kTimedOut) {
    finding.code = "port_80_filtered";
    finding.means += "waits in vain, unless their browser tries HTTPS by itself.";
    finding.change = fmt::format(
        "Open TCP port 80:\nufw:     ufw allow 80/tcp\nnftables: tcp dport 80 accept\n"
        "Cloud:   allow TCP 80 in the provider's rules for this machine.\nand let "
        "something redirect there:\n{}",
        redirect_lines(seen.target));
  } else {
    finding.code = plain.reach == Reach::kRefused ? "port_80_closed" : "port_80_silent";
    finding.means += "gets an error, unless their browser tries HTTPS by itself.";
    finding.change = redirect_lines(seen.target);
  }
}

bool leads_to(const Target& target, const std::string& location) {
  const auto url = Target::parse(location.substr(0, location.find_first_of("?#")));
  return url && url->host == target.host;
}

void diagnose_redirect(const Observations& seen, Findings& findings) {
  if (!seen.target.secure) {
    Finding finding{.check = "https",
                    .tried = fmt::format("Look at {}", seen.target.text()),
                    .seen = "plain HTTP"};
    if (!seen.target.is_loopback()) {
      finding.severity = Severity::kFailure;
      finding.code = "no_https";
      finding.means =
          "Browsers give cameras and microphones to pages from HTTPS or localhost only: nobody can "
          "call.";
      finding.change =
          "Serve HTTPS: tls_cert and tls_key, tls_self_signed = true for a trial, or a proxy with "
          "trusted_proxy and public_url.";
    }
    findings.push_back(std::move(finding));
    return;
  }
  if (!seen.plain) return;
  const HttpSeen& plain = *seen.plain;
  Finding finding{
      .check = "https-redirect",
      .tried = fmt::format(
          "Ask for http://{}{}", seen.target.host,
          seen.plain_on_same_port ? fmt::format(":{}", seen.target.port) : std::string()),
      .seen = plain.answered() ? fmt::format("HTTP {}{}{}", plain.status,
                                             plain.location.empty() ? "" : " to ", plain.location)
                               : plain.error};
  const bool is_good = plain.answered() && is_redirect_to_https(plain) &&
                       (seen.plain_on_same_port || leads_to(seen.target, plain.location));
  if (!is_good && seen.plain_on_same_port) {
    finding.severity = Severity::kSkipped;  // nobody types such a port without https://
  } else if (!is_good) {
    name_redirect_cause(seen, finding);
  }
  findings.push_back(std::move(finding));
}

bool is_healthy(const HttpSeen& seen) {
  return seen.answered() && seen.status == 200 && seen.body.find("\"status\"") != std::string::npos;
}

void diagnose_sub_path(const Observations& seen, Findings& findings) {
  if (seen.target.path.empty()) return;
  Finding finding{.check = "sub-path",
                  .tried = fmt::format("Look for the server at {}", seen.target.text()),
                  .seen = "a path behind the name"};
  const bool below = seen.health_below_path && is_healthy(*seen.health_below_path);
  const bool at_root = seen.health && is_healthy(*seen.health);
  if (!below && at_root) {
    finding.seen = "the server is at the root of the name, not below this path";
    finding.severity = Severity::kWarning;
    finding.code = "not_below_path";
    finding.means = "A link with this path leads to nothing.";
    finding.change = fmt::format("Give people {}/", seen.target.origin());
  } else {
    finding.severity = Severity::kFailure;
    finding.code = "sub_path";
    if (below) finding.seen = fmt::format("{}/healthz is answered", seen.target.path);
    finding.means =
        "The page opens and its WebSocket, its links and its scripts, which are at the root of the "
        "name, lead elsewhere: nobody can call.";
    finding.change =
        "Give the server a host name of its own (call.example.org) and pass everything:\n  nginx:  "
        "server { server_name call.example.org; location / { proxy_pass http://127.0.0.1:8080; … } "
        "}";
  }
  findings.push_back(std::move(finding));
}

}  // namespace

void diagnose_reachability(const Observations& seen, Findings& findings) {
  const DnsSeen& dns = seen.dns;
  Finding finding{.check = "dns",
                  .tried = fmt::format("Look up {}", seen.target.host),
                  .seen = dns.error.empty() ? addresses(dns) : dns.error};
  if (dns.is_address) {
    finding.severity = Severity::kSkipped;
    finding.seen = "it is an address";
  } else if (dns.v4.empty() && dns.v6.empty()) {
    finding.severity = Severity::kFailure;
    finding.code = "no_address";
    finding.means = "Nobody finds the server.";
    finding.change = fmt::format(
        "Make an A record (and AAAA, where the server has IPv6) for {} at your DNS provider; it "
        "may "
        "take up to an hour to be seen.",
        seen.target.host);
  } else if (dns.v4.empty() && !seen.target.is_loopback() && !dns.v6.front().is_loopback()) {
    finding.severity = Severity::kWarning;
    finding.code = "only_ipv6";
    finding.seen += ", and no IPv4 address";
    finding.means = "People whose network has no IPv6, which are many, do not reach the server.";
    finding.change = fmt::format(
        "Make an A record for {0} with an IPv4 address of this server, and listen on both:\n  "
        "visavis.toml:  listen = [\"0.0.0.0:{1}\", \"[::]:{1}\"]\nA machine without an IPv4 "
        "address "
        "of its own needs a proxy that has one, in front of it.",
        seen.target.host, seen.target.port);
  }
  findings.push_back(std::move(finding));
  for (const ConnectionSeen& one : seen.connections) {
    bool other_works = false;
    for (const ConnectionSeen& other : seen.connections) {
      other_works |= &other != &one && other.reach == Reach::kReached;
    }
    diagnose_connection(seen, one, other_works, findings);
  }
}

void diagnose_certificate(const Observations& seen, Findings& findings) {
  if (!seen.certificate) return;
  const CertificateSeen& certificate = *seen.certificate;
  const std::string tried = fmt::format("Look at the certificate of {}", seen.target.authority());
  if (!certificate.handshake_error.empty()) {
    findings.push_back({.severity = Severity::kFailure,
                        .check = "certificate",
                        .code = "no_tls",
                        .tried = tried,
                        .seen = certificate.handshake_error,
                        .means = "Nobody reaches the server by https://.",
                        .change = fmt::format("Does what listens at port {} speak TLS? visavis "
                                              "does with tls_cert and tls_key; nginx "
                                              "with: listen {} ssl;\nA load balancer that writes "
                                              "PROXY headers before TLS breaks it as well: take "
                                              "send-proxy (HAProxy) or proxy_protocol on (nginx "
                                              "stream) away.",
                                              seen.target.port, seen.target.port)});
    return;
  }
  for (Flaw& flaw : flaws(certificate, seen.target)) {
    if (is_about_dates(flaw) && file_is_newer(seen)) flaw.change = kReload;
    findings.push_back({.severity = flaw.severity,
                        .check = "certificate",
                        .code = flaw.code,
                        .tried = tried,
                        .seen = std::move(flaw.seen),
                        .means = std::move(flaw.means),
                        .change = std::move(flaw.change)});
  }
  if (!findings.empty() && findings.back().check == "certificate") return;
  findings.push_back(
      {.check = "certificate",
       .tried = tried,
       .seen = fmt::format("for {} by {}, {} days left, {}, {}", fmt::join(certificate.names, ", "),
                           certificate.issuer, certificate.days_left, certificate.version,
                           certificate.stapled ? "with a stapled answer of the authority"
                                               : "no stapling, which none has to have")});
}

void diagnose_pages(const Observations& seen, Findings& findings) {
  if (!seen.health) return;
  diagnose_redirect(seen, findings);
  const HttpSeen& health = *seen.health;
  Finding finding{.check = "http",
                  .tried = fmt::format("Ask for {}/healthz", seen.target.origin()),
                  .seen = health.answered() ? fmt::format("HTTP {}", health.status) : health.error};
  if (!is_healthy(health)) {
    finding.severity = Severity::kFailure;
    finding.means = "The page does not open.";
    if (!health.answered()) {
      finding.code = "no_answer";
      finding.change = "Is it visavis, or a proxy for HTTP, that listens there? Look into its log.";
    } else if (health.error_code == "unknown_host") {
      finding.code = "unknown_host";
      finding.seen += ", unknown_host: the server does not know the name it was asked by";
      finding.change = fmt::format(
          "Tell the server its name:\n  visavis.toml:  public_url = \"{}\"\nand let a proxy pass "
          "it "
          "on:\n  nginx:         proxy_set_header Host $http_host;",
          seen.target.origin());
    } else if (health.status == 503 && health.body.find("draining") != std::string::npos) {
      finding.code = "draining";
      finding.seen += ": it is about to leave";
      finding.means = "It takes no new calls; it comes back when it was restarted.";
      finding.change = "systemctl status visavis";
    } else if (health.status == 502 || health.status == 503 || health.status == 504) {
      finding.code = "upstream_down";
      finding.seen +=
          fmt::format(" from a proxy ({})", health.server.empty() ? "unnamed" : health.server);
      finding.change =
          "The proxy does not reach visavis. Is it running (systemctl status visavis), and does "
          "proxy_pass (nginx) or server (HAProxy) name the address that it listens on?";
    } else if (health.error_code == "proxy_protocol") {
      finding.code = "proxy_protocol";
      finding.change =
          "The proxy writes a header of the PROXY protocol before the request, which visavis does "
          "not read. Take it away, and let the proxy set X-Forwarded-For:\n  HAProxy:  server "
          "without send-proxy and send-proxy-v2; option forwardfor\n  nginx:    without "
          "proxy_protocol on";
    } else {
      finding.code = "not_visavis";
      finding.seen += health.server.empty() ? "" : fmt::format(" from {}", health.server);
      finding.change = fmt::format(
          "Something else answers there. A proxy has to pass everything under {} to visavis:\n  "
          "nginx:  location / {{ proxy_pass http://127.0.0.1:8080; … }}",
          seen.target.origin());
    }
  }
  // Where a path explains it, that is said once.
  const bool explained = !seen.target.path.empty() && finding.code == "not_visavis";
  if (!explained) findings.push_back(std::move(finding));
  diagnose_sub_path(seen, findings);
}

}  // namespace visavis::doctor

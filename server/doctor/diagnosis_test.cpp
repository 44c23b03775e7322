// From what was seen to what it means, as a table: one thing that is wrong, and what is named for
// it.
#include "server/doctor/diagnosis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace visavis::doctor {
namespace {

using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

const IpAddress kHere = *IpAddress::parse("198.51.100.9");
const IpAddress kServer = *IpAddress::parse("203.0.113.7");
const IpAddress kServer6 = *IpAddress::parse("2001:db8::7");

// Everything as it should be, by way of the control socket.
Observations healthy() {
  Observations seen;
  seen.target = *Target::parse("https://call.example.org");
  seen.local = seen.has_code = true;
  seen.dns = {.is_address = false, .v4 = {kServer}, .v6 = {kServer6}};
  seen.connections = {{.address = kServer, .reach = Reach::kReached},
                      {.address = kServer6, .reach = Reach::kReached}};
  seen.certificate = CertificateSeen{.version = "TLSv1.3",
                                     .names = {"call.example.org"},
                                     .name_matches = true,
                                     .days_left = 60,
                                     .issuer = "Some authority"};
  seen.plain = HttpSeen{.status = 301, .location = "https://call.example.org/"};
  seen.health = HttpSeen{.status = 200, .body = R"({"status":"ok"})", .clock_ahead_s = 0};
  CheckSeen check;
  check.http.status = 200;
  check.understood = true;
  check.relay = true;
  check.relay_urls = {"turn:call.example.org:443?transport=udp"};
  check.address = kHere.to_string();
  check.host = "call.example.org";
  check.secure = true;
  seen.check = check;
  seen.own_address = kHere;
  seen.websocket = WebSocketSeen{
      .opened = true, .status = 101, .pong_after = milliseconds(20), .held = seconds(6)};
  seen.stun = {{.url = "stun:call.example.org:443",
                .server = {kServer, 443},
                .reach = Reach::kReached,
                .local = {kHere, 5'000},
                .mapped = {kHere, 5'000}}};
  const Throughput flow{.lasted = seconds(2),
                        .sent_bits_per_second = 6.4e6,
                        .received_bits_per_second = 6.4e6,
                        .round_trip = milliseconds(20)};
  for (const char* url :
       {"turn:call.example.org:443?transport=udp", "turn:call.example.org:443?transport=tcp",
        "turns:call.example.org:443?transport=tcp"}) {
    TurnSeen turn;
    turn.url = url;
    turn.has_credentials = true;
    turn.throughput = flow;
    seen.turn.push_back(turn);
  }
  HostSeen host;
  host.version = host.own_version = "0.1.0";
  host.relay_mode = "closed";
  host.open_files_max = 65'536;
  host.connections_max = 16'000;
  host.udp_buffer_bytes = host.udp_buffer_bytes_wanted = 4 << 20;
  host.data_dir_free_bytes = std::uint64_t{1} << 32U;
  seen.host = host;
  return seen;
}

// "failure websocket upgrade_dropped", of warnings and failures only.
std::vector<std::string> named(const Findings& findings) {
  std::vector<std::string> all;
  for (const Finding& finding : findings) {
    if (finding.severity < Severity::kWarning) continue;
    all.push_back(std::string(name_of(finding.severity)) + " " + finding.check + " " +
                  finding.code);
    EXPECT_FALSE(finding.tried.empty() || finding.seen.empty() || finding.means.empty() ||
                 finding.change.empty())
        << all.back();
  }
  return all;
}

TEST(DiagnosisTest, NamesNothingWhereNothingIsWrong) {
  EXPECT_THAT(named(diagnose(healthy())), ::testing::IsEmpty());
  auto from_elsewhere = healthy();
  from_elsewhere.host.reset();
  EXPECT_THAT(named(diagnose(from_elsewhere)), ::testing::IsEmpty());
  // A NAT before this machine explains another address.
  auto behind_nat = healthy();
  behind_nat.own_address = behind_nat.stun[0].local.address = *IpAddress::parse("192.168.1.5");
  EXPECT_THAT(named(diagnose(behind_nat)), ::testing::IsEmpty());
  // A machine without IPv6.
  auto only_v4 = healthy();
  only_v4.connections[1] = {.address = kServer6, .reach = Reach::kNoRoute};
  EXPECT_THAT(named(diagnose(only_v4)), ::testing::IsEmpty());
  // Through a trusted proxy.
  auto proxied = healthy();
  proxied.check->forwarded = proxied.check->proxy_trusted = true;
  EXPECT_THAT(named(diagnose(proxied)), ::testing::IsEmpty());
}

struct Case {
  const char* name;
  std::function<void(Observations&)> spoil;
  std::vector<std::string> named;
  const char* change;  // something that one is told to write
};

TurnSeen& turn(Observations& seen, std::size_t which, TurnStage at, Reach reach, int code = 0) {
  TurnSeen& one = seen.turn[which];
  one.throughput.reset();
  one.failed_at = at;
  one.reach = reach;
  one.error = "it failed";
  one.error_code = code;
  return one;
}
void no_websocket(Observations& seen, int status, const char* code) {
  seen.websocket = WebSocketSeen{
      .error = "the answer was an ordinary one", .status = status, .error_code = code};
}

const std::vector<Case> kCases = {
    {"no address",
     [](auto& seen) {
       seen = Observations{.target = seen.target};
       seen.dns.error = "Name or service not known";
     },
     {"failure dns no_address"},
     "A record"},
    {"IPv6 leads nowhere",
     [](auto& seen) {
       seen.connections[1] = {
           .address = kServer6, .reach = Reach::kTimedOut, .error = "nobody answered"};
     },
     {"failure ipv6 port_filtered"},
     "AAAA"},
    {"nothing listens",
     [](auto& seen) {
       seen = Observations{.target = seen.target, .dns = seen.dns};
       seen.connections = {{.address = kServer, .reach = Reach::kRefused, .error = "refused"}};
     },
     {"failure ipv4 port_closed"},
     "listen = "},
    {"no TLS",
     [](auto& seen) {
       seen = Observations{.target = seen.target, .dns = seen.dns, .connections = seen.connections};
       seen.certificate = CertificateSeen{.handshake_error = "wrong version number"};
     },
     {"failure certificate no_tls"},
     "listen 443 ssl"},
    {"expired",
     [](auto& seen) {
       seen.certificate->has_expired = true;
       seen.certificate->days_left = -3;
     },
     {"failure certificate expired"},
     "certbot renew"},
    {"expires soon",
     [](auto& seen) { seen.certificate->days_left = 3; },
     {"warning certificate expires_soon"},
     "certbot renew"},
    {"wrong name",
     [](auto& seen) {
       seen.certificate->name_matches = false;
       seen.certificate->names = {"other.example"};
     },
     {"failure certificate wrong_name"},
     "certonly -d call.example.org"},
    {"chain",
     [](auto& seen) {
       seen.certificate->chain_incomplete = true;
       seen.certificate->trust_error = "unable to get local issuer certificate";
     },
     {"failure certificate chain_incomplete"},
     "fullchain.pem"},
    {"self-signed",
     [](auto& seen) {
       seen.certificate->is_self_signed = true;
       seen.certificate->trust_error = "self-signed certificate";
     },
     {"warning certificate self_signed"},
     "tls_cert"},
    {"staple",
     [](auto& seen) { seen.certificate->must_staple = true; },
     {"failure certificate no_staple"},
     "ssl_stapling on"},
    {"no HTTPS",
     [](auto& seen) {
       seen.target = *Target::parse("http://call.example.org");
       seen.certificate.reset();
       seen.plain.reset();
       seen.check->secure = false;
     },
     {"failure https no_https"},
     "tls_cert"},
    {"no redirect",
     [](auto& seen) { seen.plain = HttpSeen{.status = 200}; },
     {"warning https-redirect no_redirect"},
     "return 301"},
    {"upstream down",
     [](auto& seen) {
       seen.health = HttpSeen{.status = 502, .server = "nginx"};
       seen.check->understood = false;
       no_websocket(seen, 502, "");
     },
     {"failure http upstream_down", "failure websocket upstream_down"},
     "proxy_pass"},
    {"another site",
     [](auto& seen) {
       seen.health = HttpSeen{.status = 404, .server = "Apache"};
       seen.check->understood = false;
       no_websocket(seen, 404, "");
     },
     {"failure http not_visavis", "failure websocket not_passed"},
     "location /"},
    {"unknown host",
     [](auto& seen) {
       seen.health = HttpSeen{.status = 421, .error_code = "unknown_host"};
       seen.check->understood = false;
       no_websocket(seen, 421, "unknown_host");
     },
     {"failure http unknown_host", "failure websocket unknown_host"},
     "public_url = \"https://call.example.org\""},
    {"sub-path",
     [](auto& seen) {
       seen.target = *Target::parse("https://call.example.org/calls");
       seen.health_below_path = seen.health;
       seen.health = HttpSeen{.status = 404};
       seen.websocket.reset();
       seen.check->understood = false;
     },
     {"failure sub-path sub_path"},
     "host name of its own"},
    {"untrusted proxy",
     [](auto& seen) {
       seen.check->forwarded = true;
       seen.check->address = "10.0.0.2";
     },
     {"failure proxy untrusted_proxy"},
     "trusted_proxy = \"10.0.0.2\""},
    {"silent proxy",
     [](auto& seen) { seen.check->address = "127.0.0.1"; },
     {"failure proxy no_forwarded_headers"},
     "option forwardfor"},
    {"host dropped",
     [](auto& seen) {
       seen.check->forwarded = seen.check->proxy_trusted = true;
       seen.check->host = "127.0.0.1:8080";
       no_websocket(seen, 403, "forbidden_origin");
     },
     {"failure proxy host_dropped", "failure websocket forbidden_origin"},
     "proxy_set_header Host $http_host;"},
    {"scheme dropped",
     [](auto& seen) {
       seen.check->forwarded = seen.check->proxy_trusted = true;
       seen.check->secure = false;
     },
     {"failure proxy scheme_dropped"},
     "X-Forwarded-Proto $scheme"},
    {"code expired",
     [](auto& seen) {
       seen.check->understood = false;
       seen.check->http = HttpSeen{.status = 403, .error_code = "check_code_expired"};
     },
     {"failure proxy check_code_expired"},
     "visavis check --issue"},
    {"upgrade dropped",
     [](auto& seen) { no_websocket(seen, 426, "bad_request"); },
     {"failure websocket upgrade_dropped"},
     "proxy_set_header Upgrade $http_upgrade;"},
    {"HTTP/1.0",
     [](auto& seen) { no_websocket(seen, 400, "bad_request"); },
     {"failure websocket upgrade_dropped"},
     "proxy_http_version 1.1;"},
    {"buffered",
     [](auto& seen) { seen.websocket->pong_after.reset(); },
     {"failure websocket-idle buffered"},
     "proxy_buffering off;"},
    {"read timeout",
     [](auto& seen) { seen.websocket->ended_after = seconds(5); },
     {"failure websocket-idle idle_timeout"},
     "proxy_read_timeout 60s;"},
    {"closed by the server",
     [](auto& seen) {
       seen.websocket->ended_after = seconds(2);
       seen.websocket->ended_orderly = true;
       seen.websocket->error = "closed";
     },
     {"warning websocket-idle closed"},
     "log"},
    {"UDP blocked",
     [](auto& seen) {
       seen.stun[0].reach = Reach::kTimedOut;
       turn(seen, 0, TurnStage::kAllocate, Reach::kTimedOut);
     },
     {"failure stun-ipv4 udp_blocked", "failure turn-udp udp_blocked"},
     "ufw allow 443/udp"},
    {"UDP closed",
     [](auto& seen) {
       seen.stun[0].reach = Reach::kRefused;
       turn(seen, 0, TurnStage::kAllocate, Reach::kRefused);
     },
     {"failure stun-ipv4 udp_closed", "failure turn-udp udp_closed"},
     "-p 443:8443/udp"},
    {"TCP blocked",
     [](auto& seen) { turn(seen, 1, TurnStage::kConnect, Reach::kTimedOut); },
     {"failure turn-tcp tcp_blocked"},
     "ufw allow 443/tcp"},
    {"a proxy at the relay's port",
     [](auto& seen) { turn(seen, 1, TurnStage::kAllocate, Reach::kFailed); },
     {"failure turn-tcp not_turn"},
     "relay_url"},
    {"TURN over TLS",
     [](auto& seen) { turn(seen, 2, TurnStage::kTls, Reach::kFailed); },
     {"failure turn-tls no_tls"},
     "tls_cert"},
    {"credentials",
     [](auto& seen) { turn(seen, 0, TurnStage::kAllocate, Reach::kReached, 401); },
     {"failure turn-udp wrong_credentials"},
     "relay.key"},
    {"quota",
     [](auto& seen) { turn(seen, 0, TurnStage::kAllocate, Reach::kReached, 486); },
     {"failure turn-udp quota"},
     "visavis check --issue"},
    {"nothing passes",
     [](auto& seen) { turn(seen, 0, TurnStage::kData, Reach::kReached); },
     {"failure turn-udp no_data"},
     "log"},
    {"some loss",
     [](auto& seen) { seen.turn[0].throughput->lost = 0.1; },
     {"warning turn-udp loss"},
     "sysctl.conf"},
    {"much loss",
     [](auto& seen) { seen.turn[0].throughput->lost = 0.5; },
     {"failure turn-udp loss"},
     "uplink"},
    {"userland proxy",
     [](auto& seen) { seen.stun[0].mapped.address = *IpAddress::parse("172.17.0.1"); },
     {"failure stun-ipv4 address_of_a_proxy"},
     "network_mode: host"},
    {"a router, perhaps",
     [](auto& seen) {
       seen.stun[0].local.address = *IpAddress::parse("192.168.1.5");
       seen.stun[0].mapped.address = *IpAddress::parse("192.168.1.1");
     },
     {"warning stun-ipv4 address_of_a_proxy"},
     "try from elsewhere"},
    {"relay not named",
     [](auto& seen) {
       seen.check->forwarded = seen.check->proxy_trusted = true;
       seen.check->relay_urls.clear();
       seen.stun.clear();
       seen.turn.clear();
     },
     {"failure relay relay_not_named"},
     "relay_url = [\"turn:call.example.org:3478?transport=udp\""},
    {"relay off",
     [](auto& seen) {
       seen.host->relay_mode = "off";
       seen.check->relay_urls.clear();
       seen.turn.clear();
     },
     {"warning relay relay_off"},
     "relay = \"closed\""},
    {"clock three hours off",
     [](auto& seen) { seen.health->clock_ahead_s = -10'800; },
     {"failure clock clock_off"},
     "timedatectl"},
    {"clock a minute off",
     [](auto& seen) { seen.health->clock_ahead_s = 60; },
     {"warning clock clock_off"},
     "timedatectl"},
    {"too few files",
     [](auto& seen) { seen.host->open_files_max = 1'024; },
     {"warning files too_few_files"},
     "LimitNOFILE=17000"},
    {"open keys",
     [](auto& seen) { seen.host->keys_open_to_others = {"relay.key"}; },
     {"failure data-dir keys_open"},
     "chmod 600"},
    {"another version",
     [](auto& seen) { seen.host->version = "0.0.9"; },
     {"warning version other_version"},
     "restart"},
    {"no control socket",
     [](auto& seen) { seen.host->control_error = "No server answers there."; },
     {"failure control no_control"},
     "systemctl status"},
};

TEST(DiagnosisTest, NamesEachCause) {
  for (const Case& one : kCases) {
    SCOPED_TRACE(one.name);
    Observations seen = healthy();
    one.spoil(seen);
    const Findings findings = diagnose(seen);
    EXPECT_THAT(named(findings), ElementsAreArray(one.named));
    std::string changes;
    for (const Finding& finding : findings) changes += finding.change + "\n";
    EXPECT_THAT(changes, HasSubstr(one.change));
  }
}

TEST(DiagnosisTest, WithoutACodeItSaysHowToGetOne) {
  Observations seen = healthy();
  for (TurnSeen& one : seen.turn) {
    one.has_credentials = false;
    one.throughput.reset();
  }
  const Findings findings = diagnose(seen);
  EXPECT_THAT(named(findings), ::testing::IsEmpty());
  const auto told = std::ranges::find(findings, "no_code", &Finding::code);
  ASSERT_NE(told, findings.end());
  EXPECT_EQ(told->severity, Severity::kSkipped);
  EXPECT_THAT(told->change, HasSubstr("--code CODE"));
}

// Small buffers are enough for a few calls: advice, no warning.
TEST(DiagnosisTest, AdvisesLargerBuffers) {
  Observations seen = healthy();
  seen.host->udp_buffer_bytes = 212'992;
  const Findings findings = diagnose(seen);
  EXPECT_THAT(named(findings), ::testing::IsEmpty());
  EXPECT_THAT(std::ranges::find(findings, "buffers", &Finding::check)->change,
              HasSubstr("net.core.rmem_max = 4194304"));
}

}  // namespace
}  // namespace visavis::doctor

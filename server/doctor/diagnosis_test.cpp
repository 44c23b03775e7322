// From what was seen to what it means, as a table: one thing that is wrong, and what is named for
// it. Names, connections, certificates and pages are in diagnosis_web_test.cpp.
#include "server/doctor/diagnosis_test_support.h"

namespace visavis::doctor::test {
namespace {

using ::testing::HasSubstr;

TEST(DiagnosisTest, NamesNothingWhereNothingIsWrong) {
  EXPECT_THAT(named(diagnose(healthy())), ::testing::IsEmpty());
  auto from_elsewhere = healthy();
  from_elsewhere.host.reset();
  EXPECT_THAT(named(diagnose(from_elsewhere)), ::testing::IsEmpty());
  // A NAT before this machine explains another address.
  auto behind_nat = healthy();
  behind_nat.own_address = behind_nat.stun[0].local.address = *IpAddress::parse("192.168.1.5");
  EXPECT_THAT(named(diagnose(behind_nat)), ::testing::IsEmpty());
  // One NAT, behind several routers of a company's network, which do not translate.
  behind_nat.own_address = behind_nat.stun[0].local.address = *IpAddress::parse("10.1.2.3");
  behind_nat.first_hops = {*IpAddress::parse("10.1.2.1"), *IpAddress::parse("10.0.0.1")};
  EXPECT_THAT(named(diagnose(behind_nat)), ::testing::IsEmpty());
  // One NAT, behind which the Internet begins.
  behind_nat.first_hops = {*IpAddress::parse("10.1.2.1"), *IpAddress::parse("203.0.113.1")};
  EXPECT_THAT(named(diagnose(behind_nat)), ::testing::IsEmpty());
  // Nobody types a port without https://.
  auto other_port = healthy();
  other_port.plain = HttpSeen{.error = "silence", .reach = Reach::kTimedOut};
  other_port.plain_on_same_port = true;
  EXPECT_THAT(named(diagnose(other_port)), ::testing::IsEmpty());
  // A staple that is good, and demanded.
  auto stapled = healthy();
  stapled.certificate->stapled = stapled.certificate->must_staple = true;
  EXPECT_THAT(named(diagnose(stapled)), ::testing::IsEmpty());
  // A machine without IPv6.
  auto only_v4 = healthy();
  only_v4.connections[1] = {.address = kServer6, .reach = Reach::kNoRoute};
  EXPECT_THAT(named(diagnose(only_v4)), ::testing::IsEmpty());
  // Through a trusted proxy.
  auto proxied = healthy();
  proxied.check->forwarded = proxied.check->proxy_trusted = true;
  EXPECT_THAT(named(diagnose(proxied)), ::testing::IsEmpty());
}

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
       no_websocket(seen, 403, "forbidden_origin");
     },
     {"failure proxy scheme_dropped", "failure websocket forbidden_origin"},
     "X-Forwarded-Proto $scheme"},
    {"scheme dropped, but the server knows its address",
     [](auto& seen) {
       seen.check->forwarded = seen.check->proxy_trusted = true;
       seen.check->secure = false;
     },
     {"warning proxy scheme_dropped"},
     "RequestHeader set X-Forwarded-Proto"},
    {"asked past a proxy that is not trusted",
     [](auto& seen) { seen.host->forwarded_untrusted = 3; },
     {"warning proxy asked_past_proxy"},
     "trusted_proxy ="},
    {"PROXY protocol",
     [](auto& seen) {
       seen.health = HttpSeen{.status = 400, .error_code = "proxy_protocol"};
       seen.check->understood = false;
       no_websocket(seen, 400, "proxy_protocol");
     },
     {"failure http proxy_protocol", "failure websocket proxy_protocol"},
     "send-proxy"},
    {"code not sent",
     [](auto& seen) { seen.code_withheld = true; },
     {"warning relay code_withheld"},
     "certificate first"},
    {"code expired",
     [](auto& seen) {
       seen.check->understood = false;
       seen.check->http = HttpSeen{.status = 403, .error_code = "check_code_expired"};
     },
     {"failure proxy check_code_expired"},
     "visavis check --issue"},
    {"upgrade dropped",
     [](auto& seen) { no_websocket(seen, 426, "upgrade_required"); },
     {"failure websocket upgrade_dropped"},
     "proxy_set_header Upgrade $http_upgrade;"},
    {"HTTP/1.0",
     [](auto& seen) { no_websocket(seen, 400, "upgrade_required"); },
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
    {"an address inside",
     [](auto& seen) {
       seen.stun[0].is_inside = seen.turn[0].is_inside = true;
       seen.stun[0].reach = Reach::kFailed;
       turn(seen, 0, TurnStage::kResolve, Reach::kReached);
     },
     {"warning stun-ipv4 inner_address", "failure turn-udp inner_address"},
     "relay_url that people reach from outside"},
    {"a relay behind a NAT that does not know its address",
     [](auto& seen) {
       seen.turn[0].server = {kServer, 443};
       seen.turn[0].relayed = TransportAddress{*IpAddress::parse("10.9.9.9"), 50'000};
     },
     {"warning relay-address private_address"},
     "external_ip = \"203.0.113.7\""},
    {"servers without end",
     [](auto& seen) { seen.cut_short = true; },
     {"warning relay too_many_servers"},
     "two or three"},
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

TEST(DiagnosisTest, NamesEachCause) { expect_named(kCases); }

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
}  // namespace visavis::doctor::test

// For the tests of the diagnosis: observations where nothing is wrong, and tables of what is named
// when one thing is.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "server/doctor/diagnosis.h"

namespace visavis::doctor::test {

inline const IpAddress kHere = *IpAddress::parse("198.51.100.9");
inline const IpAddress kServer = *IpAddress::parse("203.0.113.7");
inline const IpAddress kServer6 = *IpAddress::parse("2001:db8::7");

// Everything as it should be, by way of the control socket.
inline Observations healthy() {
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
inline std::vector<std::string> named(const Findings& findings) {
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

struct Case {
  const char* name;
  std::function<void(Observations&)> spoil;
  std::vector<std::string> named;
  const char* change;  // something that one is told to write
};

inline void expect_named(const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    SCOPED_TRACE(one.name);
    Observations seen = healthy();
    one.spoil(seen);
    const Findings findings = diagnose(seen);
    EXPECT_THAT(named(findings), ::testing::ElementsAreArray(one.named));
    std::string changes;
    for (const Finding& finding : findings) changes += finding.change + "\n";
    EXPECT_THAT(changes, ::testing::HasSubstr(one.change));
  }
}

}  // namespace visavis::doctor::test

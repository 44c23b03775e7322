// Asks what a browser asks: names, connections, certificate, pages. Each function does I/O and
// blocks for some seconds at most. What it returns is what was seen.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/doctor/observations.h"
#include "server/doctor/stream.h"

namespace visavis::doctor {

inline constexpr Duration kConnectPatience = seconds(5);
inline constexpr Duration kAnswerPatience = seconds(10);

DnsSeen look_up(const std::string& host);

// One for each family that has an address.
std::vector<ConnectionSeen> try_connections(const DnsSeen& dns, std::uint16_t port);

// The address that the other probes use: the first that was reached.
std::optional<IpAddress> reached_address(const std::vector<ConnectionSeen>& connections);

// A connection to the target, with TLS where it is https; the failure says why not. Where TLS does
// not come about it is of kFailed.
Result<std::unique_ptr<Stream>, NotReached> open_stream(const Target& target,
                                                        const IpAddress& address);

CertificateSeen try_certificate(const Target& target, const IpAddress& address);

struct Ask {
  std::string method = "GET";
  std::string path = "/";
  std::string body{};  // JSON
};
struct Asked {
  HttpSeen seen;
  std::string body;  // all of it, up to 1 MiB
  IpAddress own_address;
};
Asked ask_http(const Target& target, const IpAddress& address, const Ask& ask);

// POST /api/check with this code, which may be empty.
struct CheckAsked {
  CheckSeen seen;
  IpAddress own_address;
};
CheckAsked ask_for_check(const Target& target, const IpAddress& address, const std::string& code);

// Opens /ws as a page of the target would, pings, and listens for so long. `hello`: says one first,
// so that the server keeps it.
WebSocketSeen try_websocket(const Target& target, const IpAddress& address, Duration hold,
                            bool hello);

}  // namespace visavis::doctor

#include "server/services/server_status.h"

#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <chrono>
#include <string>

#include "server/net/clock.h"
#include "server/ops/version.h"
#include "server/services/check_command.h"

namespace visavis::services {
namespace {

namespace json = boost::json;

// What the kernel really gives, which for its own account is twice what was asked for; 0 where
// there is no socket.
std::int64_t receive_buffer_bytes(net::Server& server) {
  if (server.listeners().empty()) return 0;
  int bytes = 0;
  socklen_t size = sizeof bytes;
  const int descriptor = server.udp_socket(0, 0).descriptor();
  return ::getsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, &size) == 0 ? bytes / 2 : 0;
}

json::array listeners(const net::Server& server) {
  json::array all;
  for (const auto& listener : server.listeners()) {
    all.push_back(
        json::object{{"address", listener->address().to_string()}, {"port", listener->port()}});
  }
  return all;
}

json::array strings(const std::vector<std::string>& texts) {
  json::array all;
  for (const std::string& text : texts) all.emplace_back(text);
  return all;
}

std::uint64_t forwarded_untrusted(const net::Server& server) {
  std::uint64_t total = 0;
  for (unsigned i = 0; i < server.loops(); ++i) {
    total += server.counters(i).forwarded_untrusted.get();
  }
  return total;
}

std::uint64_t refused(const net::Server& server, net::Refusal kind) {
  return server.refusal_counts()[static_cast<std::size_t>(kind)].count;
}

std::string_view relay_mode(ops::RelayMode mode) {
  switch (mode) {
    case ops::RelayMode::kClosed:
      return "closed";
    case ops::RelayMode::kOpen:
      return "open";
    case ops::RelayMode::kOff:
      break;
  }
  return "off";
}

}  // namespace

json::object server_status(const ops::Config& config, net::Server& server) {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return {
      {"version", ops::version()},
      {"pid", ::getpid()},
      {"time_ms", std::chrono::duration_cast<std::chrono::milliseconds>(now).count()},
      {"listeners", listeners(server)},
      {"tls", config.has_tls()},
      {"tls_self_signed", config.tls_self_signed},
      {"public_url", config.public_url},
      {"trusted_proxies", config.trusted_proxies.size()},
      {"forwarded_untrusted", forwarded_untrusted(server)},
      {"origins_refused", refused(server, net::Refusal::kForbiddenOrigin)},
      {"tls_cert", config.tls_cert.string()},
      {"relay", relay_mode(config.relay.mode)},
      {"relay_urls", strings(config.relay.urls)},
      {"open_files_max", static_cast<std::uint64_t>(files.rlim_cur)},
      {"connections_max", config.net_limits.connections_max},
      {"udp_receive_buffer_bytes", receive_buffer_bytes(server)},
      {"udp_receive_buffer_bytes_wanted", net::UdpOptions().buffer_bytes},
      {"data_dir", config.data_dir.string()},
  };
}

ControlCommands operator_commands(const ops::Config& config, net::Server& server,
                                  CheckService& checks) {
  using Outcome = ControlCommands::Outcome;
  ControlCommands commands;
  commands.add("server.status", [&config, &server](const json::object&) -> Outcome {
    return server_status(config, server);
  });
  commands.add("check.issue", [&checks](const json::object& request) -> Outcome {
    return issue_check_code(checks, request, net::wall_now());
  });
  return commands;
}

}  // namespace visavis::services

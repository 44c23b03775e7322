#include "server/start_warnings.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <system_error>

#include "server/net/client_identity.h"
#include "server/net/server.h"
#include "server/ops/unknown_variables.h"

namespace visavis {
namespace {

// What an operator would otherwise learn from people who cannot connect or have no camera.
void warn_of_surprises(const ops::Config& config, ops::Log& log) {
  const std::size_t open_files_max = net::raise_open_file_limit();
  if (open_files_max < config.net_limits.connections_max) {
    log.warn(
        "The system allows fewer open files than connections_max",
        {{"open_files", open_files_max}, {"connections_max", config.net_limits.connections_max}});
  }
  const bool reachable = std::ranges::any_of(config.listen, [](const ops::ListenAddress& listen) {
    return !listen.address.is_loopback();
  });
  const bool proxy_does_tls = !config.trusted_proxies.empty() || !config.public_url.empty();
  if (reachable && !config.has_tls() && !proxy_does_tls) {
    log.warn(
        "Serving plain HTTP beyond this host: browsers give cameras to HTTPS pages only. Use "
        "--tls-cert and --tls-key, --tls-self-signed, or a proxy with --trusted-proxy");
  }
}

void warn_of_open_key(const ops::Config& config, ops::Log& log) {
  std::error_code error;
  const auto status = std::filesystem::status(config.tls_key, error);
  const bool open =
      !error && !config.tls_key.empty() &&
      (status.permissions() & std::filesystem::perms::others_read) != std::filesystem::perms::none;
  if (open) {
    log.warn(
        "Everybody on this machine may read the TLS key, and be this server with it. Take it from "
        "them: chmod o-r",
        {{"key", config.tls_key.string()}});
  }
}

// Chromium opens no TURN connection to these ports, whatever listens there.
bool is_refused_for_turn(std::uint16_t port) {
  return port > 0 && port < 1024 && port != 53 && port != 80 && port != 443;
}

// What would keep people from the relay without a word.
void warn_of_relay_surprises(const ops::Config& config, ops::Log& log) {
  if (config.relay.mode == ops::RelayMode::kOff) return;
  for (const ops::ListenAddress& listen : config.listen) {
    if (!is_refused_for_turn(listen.port)) continue;
    log.warn(
        "Chromium uses no TURN server on this port: below 1024 it takes 53, 80 and 443 only. Let "
        "--listen name one of these, or one from 1024, and --relay-url if people reach another",
        {{"port", listen.port}});
  }
  // What an allocation of an open relay is told, other applications' peers have to reach. (Calls of
  // this server's go by the addresses that the two ends see.)
  if (config.relay.mode == ops::RelayMode::kOpen && config.relay.external_ips.empty()) {
    for (const ops::ListenAddress& listen : config.listen) {
      if (listen.address.is_loopback() || !net::is_local(listen.address)) continue;
      log.warn(
          "The open relay hands out a private address, which nobody outside this network reaches. "
          "Behind a NAT, give the public one with --external-ip",
          {{"address", listen.address.to_string()}});
    }
  }
  if (!config.trusted_proxies.empty() && config.relay.urls.empty()) {
    log.warn(
        "People who come through a proxy are told of no relay: name it with --relay-url, and open "
        "its port to them past the proxy, for UDP and TCP");
  }
}

// A misspelt variable would have no effect without a word. Its value may be a secret.
void warn_of_unknown_variables(const char* const* environment, ops::Log& log) {
  for (const auto& unknown : ops::unknown_variables(ops::variable_names(environment))) {
    if (unknown.nearest.empty()) {
      log.warn("This variable is no option of visavis and has no effect.",
               {{"variable", unknown.name}});
    } else {
      log.warn("This variable is no option of visavis and has no effect. Did you mean `nearest`?",
               {{"variable", unknown.name}, {"nearest", unknown.nearest}});
    }
  }
}

}  // namespace

void warn_at_start(const ops::Config& config, const char* const* environment, ops::Log& log) {
  warn_of_unknown_variables(environment, log);
  warn_of_surprises(config, log);
  warn_of_open_key(config, log);
  warn_of_relay_surprises(config, log);
}

}  // namespace visavis

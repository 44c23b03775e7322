// visavis: reads the configuration, wires the rooms together, serves until told to leave.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/signal_set.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/base64url.h"
#include "core/signaling/parts/payers.h"
#include "core/turn/ephemeral_credential.h"
#include "server/doctor/command.h"
#include "server/net/clock.h"
#include "server/net/server.h"
#include "server/net/tls_context.h"
#include "server/ops/assets.h"
#include "server/ops/config.h"
#include "server/ops/data_dir.h"
#include "server/ops/data_dir_lock.h"
#include "server/ops/ice_servers.h"
#include "server/ops/log.h"
#include "server/ops/metrics.h"
#include "server/ops/refusal_notes.h"
#include "server/ops/rooms_state.h"
#include "server/ops/self_signed.h"
#include "server/ops/server_keys.h"
#include "server/ops/start_lines.h"
#include "server/services/check_service.h"
#include "server/services/control_commands.h"
#include "server/services/control_socket.h"
#include "server/services/crypto_random.h"
#include "server/services/net_metrics.h"
#include "server/services/operator_log.h"
#include "server/services/relay_metrics.h"
#include "server/services/relay_service.h"
#include "server/services/server_status.h"
#include "server/services/shared_address_budgets.h"
#include "server/services/signaling_metrics.h"
#include "server/services/signaling_service.h"
#include "server/services/web_service.h"
#include "server/start_warnings.h"

namespace visavis {
namespace {

// By default they end the process.
constexpr std::array kSignalsWithoutMeaning = {SIGUSR1, SIGUSR2};

// How long clients have to leave after SIGTERM.
constexpr Duration kDrainTimeout = seconds(5);

// Why the server did not come up.
struct CannotStart {
  std::string message;
  int exit_code = ops::kExitCannotStart;
};

int tell(const CannotStart& cannot, ops::LogFormat format) {
  fmt::print(stderr, "{}", ops::cannot_start_line(format, cannot.message, cannot.exit_code));
  return cannot.exit_code;
}

CannotStart cannot_listen(const net::ListenError& error) {
  return {error.message, error.may_pass ? ops::kExitTryAgain : ops::kExitCannotStart};
}

// The certificate's files: those of the configuration, or the self-signed ones, made anew where
// they have expired or this host has other names by now.
Result<ops::CertificateFiles, ops::StartError> certificate_files(const ops::Config& config,
                                                                 const ops::DataDir& data_dir) {
  if (!config.tls_self_signed) {
    return ops::CertificateFiles{.certificate = config.tls_cert, .key = config.tls_key};
  }
  return ops::keep_self_signed(data_dir, ops::host_names(config.public_url),
                               std::chrono::system_clock::now());
}

using TlsResult = Result<std::shared_ptr<net::TlsContext>, std::string>;

// Null without TLS.
TlsResult load_tls(const ops::Config& config, const ops::DataDir& data_dir) {
  if (!config.has_tls()) return std::shared_ptr<net::TlsContext>();
  auto files = certificate_files(config, data_dir);
  if (!files) return Failure{files.error().message};
  return net::TlsContext::load(files->certificate, files->key);
}

// The sentence that tells why, where that did not work; the old certificate then stays.
std::optional<std::string> reload_tls(const ops::Config& config, const ops::DataDir& data_dir,
                                      net::TlsContext& tls) {
  if (auto files = certificate_files(config, data_dir); !files) return files.error().message;
  return tls.reload();
}

services::WebOptions web_options(const ops::Config& config) {
  const bool real_certificate = !config.tls_cert.empty();
  return {
      .strict_transport_security = real_certificate || config.public_url.starts_with("https://"),
      .metrics_token = config.metrics_token};
}

net::WorkerSettings worker_settings(const ops::Config& config, services::WebService& web,
                                    services::SharedAddressBudgets& addresses,
                                    ops::RefusalNotes& notes,
                                    std::shared_ptr<net::TlsContext> tls) {
  return {.limits = config.net_limits,
          .message_bytes_max = config.signaling_limits.message_bytes_max,
          .trusted_proxies = config.trusted_proxies,
          .origins = net::OriginPolicy(config.public_url, config.allowed_origins),
          .hosts = net::HostPolicy(config.public_url, config.allowed_hosts, config.tls_self_signed),
          .http = [&web](const net::HttpRequest& request) { return web.answer(request); },
          .charge_failed_request =
              [&addresses](const IpAddress& client) {
                return addresses.take_step(client, net::monotonic_now());
              },
          .note = services::note_sink(notes),
          .tls = std::move(tls)};
}

// Credentials by the first of `secrets`; both clocks of the relay are this host's.
signaling::RelayCredential issue_relay_credential(const std::string& secret, std::string_view call,
                                                  std::string_view participant, Duration lifetime) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto expiry = now + std::chrono::duration_cast<std::chrono::seconds>(lifetime);
  turn::Credential made = turn::issue_credential(secret, expiry, call, participant);
  return {.username = std::move(made.username), .credential = std::move(made.password)};
}

signaling::RelayOffer hub_relay_options(const ops::Config& config, const std::string& secret,
                                        const net::TlsContext* tls) {
  ops::OwnServerUrls urls = ops::own_server_urls(config.relay.urls);
  signaling::RelayOffer options{.issue_credential = {},
                                .stun_urls = std::move(urls.stun),
                                .turn_urls = std::move(urls.turn),
                                .offer_turns = tls != nullptr && !tls->is_self_signed()};
  if (config.relay.mode != ops::RelayMode::kOff) {
    options.issue_credential = [secret](auto call, auto participant, Duration lifetime) {
      return issue_relay_credential(secret, call, participant, lifetime);
    };
  }
  return options;
}

turn::Mode relay_mode(ops::RelayMode mode) {
  switch (mode) {
    case ops::RelayMode::kClosed:
      return turn::Mode::kClosed;
    case ops::RelayMode::kOpen:
      return turn::Mode::kOpen;
    case ops::RelayMode::kOff:
      break;
  }
  return turn::Mode::kOff;
}

// `keys` sign the credentials of our own calls, which stay closed; in open mode others bring theirs
// beside them.
services::RelayOptions relay_options(const ops::Config& config, std::vector<std::string> keys,
                                     services::OperatorLog& told) {
  services::RelayOptions options;
  options.told = {
      .refused = [&told](const auto& refused) { told.on_refused(refused); },
      .allocation_over =
          [&told](turn::AllocationOver over) { told.on_allocation_over(std::move(over)); }};
  options.server.mode = relay_mode(config.relay.mode);
  options.server.limits = config.relay_limits;
  options.server.realm = config.relay.realm;
  options.server.secrets = std::move(keys);
  if (!config.relay.secret.empty()) options.server.open_secrets.push_back(config.relay.secret);
  for (const ops::RelayUser& user : config.relay.users) {
    options.server.users.push_back({user.name, user.password});
  }
  options.server.peers.allow = config.relay.allow;
  options.external_ips = config.relay.external_ips;
  return options;
}

// SIGTERM and SIGINT drain, a second one leaves at once; SIGHUP reads the certificate again. What
// others take to mean something (SIGUSR2: a restart) must not end the process and every call's
// signaling with it.
class Signals {
 public:
  // Reads the certificate again; the sentence tells why that did not work.
  using ReloadCertificate = std::function<std::optional<std::string>()>;

  // `reload` is empty without TLS.
  Signals(net::Server& server, services::SignalingService& signaling, services::WebService& web,
          ReloadCertificate reload, ops::Log& log)
      : server_(server),
        signaling_(signaling),
        web_(web),
        reload_(std::move(reload)),
        log_(log),
        signals_(server.loop(0).context(), SIGTERM, SIGINT, SIGHUP),
        drain_timer_(server.loop(0).context()) {
    for (const int signal : kSignalsWithoutMeaning) signals_.add(signal);
    wait();
  }

 private:
  void wait() {
    signals_.async_wait([this](const boost::system::error_code& error, int signal) {
      if (error) return;
      if (std::ranges::find(kSignalsWithoutMeaning, signal) != kSignalsWithoutMeaning.end()) {
        log_.warn(
            "Ignoring a signal. SIGTERM drains and leaves, SIGHUP reads the certificate again",
            {{"signal", signal == SIGUSR1 ? "SIGUSR1" : "SIGUSR2"}});
      } else if (signal == SIGHUP) {
        reload_certificate();
      } else if (std::exchange(leaving_, true)) {
        server_.stop();
      } else {
        drain();
      }
      wait();
    });
  }

  void reload_certificate() {
    if (!reload_) return;
    if (const auto error = reload_()) {
      log_.error("Keeping the old certificate", {{"cause", *error}});
    } else {
      log_.info("Using the new certificate for new connections");
    }
  }

  void drain() {
    log_.info("Leaving: clients are told to come back");
    web_.drain();
    signaling_.drain();
    server_.drain([this] { server_.stop(); });
    drain_timer_.expires_after(kDrainTimeout);
    drain_timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error) server_.stop();
    });
  }

  net::Server& server_;
  services::SignalingService& signaling_;
  services::WebService& web_;
  ReloadCertificate reload_;
  ops::Log& log_;
  boost::asio::signal_set signals_;
  boost::asio::steady_timer drain_timer_;
  bool leaving_ = false;
};

// Once everybody has left, another signal must not make this exit look like a crash.
void ignore_late_signals() {
  sigset_t late;
  sigemptyset(&late);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2}) sigaddset(&late, signal);
  pthread_sigmask(SIG_BLOCK, &late, nullptr);
}

void print_ready_lines(const net::Server& server, const ops::Config& config) {
  for (const auto& listener : server.listeners()) {
    const std::string url = fmt::format("{}://{}:{}", config.has_tls() ? "https" : "http",
                                        net::to_url_host(listener->address()), listener->port());
    fmt::print("{}", ops::ready_line(config.log_format, url));
  }
  if (const auto* listener = server.private_listener()) {
    fmt::print("{}", ops::metrics_line(config.log_format, listener->address().to_url()));
  }
  std::fflush(stdout);
}

services::CheckOptions check_options(const ops::Config& config,
                                     const std::vector<std::string>& identity_keys,
                                     const signaling::RelayOffer& relay,
                                     const std::string& ice_servers,
                                     services::SharedAddressBudgets& addresses) {
  return {.identity_keys = identity_keys,
          .limits = config.relay_limits,
          .relay = relay,
          .ice_servers_json = ice_servers,
          .charge = [&addresses](const IpAddress& client) {
            return addresses.take_step(client, net::monotonic_now());
          }};
}

// What outlives the process, and what is read once.
struct Kept {
  ops::DataDir data_dir;
  ops::DataDirLock lock;
  std::vector<std::string> identity_keys;
  std::vector<std::string> relay_keys;
  std::unique_ptr<ops::RoomsState> rooms;
  std::shared_ptr<net::TlsContext> tls;  // null without TLS
};

Result<Kept, CannotStart> load(const ops::Config& config, ops::Log& log, Random& random) {
  auto data_dir = ops::DataDir::open(config.data_dir,
                                     [&log](const std::string& sentence) { log.warn(sentence); });
  if (!data_dir) return Failure{CannotStart{data_dir.error().message}};
  auto lock = ops::DataDirLock::take(*data_dir);
  if (!lock) return Failure{CannotStart{lock.error().message, ops::kExitTryAgain}};
  const bool first_start = ops::is_first_start(*data_dir);
  auto identity_keys = ops::load_identity_keys(*data_dir, random);
  if (!identity_keys) return Failure{CannotStart{identity_keys.error().message}};
  auto relay_keys = ops::load_relay_keys(*data_dir, random);
  if (!relay_keys) return Failure{CannotStart{relay_keys.error().message}};
  auto rooms = ops::RoomsState::open(*data_dir, first_start);
  if (!rooms) return Failure{CannotStart{rooms.error().message}};
  auto tls = load_tls(config, *data_dir);
  if (!tls) return Failure{CannotStart{tls.error()}};
  return Kept{.data_dir = std::move(data_dir).value(),
              .lock = std::move(lock).value(),
              .identity_keys = std::move(identity_keys).value(),
              .relay_keys = std::move(relay_keys).value(),
              .rooms = std::move(rooms).value(),
              .tls = std::move(tls).value()};
}

void add_metrics(ops::Metrics& metrics, const ops::HubMetrics& hub, const net::Server& server,
                 const services::SignalingService& signaling, const services::RelayService& relay,
                 const services::OperatorLog& told) {
  metrics.add_source(ops::write_process_metrics);
  metrics.add_source([&](ops::MetricWriter& writer) { hub.write(writer); });
  metrics.add_source(
      [&](ops::MetricWriter& writer) { services::write_net_metrics(server, writer); });
  metrics.add_source(
      [&](ops::MetricWriter& writer) { services::write_signaling_metrics(signaling, writer); });
  metrics.add_source(
      [&](ops::MetricWriter& writer) { services::write_relay_metrics(relay.report(), writer); });
  metrics.add_source([&](ops::MetricWriter& writer) { told.write_metrics(writer); });
}

// What each room of the house has refused so far, for the log.
void add_refusals(services::OperatorLog& told, const ops::HubMetrics& hub,
                  const net::Server& server, const services::SignalingService& signaling,
                  const services::RelayService& relay) {
  told.add_refusals([&](auto& totals) { hub.add_refusals(totals); });
  told.add_refusals([&](auto& totals) { services::add_net_refusals(server, totals); });
  told.add_refusals([&](auto& totals) { services::add_signaling_refusals(signaling, totals); });
  told.add_refusals([&](auto& totals) {
    for (const auto& [kind, count] : services::refusals(relay.report())) {
      totals.push_back({.area = "relay", .kind = kind, .total = count});
    }
  });
}

std::optional<CannotStart> listen(net::Server& server, const ops::Config& config, ops::Log& log) {
  for (const ops::ListenAddress& listen : config.listen) {
    if (const auto error = server.listen(listen.address, listen.port)) return cannot_listen(*error);
  }
  if (config.metrics_listen) {
    const auto& at = config.metrics_listen.listen;
    const net::PrivateAddress address{
        .path = config.metrics_listen.path.string(),
        .tcp = at ? TransportAddress{at->address, at->port} : TransportAddress{}};
    if (const auto error = server.listen_privately(address)) return cannot_listen(*error);
  } else if (config.metrics_token.empty()) {
    log.info("Nobody can read /metrics: see --metrics-listen and --metrics-token");
  }
  return std::nullopt;
}

// Nothing where there is no TLS.
Signals::ReloadCertificate reload_of(const ops::Config& config, const Kept& kept,
                                     services::OperatorLog& told) {
  if (!kept.tls) return {};
  return [&] {
    auto error = reload_tls(config, kept.data_dir, *kept.tls);
    told.on_certificate_read();
    return error;
  };
}

signaling::HubOptions hub_options(const ops::Config& config, const Kept& kept,
                                  const signaling::RelayOffer& relay,
                                  const std::string& ice_servers,
                                  signaling::AddressLedger& addresses) {
  return {.limits = config.signaling_limits,
          .identity_keys = kept.identity_keys,
          .ice_servers_json = ice_servers,
          .relay = relay,
          .addresses = &addresses,
          .had_rooms_with_rules = kept.rooms->had_rules(),
          .reports = true};
}

// Nothing once it has served. What it logs has been written when it returns, so that the reason for
// not starting is the last line.
std::optional<CannotStart> serve(const ops::Config& config) {
  for (const int signal : kSignalsWithoutMeaning) std::signal(signal, SIG_IGN);  // until Signals
  ops::Log log({.level = config.log_level,
                .format = config.log_format,
                .personal_data = config.log_personal_data});
  services::CryptoRandom random;
  const auto kept = load(config, log, random);
  if (!kept) return kept.error();
  const std::string ice_servers = ops::ice_servers_json(config.ice_servers);
  const auto relay_offer = hub_relay_options(config, kept->relay_keys.front(), kept->tls.get());

  ops::Metrics metrics;
  ops::HubMetrics hub_metrics;
  services::WebService web(web_options(config), ops::embedded_assets(), metrics);
  services::SharedAddressBudgets addresses(signaling::address_options(config.signaling_limits));
  ops::RefusalNotes notes(config.log_personal_data);
  net::Server server(worker_settings(config, web, addresses, notes, kept->tls), config.threads);
  services::OperatorLog told(server.loop(0), log, notes, config, kept->tls);
  services::CheckService checks(
      check_options(config, kept->identity_keys, relay_offer, ice_servers, addresses), random);
  web.on_check([&checks](const auto& request) { return checks.answer(request, net::wall_now()); });
  services::RelayService relay(server, relay_options(config, kept->relay_keys, told), random);
  checks.on_bytes_left([&relay](std::string_view call) { return relay.check_bytes_left(call); });
  services::SignalingService signaling(
      server, hub_options(config, *kept, relay_offer, ice_servers, addresses), random,
      [&](const auto& counters, const auto& gauges) { hub_metrics.publish(counters, gauges); },
      [&relay](const signaling::EndRelay& end) {
        std::optional<std::string> participant;
        if (end.participant) participant = to_text(*end.participant);
        relay.end_call(to_text(end.call), participant);
      },
      [&kept](const signaling::RoomsWithRules& rooms) { kept->rooms->record(rooms.any); });
  signaling.set_reports(
      {.refused = [&told](const auto& refused, const IpAddress& client,
                          net::Via via) { told.on_refused(refused, client, via); },
       .call_over = [&told](const signaling::CallOver& call) { told.on_call_over(call); }});
  kept->rooms->on_warning([&](const std::string& sentence) { log.warn(sentence); });
  add_metrics(metrics, hub_metrics, server, signaling, relay, told);
  add_refusals(told, hub_metrics, server, signaling, relay);
  server.on_warning([&](const std::string& sentence) { log.warn(sentence); });

  warn_at_start(config, environ, log);
  if (auto cannot = listen(server, config, log)) return cannot;
  const services::ControlCommands commands = services::operator_commands(config, server, checks);
  const auto control = services::ControlSocket::open(
      server.loop(0).context(), kept->data_dir.path(),
      [&commands](std::string_view line) { return commands.answer(line); });
  if (!control) log.warn(control.error());
  Signals signals(server, signaling, web, reload_of(config, *kept, told), log);
  print_ready_lines(server, config);
  server.run();
  ignore_late_signals();
  return std::nullopt;
}

}  // namespace
}  // namespace visavis

int main(int argc, char** argv) {
  const auto environment = [](const char* name) -> const char* { return std::getenv(name); };
  if (argc > 1 && std::string_view(argv[1]) == "check") {
    visavis::services::CryptoRandom random;
    return visavis::doctor::run_check(argc - 1, argv + 1, environment, random);
  }
  auto loaded = visavis::ops::load_config(argc, argv, environment);
  if (!loaded) {
    return visavis::tell({loaded.error().message}, loaded.error().log_format);
  }
  if (const auto* show = std::get_if<visavis::ops::ShowAndExit>(&*loaded)) {
    fmt::print("{}", show->text);
    return visavis::ops::kExitDone;
  }
  const auto& config = std::get<visavis::ops::Config>(*loaded);
  const auto cannot = visavis::serve(config);
  return cannot ? visavis::tell(*cannot, config.log_format) : visavis::ops::kExitDone;
}

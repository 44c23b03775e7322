#include "server/ops/option_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "server/ops/environment_name.h"
#include "server/ops/ice_servers.h"
#include "server/ops/origin.h"

namespace visavis::ops {
namespace {

constexpr std::size_t kMetricsTokenCharsMin = 16;
constexpr std::size_t kRelaySecretBytesMin = 16;
constexpr std::size_t kRelayRealmBytesMax = 32;
constexpr std::size_t kRelayUserBytesMax = 508;  // RFC 8489 section 14.3

template <typename Number>
std::optional<Number> parse_number(std::string_view text, Number min, Number max) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (number < min || number > max) return std::nullopt;
  return number;
}

// Or what is wrong with it.
Result<ListenAddress, std::string> parse_listen(const std::string& value) {
  const std::size_t colon = value.rfind(':');
  // Without brackets an IPv6 address would swallow its port.
  const bool bare_v6 = value.find(':') != colon && value.front() != '[';
  if (colon == std::string::npos || bare_v6) return Failure<std::string>{"has no port"};
  const auto address = IpAddress::parse(std::string_view(value).substr(0, colon));
  if (!address) return Failure<std::string>{"has no IP address before the port"};
  const auto port =
      parse_number<std::uint16_t>(std::string_view(value).substr(colon + 1), 0, 65'535);
  if (!port) return Failure<std::string>{"has no port from 0 to 65535"};
  return ListenAddress{*address, *port};
}

std::string apply_listen(Config& config, const std::string& value) {
  const auto listen = parse_listen(value);
  if (!listen) return listen.error();
  config.listen.push_back(*listen);
  return {};
}

// A relative path could not be told from an address that lacks its port.
std::string apply_metrics_listen(Config& config, const std::string& value) {
  if (value.starts_with('/')) {
    config.metrics_listen = {.path = value, .listen = {}};
    return {};
  }
  const auto listen = parse_listen(value);
  if (!listen) return listen.error();
  config.metrics_listen = {.path = {}, .listen = *listen};
  return {};
}

std::string apply_public_url(Config& config, const std::string& value) {
  const auto origin = parse_origin(value);
  if (!origin) return "is not such a URL";
  config.public_url = origin->text;
  return {};
}

std::string apply_allowed_origin(Config& config, const std::string& value) {
  const auto origin = parse_origin(value);
  if (!origin) return "is not an origin";
  config.allowed_origins.push_back(origin->text);
  return {};
}

std::string apply_allowed_host(Config& config, const std::string& value) {
  if (const auto address = IpAddress::parse(value)) {
    config.allowed_hosts.push_back(address->to_string());
    return {};
  }
  const std::string url = "http://" + value;
  const auto origin = parse_origin(url);
  // A wildcard is a certificate's; here it would match nothing.
  const bool wildcard = value.find('*') != std::string::npos;
  const bool bare =
      origin && !wildcard && origin->text == "http://" + origin->host && !url.ends_with('/');
  if (!bare) return "is neither a name nor an address";
  config.allowed_hosts.push_back(origin->host);
  return {};
}

std::string apply_trusted_proxy(Config& config, const std::string& value) {
  const auto network = IpNetwork::parse(value);
  if (!network) return "is not a network";
  config.trusted_proxies.push_back(*network);
  return {};
}

std::string apply_ice_server(Config& config, const std::string& value) {
  const auto json = ice_server_json(value);
  if (!json) return json.error();
  config.ice_servers.push_back(value);
  return {};
}

std::string apply_relay(Config& config, const std::string& value) {
  constexpr std::array<std::string_view, 3> kNames = {"closed", "open", "off"};
  const auto found = std::find(kNames.begin(), kNames.end(), value);
  if (found == kNames.end()) return "is not a mode";
  config.relay.mode = static_cast<RelayMode>(found - kNames.begin());
  return {};
}

std::string apply_relay_url(Config& config, const std::string& value) {
  const auto url = own_server_url(value);
  if (!url) return url.error();
  config.relay.urls.push_back(*url);
  return {};
}

bool is_printable_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

std::string apply_relay_realm(Config& config, const std::string& value) {
  const bool quotable = value.find_first_of("\"\\") == std::string::npos;
  if (value.size() > kRelayRealmBytesMax || !is_printable_ascii(value) || !quotable) {
    return "is not a realm";
  }
  config.relay.realm = value;
  return {};
}

std::string apply_relay_user(Config& config, const std::string& value) {
  const std::size_t colon = value.find(':');
  if (colon == std::string::npos) return "has no colon between name and password";
  RelayUser user{value.substr(0, colon), value.substr(colon + 1)};
  if (user.name.empty() || user.password.empty()) return "lacks its name or its password";
  if (user.name.size() > kRelayUserBytesMax) return "has too long a name";
  const auto same_name = [&user](const RelayUser& other) { return other.name == user.name; };
  if (std::ranges::any_of(config.relay.users, same_name)) return "has a name that is taken already";
  config.relay.users.push_back(std::move(user));
  return {};
}

std::string apply_relay_secret(Config& config, const std::string& value) {
  if (value.size() < kRelaySecretBytesMin) return "is too short to be a secret";
  config.relay.secret = value;
  return {};
}

std::string apply_relay_allow(Config& config, const std::string& value) {
  const auto network = IpNetwork::parse(value);
  if (!network) return "is not a network";
  config.relay.allow.push_back(*network);
  return {};
}

std::string apply_external_ip(Config& config, const std::string& value) {
  const auto address = IpAddress::parse(value);
  if (!address) return "is not an IP address";
  if (*address == IpAddress() || *address == IpAddress::v4({0, 0, 0, 0})) {
    return "is no address that anybody could send to";
  }
  const auto same_family = [&address](const IpAddress& other) {
    return other.is_v4() == address->is_v4();
  };
  if (std::ranges::any_of(config.relay.external_ips, same_family)) {
    return "is a second one of its family";
  }
  config.relay.external_ips.push_back(*address);
  return {};
}

std::string apply_threads(Config& config, const std::string& value) {
  const auto threads = parse_number<unsigned>(value, 1, kThreadsMax);
  if (!threads) return "is not such a number";
  config.threads = *threads;
  return {};
}

std::string apply_log_level(Config& config, const std::string& value) {
  constexpr std::array<std::string_view, 6> kNames = {"trace", "debug", "info",
                                                      "warn",  "error", "off"};
  const auto found = std::find(kNames.begin(), kNames.end(), value);
  if (found == kNames.end()) return "is not a level";
  config.log_level = static_cast<LogLevel>(found - kNames.begin());
  return {};
}

std::string apply_log_format(Config& config, const std::string& value) {
  if (value != "text" && value != "json") return "is not a format";
  config.log_format = value == "json" ? LogFormat::kJson : LogFormat::kText;
  return {};
}

std::string apply_metrics_token(Config& config, const std::string& value) {
  // What RFC 6750 section 2.1 lets a bearer token consist of.
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-._~+/=").find(c) != std::string_view::npos;
  };
  if (value.size() < kMetricsTokenCharsMin) return "is too short to be a secret";
  if (!std::all_of(value.begin(), value.end(), allowed))
    return "has characters that a token cannot have";
  config.metrics_token = value;
  return {};
}

template <auto kMember>
std::string apply_path(Config& config, const std::string& value) {
  config.*kMember = value;
  return {};
}

template <auto kMember>
std::string apply_switch(Config& config, const std::string& value) {
  const bool on = value == "true" || value == "1";
  if (!on && value != "false" && value != "0") return "is neither";
  config.*kMember = on;
  return {};
}

constexpr auto kSwitchTakes = "true or false";

constexpr auto kOptions = std::to_array<Option>({
    {"config", OptionKind::kPath, false, false, "FILE", "the name of a TOML file",
     "Read options from this TOML file.", "", nullptr},
    {"listen", OptionKind::kText, true, false, "ADDR:PORT",
     "ADDRESS:PORT, for example 127.0.0.1:8080, 0.0.0.0:443 or [::]:443",
     "Listen here. Port 0 takes a free port.", "127.0.0.1:8080", apply_listen},
    {"tls-cert", OptionKind::kPath, false, false, "FILE",
     "the name of a PEM file with a certificate and its chain",
     "Serve HTTPS with this certificate (PEM, chain included).", "", apply_path<&Config::tls_cert>},
    {"tls-key", OptionKind::kPath, false, false, "FILE",
     "the name of a PEM file with a private key", "The certificate's private key (PEM).", "",
     apply_path<&Config::tls_key>},
    {"tls-self-signed", OptionKind::kSwitch, false, false, "", kSwitchTakes,
     "Serve HTTPS with a certificate made and kept in the data directory.", "",
     apply_switch<&Config::tls_self_signed>},
    {"public-url", OptionKind::kText, false, false, "URL",
     "http:// or https:// with a host and perhaps a port, but no path, "
     "for example https://call.example.org",
     "Where people reach this server, if not where it listens.", "", apply_public_url},
    {"trusted-proxy", OptionKind::kText, true, false, "CIDR",
     "an address or a network in CIDR notation, for example 10.0.0.0/8 or ::1",
     "Believe the forwarded address and scheme of proxies in this network.", "",
     apply_trusted_proxy},
    {"allowed-origin", OptionKind::kText, true, false, "ORIGIN",
     "http:// or https:// with a host and perhaps a port, for example https://www.example.org",
     "Let web pages of this origin connect too.", "", apply_allowed_origin},
    {"allowed-host", OptionKind::kText, true, false, "NAME",
     "a host name or an IP address without a port, for example call.example.org",
     "Answer under this name too. Those of --public-url and of the certificate are known.", "",
     apply_allowed_host},
    {"ice-server", OptionKind::kText, true, true, "URL", kIceServerForm,
     "A STUN or TURN server for the browsers: stun:HOST[:PORT] or "
     "\"turn:HOST[:PORT][?transport=udp|tcp];username=NAME;credential=SECRET\".",
     "", apply_ice_server},
    {"relay", OptionKind::kText, false, false, "MODE", "closed, open or off",
     "What the TURN relay is for: closed, the calls of this server; open, other applications as "
     "well; off, nothing.",
     "closed", apply_relay},
    {"relay-url", OptionKind::kText, true, false, "URL", kOwnServerForm,
     "Where browsers find this server's STUN and TURN, if not where they reach its pages: "
     "stun:HOST[:PORT], turn:HOST[:PORT][?transport=udp|tcp], turns:HOST[:PORT].",
     "", apply_relay_url},
    {"relay-realm", OptionKind::kText, false, false, "REALM",
     "1 to 32 printable ASCII characters other than \" and \\", "The realm of TURN credentials.",
     "visavis", apply_relay_realm},
    {"relay-user", OptionKind::kText, true, true, "NAME:PASSWORD", "NAME:PASSWORD",
     "A user of an open relay.", "", apply_relay_user},
    {"relay-secret", OptionKind::kText, false, true, "SECRET", "16 or more characters",
     "The secret by which others make ephemeral credentials for an open relay (coturn's "
     "static-auth-secret).",
     "", apply_relay_secret},
    {"relay-allow", OptionKind::kText, true, false, "CIDR",
     "an address or a network in CIDR notation, for example 10.0.0.0/8 or fd00::/8",
     "Let an open relay send to this network, which it would refuse otherwise.", "",
     apply_relay_allow},
    {"external-ip", OptionKind::kText, true, false, "IP",
     "an IPv4 and an IPv6 address at most, one each",
     "The address at which peers reach an open relay, if not the one it listens on.", "",
     apply_external_ip},
    {"data-dir", OptionKind::kPath, false, false, "DIR", "the name of a directory",
     "Keep the server's keys here.",
     "$STATE_DIRECTORY, else $XDG_DATA_HOME/visavis, else ~/.local/share/visavis",
     apply_path<&Config::data_dir>},
    {"threads", OptionKind::kNumber, false, false, "N", "a whole number from 1 to 256",
     "Event loops.", "the CPUs this process may use", apply_threads},
    {"log-level", OptionKind::kText, false, false, "LEVEL",
     "trace, debug, info, warn, error or off",
     "Log this and worse: trace, debug, info, warn, error, off.", "info", apply_log_level},
    {"log-format", OptionKind::kText, false, false, "FORMAT", "text or json",
     "How log lines are written: text or json.", "text", apply_log_format},
    {"log-personal-data", OptionKind::kSwitch, false, false, "", kSwitchTakes,
     "Write people's names and addresses into the log.", "",
     apply_switch<&Config::log_personal_data>},
    {"metrics-listen", OptionKind::kText, false, false, "WHERE",
     "ADDRESS:PORT or the whole path of a Unix socket, for example 127.0.0.1:9464 or "
     "/run/visavis/metrics.sock",
     "Answer /metrics here, to whoever can connect: at ADDR:PORT, or at a Unix socket.", "",
     apply_metrics_listen},
    {"metrics-token", OptionKind::kText, false, true, "TOKEN",
     "16 or more letters, digits and -._~+/=",
     "Answer /metrics where people connect, too, to whoever brings this bearer token.", "",
     apply_metrics_token},
});

// One option in --help: the meaning starts in its own column, below the flag where that is too
// long.
std::string help_lines(std::string_view left, std::string_view meaning, std::string_view fallback) {
  constexpr std::size_t kColumn = 30;
  constexpr std::size_t kWidth = 100;
  std::string text = fmt::format("  {}", left);
  std::string words(meaning);
  if (!fallback.empty()) words += fmt::format(" (default {})", fallback);
  std::size_t column = text.size();
  if (column >= kColumn) text += '\n', column = 0;
  text.append(kColumn - column, ' ');
  column = kColumn;
  for (std::string_view rest = words; !rest.empty();) {
    const auto word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    if (column > kColumn && column + 1 + word.size() > kWidth) {
      text += '\n';
      text.append(kColumn, ' ');
      column = kColumn;
    }
    if (column > kColumn) text += ' ', ++column;
    text += word;
    column += word.size();
  }
  return text + '\n';
}

}  // namespace

std::string Option::flag() const { return fmt::format("--{}", name); }

std::string Option::toml_key() const {
  std::string key(name);
  std::replace(key.begin(), key.end(), '-', '_');
  return key;
}

std::string Option::variable() const { return environment_name("", toml_key()); }

std::span<const Option> options() { return kOptions; }

const Option* find_option(std::string_view toml_key) {
  const auto found =
      std::find_if(kOptions.begin(), kOptions.end(),
                   [toml_key](const Option& option) { return option.toml_key() == toml_key; });
  return found == kOptions.end() ? nullptr : &*found;
}

std::string help_text() {
  std::string text =
      "Vis-à-vis: video calls from browser to browser, through your own server.\n\n"
      "Usage:\n"
      "  visavis serve [OPTION]...     run the server\n"
      "  visavis check [URL]           look at a server and tell what is wrong; check --help\n"
      "  visavis --version | --help\n\n"
      "Options of serve:\n";
  for (const Option& option : options()) {
    const std::string left = option.placeholder.empty()
                                 ? option.flag()
                                 : fmt::format("{} {}", option.flag(), option.placeholder);
    const std::string meaning =
        fmt::format("{}{}", option.meaning, option.repeatable ? " May be repeated." : "");
    text += help_lines(left, meaning, option.default_text);
  }
  text +=
      "\nEvery option is also a key of the TOML file (with _ for -, arrays for what may be "
      "repeated)\n"
      "and a VISAVIS_… variable (VISAVIS_LISTEN=ADDR:PORT,ADDR:PORT). Flags win over variables,\n"
      "variables over the file. Limits are keys under [limits] in the file, or VISAVIS_LIMITS_….\n"
      "Secrets are better in the file or the environment: flags can be seen by other users.\n";
  return text;
}

}  // namespace visavis::ops

// The configuration of one server: flags over environment over file over defaults. One struct, read
// once at start, immutable afterwards.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/ip_address.h"
#include "core/base/result.h"
#include "core/signaling/model/limits.h"
#include "core/turn/limits.h"
#include "server/net/limits.h"

namespace visavis::ops {

struct ListenAddress {
  IpAddress address;
  std::uint16_t port = 0;  // 0: any free port, printed in the ready line
};

enum class LogLevel : std::uint8_t { kTrace, kDebug, kInfo, kWarn, kError, kOff };
enum class LogFormat : std::uint8_t { kText, kJson };

using NetLimits = net::Limits;  // under [limits], like signaling::Limits and turn::Limits

enum class RelayMode : std::uint8_t {
  kClosed,  // between participants of one call of ours
  kOpen,    // a full TURN server
  kOff,     // answers STUN only
};

struct RelayUser {
  std::string name;
  std::string password;
};

struct RelayConfig {
  RelayMode mode = RelayMode::kClosed;
  std::string realm = "visavis";
  std::vector<std::string> urls;  // stun:, turn:, turns:; empty: where each client reached us
  // Open mode only.
  std::vector<RelayUser> users;
  std::string secret;                   // shared with who makes ephemeral credentials; may be empty
  std::vector<IpNetwork> allow;         // peers in them are allowed, whatever they are
  std::vector<IpAddress> external_ips;  // of this server as peers see it; one per family at most
};

// Where the operator alone reads what is not for everybody.
struct MetricsListen {
  std::filesystem::path path;           // of a Unix socket
  std::optional<ListenAddress> listen;  // or this; neither: nowhere
  explicit operator bool() const { return !path.empty() || listen; }
};

struct Config {
  std::vector<ListenAddress> listen;  // never empty after loading
  std::filesystem::path tls_cert;     // both or neither
  std::filesystem::path tls_key;
  bool tls_self_signed = false;
  std::string public_url;
  std::vector<IpNetwork> trusted_proxies;
  std::vector<std::string> allowed_origins;
  std::vector<std::string> allowed_hosts;  // names and addresses, without port
  std::vector<std::string> ice_servers;    // URLs, or URL with ;username=…;credential=…
  RelayConfig relay;
  std::filesystem::path data_dir;
  unsigned threads = 1;  // I/O loops; the default is the number of cores this process may use
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kText;
  bool log_personal_data = false;  // names and addresses in logs
  MetricsListen metrics_listen;    // a listener for /metrics alone
  std::string metrics_token;       // bearer token for /metrics where people connect; empty: none
  NetLimits net_limits;
  signaling::Limits signaling_limits;
  turn::Limits relay_limits;

  bool has_tls() const { return tls_self_signed || !tls_cert.empty(); }
};

struct ShowAndExit {  // --help, --version
  std::string text;
};
struct ConfigError {
  std::string message;  // one sentence for the operator, naming the option and what it takes
  LogFormat log_format = LogFormat::kText;  // in which it is to be told, as far as that is known
};

// Reads the command line (`visavis serve …`), VISAVIS_… variables and the TOML file of --config.
// `environment` is looked up by name, so that tests need not change the process's own.
using Environment = const char* (*)(const char* name);
Result<std::variant<Config, ShowAndExit>, ConfigError> load_config(int argc,
                                                                   const char* const* argv,
                                                                   Environment environment);

}  // namespace visavis::ops

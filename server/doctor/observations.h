// What the probes saw: plain values, without a judgement. diagnosis.h makes findings of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/base/transport_address.h"
#include "server/doctor/target.h"

namespace visavis::doctor {

// How an attempt to reach something ended.
enum class Reach : std::uint8_t {
  kReached,
  kRefused,   // somebody answered that nothing listens there
  kTimedOut,  // nobody answered
  kNoRoute,   // this machine has no way there, such as no IPv6
  kFailed,
};

struct DnsSeen {
  bool is_address = false;  // there was nothing to look up
  std::vector<IpAddress> v4{};
  std::vector<IpAddress> v6{};
  std::string error{};
};

struct ConnectionSeen {
  IpAddress address{};
  Reach reach = Reach::kFailed;
  std::string error{};
};

struct CertificateSeen {
  std::string handshake_error{};  // not empty: there was no TLS, and nothing below is known
  std::string version{};          // TLSv1.3
  std::vector<std::string> names{};
  bool name_matches = false;
  bool is_self_signed = false;
  bool has_expired = false;
  bool is_not_yet_valid = false;
  bool chain_incomplete = false;  // an issuer is missing
  std::string missing_issuer{};   // and that is its name
  std::string trust_error{};      // empty: trusted here; names and dates do not matter
  std::int64_t days_left = 0;
  std::string issuer{};
  bool stapled = false;
  bool must_staple = false;
  bool revoked = false;        // says the staple
  std::string staple_error{};  // not empty: browsers do not believe it
};

struct HttpSeen {
  std::string error{};            // not empty: there was no answer
  Reach reach = Reach::kReached;  // of the connection
  int status = 0;
  std::string server{};
  std::string location{};
  std::string content_type{};
  std::string error_code{};                     // of our own errors, which are JSON
  std::string body{};                           // the beginning
  std::optional<std::int64_t> clock_ahead_s{};  // of the answer's Date, as seen from here

  bool answered() const { return error.empty(); }
};

// One RTCIceServer's URL with what goes with it.
struct IceServer {
  std::string url{};
  std::string username{};
  std::string credential{};
};

// POST /api/check.
struct CheckSeen {
  HttpSeen http{};
  bool understood = false;  // the server has it and answered as it should
  std::string error_message{};
  std::vector<IceServer> ice_servers{};
  bool relay = false;  // there are credentials
  std::vector<std::string> relay_urls{};
  // How the request arrived.
  std::string address{};
  std::string host{};
  bool secure = false;
  bool forwarded = false;
  bool proxy_trusted = false;

  bool refused_code() const {
    return http.error_code.starts_with("check_code") || http.status == 429;
  }
};

struct WebSocketSeen {
  bool opened = false;
  std::string error{};  // why not, or how it ended
  int status = 0;
  std::string server{};
  std::string error_code{};
  std::string body{};  // the beginning
  // After it was opened.
  std::optional<Duration> pong_after{};
  std::optional<Duration> ended_after{};  // of the silence; empty: it held
  Duration held{};                        // how long it was to hold
  bool ended_orderly = false;             // with a close frame
  bool said_hello = false;
  std::string hello_error{};
};

struct StunSeen {
  std::string url{};
  TransportAddress server{};
  // Inside a network that a server on the Internet has no business to send us into: not tried.
  bool is_inside = false;
  Reach reach = Reach::kFailed;
  std::string error{};
  TransportAddress local{};
  TransportAddress mapped{};
  Duration took{};
};

enum class TurnStage : std::uint8_t {
  kResolve,
  kConnect,
  kTls,
  kChallenge,   // an Allocate without credentials
  kAllocate,    // two of them
  kPermission,  // and a channel, on each side
  kData,
  kDone,
};

struct Throughput {
  Duration lasted{};
  double sent_bits_per_second = 0;
  double received_bits_per_second = 0;
  double lost = 0;  // 0 to 1
  Duration round_trip{};
};

struct TurnSeen {
  std::string url{};
  bool has_credentials = false;
  TransportAddress server{};
  bool is_inside = false;  // likewise
  std::optional<TransportAddress> relayed{};
  TurnStage failed_at = TurnStage::kDone;  // kDone: nothing failed
  Reach reach = Reach::kReached;           // of kConnect
  std::string error{};
  int error_code = 0;  // of an answer
  bool is_ours = true;
  std::optional<Throughput> throughput{};
};

// What the running server tells through its control socket, and what its machine looks like.
struct HostSeen {
  std::string
      control_error{};  // not empty: there was no answer, and nothing of the server is known
  std::string version{};
  std::string own_version{};
  bool tls = false;
  std::string relay_mode{};
  std::string public_url{};
  std::size_t trusted_proxies = 0;
  // Since the start: requests with forwarded headers that nobody believes, and pages of other
  // origins that were refused.
  std::uint64_t forwarded_untrusted = 0;
  std::uint64_t origins_refused = 0;
  // Of the file that it would read now, if it has one.
  std::optional<std::int64_t> certificate_file_days_left{};
  std::uint64_t open_files_max = 0;
  std::uint64_t connections_max = 0;
  std::uint64_t udp_buffer_bytes = 0;
  std::uint64_t udp_buffer_bytes_wanted = 0;
  std::string data_dir{};
  std::string data_dir_error{};
  bool data_dir_open_to_others = false;
  std::vector<std::string> keys_open_to_others{};
  std::uint64_t data_dir_free_bytes = 0;
};

struct Observations {
  Target target{};
  bool local = false;  // by way of the control socket
  bool has_code = false;
  bool code_withheld = false;  // whoever answers has not shown to be the server
  bool cut_short = false;      // not all that it names was tried
  bool slow = false;
  DnsSeen dns{};
  std::vector<ConnectionSeen> connections{};
  std::optional<CertificateSeen> certificate{};  // https only
  std::optional<HttpSeen> plain{};               // http:// of an https:// target
  bool plain_on_same_port = false;
  std::optional<HttpSeen> health{};
  std::optional<HttpSeen> health_below_path{};  // where the target has a path
  std::optional<HttpSeen> page{};
  std::optional<CheckSeen> check{};
  std::optional<IpAddress> own_address{};  // of the connection that `check` used
  std::optional<WebSocketSeen> websocket{};
  std::vector<StunSeen> stun{};
  std::vector<TurnSeen> turn{};
  std::vector<IpAddress> first_hops{};  // where a NAT is on the way: routers, the nearest first
  std::optional<HostSeen> host{};
};

}  // namespace visavis::doctor

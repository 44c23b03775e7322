#include "server/ops/ice_servers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <boost/url.hpp>
#include <map>

namespace visavis::ops {
namespace {

namespace json = boost::json;
namespace urls = boost::urls;
using Text = Result<std::string, std::string>;

struct IceUrl {
  bool turn = false;
};

// scheme ":" host [ ":" port ] [ "?transport=" ("udp" / "tcp") ], RFC 7064 and RFC 7065. No generic
// URI parser reads the host and port of such a URL, which has no "//": the authority is parsed by
// itself.
Result<IceUrl, std::string> check_url(std::string_view url) {
  const std::size_t colon = url.find(':');
  const auto scheme = url.substr(0, colon);
  const bool turn = scheme == "turn" || scheme == "turns";
  if (colon == std::string_view::npos || (!turn && scheme != "stun" && scheme != "stuns")) {
    return Failure{std::string("does not start with stun:, stuns:, turn: or turns:")};
  }
  std::string_view rest = url.substr(colon + 1);
  const std::size_t question = rest.find('?');
  if (question != std::string_view::npos) {
    const auto query = rest.substr(question + 1);
    if (!turn || (query != "transport=udp" && query != "transport=tcp")) {
      return Failure{std::string("has a query other than a TURN URL's ?transport=udp or =tcp")};
    }
    rest = rest.substr(0, question);
  }
  const auto authority = urls::parse_authority(rest);
  if (!authority || authority->has_userinfo() || authority->encoded_host().empty() ||
      (authority->has_port() && authority->port_number() == 0)) {
    return Failure{std::string("has no host, or a port that is none")};
  }
  return IceUrl{turn};
}

// A user name or secret may hold `;`, `,` and `%` percent-encoded (RFC 3986 section 2.1).
std::optional<std::string> decode(std::string_view text) {
  const auto decoded = urls::make_pct_string_view(text);
  if (!decoded) return std::nullopt;
  return decoded->decode();
}

using Parameters = std::map<std::string, std::string, std::less<>>;

Result<Parameters, std::string> parse_parameters(std::string_view text) {
  Parameters parameters;
  while (!text.empty()) {
    text.remove_prefix(1);  // the semicolon
    const auto part = text.substr(0, text.find(';'));
    text.remove_prefix(part.size());
    const std::size_t equals = part.find('=');
    const auto key = part.substr(0, equals);
    if (equals == std::string_view::npos || (key != "username" && key != "credential")) {
      return Failure{
          std::string("has something other than ;username=… and ;credential=… after its URL")};
    }
    const auto value = decode(part.substr(equals + 1));
    if (!value) {
      return Failure{fmt::format("has a % in its {} that starts no escape (write it as %25)", key)};
    }
    if (!parameters.emplace(key, *value).second) return Failure{fmt::format("has two {}s", key)};
  }
  return parameters;
}

Result<json::object, std::string> parse_entry(std::string_view entry) {
  const auto url = entry.substr(0, entry.find(';'));
  const auto checked = check_url(url);
  if (!checked) return Failure{checked.error()};
  const auto parameters = parse_parameters(entry.substr(url.size()));
  if (!parameters) return Failure{parameters.error()};
  // RTCPeerConnection throws when a TURN server comes without both, and a STUN server has no use
  // for them.
  const std::size_t needed = checked->turn ? 2 : 0;
  if (parameters->size() != needed) {
    return Failure{std::string(checked->turn ? "lacks its username or its credential"
                                             : "is a STUN server, which takes no username")};
  }
  json::object server;
  server["urls"] = json::array{json::string(url)};
  for (const auto& [key, value] : *parameters) server[key] = value;
  return server;
}

}  // namespace

Text own_server_url(std::string_view url) {
  if (url.find(';') != url.npos) {
    return Failure{std::string("has something after its URL; this server makes its credentials")};
  }
  if (const auto checked = check_url(url); !checked) return Failure{checked.error()};
  if (url.starts_with("stuns:")) {
    return Failure{std::string("does not start with stun:, turn: or turns:")};
  }
  if (url.starts_with("turns:") && url.ends_with("?transport=udp")) {
    return Failure{std::string("is TLS over UDP, which this server does not speak")};
  }
  return std::string(url);
}

OwnServerUrls own_server_urls(const std::vector<std::string>& urls) {
  OwnServerUrls own;
  const auto add_stun = [&own](std::string url) {
    if (std::ranges::find(own.stun, url) == own.stun.end()) own.stun.push_back(std::move(url));
  };
  for (const std::string& url : urls) {
    if (url.starts_with("stun:")) {
      add_stun(url);
      continue;
    }
    own.turn.push_back(url);
    if (url.starts_with("turn:") && !url.ends_with("?transport=tcp")) {
      add_stun("stun:" + url.substr(5, url.find('?') - 5));
    }
  }
  return own;
}

Text ice_server_json(std::string_view entry) {
  const auto server = parse_entry(entry);
  if (!server) return Failure{server.error()};
  return json::serialize(*server);
}

std::string ice_servers_json(const std::vector<std::string>& entries) {
  json::array servers;
  for (const std::string& entry : entries) {
    if (const auto server = parse_entry(entry)) servers.push_back(*server);
  }
  return json::serialize(servers);
}

}  // namespace visavis::ops

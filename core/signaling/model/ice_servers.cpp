#include "core/signaling/model/ice_servers.h"

#include "core/base/ip_address.h"
#include "core/signaling/model/json_writer.h"

namespace visavis::signaling {
namespace {

bool has_own_urls(const RelayOffer& options) {
  return !options.stun_urls.empty() || !options.turn_urls.empty();
}

// A certificate is for a name: no browser takes one for an address, and Firefox does not even try.
bool is_reached_by_name(const Reached& reached) {
  const auto host = std::string_view(reached.at).substr(0, reached.at.rfind(':'));
  return !IpAddress::parse(host).has_value();
}

std::vector<std::string> stun_urls(const RelayOffer& options, const Reached& reached) {
  if (has_own_urls(options)) return options.stun_urls;
  if (reached.at.empty()) return {};
  return {"stun:" + reached.at};
}

std::vector<std::string> turn_urls(const RelayOffer& options, const Reached& reached) {
  if (has_own_urls(options)) return options.turn_urls;
  if (reached.at.empty()) return {};
  std::vector<std::string> urls = {"turn:" + reached.at + "?transport=udp",
                                   "turn:" + reached.at + "?transport=tcp"};
  if (options.offer_turns && reached.over_tls && is_reached_by_name(reached)) {
    urls.push_back("turns:" + reached.at + "?transport=tcp");
  }
  return urls;
}

void write_server(JsonWriter& json, const std::vector<std::string>& urls,
                  const RelayCredential* credential) {
  if (urls.empty()) return;
  json.begin_object().key("urls").begin_array();
  for (const std::string& url : urls) json.string(url);
  json.end_array();
  if (credential != nullptr) {
    json.key("username").string(credential->username);
    json.key("credential").string(credential->credential);
  }
  json.end_object();
}

}  // namespace

std::vector<std::string> own_turn_urls(const RelayOffer& options, const Reached& reached) {
  if (!options.issue_credential) return {};
  return turn_urls(options, reached);
}

bool has_own_relay(const RelayOffer& options, const Reached& reached) {
  return !own_turn_urls(options, reached).empty();
}

std::string ice_servers_json(const RelayOffer& options, const Reached& reached,
                             const RelayCredential* credential, std::string_view others_json) {
  std::string text;
  JsonWriter json(text);
  json.begin_array();
  write_server(json, stun_urls(options, reached), nullptr);
  if (credential != nullptr) write_server(json, turn_urls(options, reached), credential);
  const std::string_view others = others_json.substr(1, others_json.size() - 2);  // no brackets
  if (!others.empty()) json.raw(others);
  json.end_array();
  return text;
}

}  // namespace visavis::signaling

#include "server/services/check_service.h"

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "core/base/base64url.h"
#include "core/signaling/model/json_writer.h"
#include "core/turn/check_budgets.h"
#include "server/net/reached_at.h"

namespace visavis::services {
namespace {

namespace json = boost::json;

using ParticipantId = RandomId<struct CheckParticipantTag, 12>;

// The code that the body names; empty where it names none. Nothing for what is no such body.
std::optional<std::string> code_in(std::string_view body) {
  if (body.empty()) return std::string();
  boost::system::error_code error;
  const json::value value = json::parse(body, error);
  if (error || !value.is_object()) return std::nullopt;
  const json::value* code = value.as_object().if_contains("code");
  if (code == nullptr || code->is_null()) return std::string();
  if (!code->is_string()) return std::nullopt;
  return std::string(code->as_string());
}

signaling::Reached reached(const net::HttpRequest& request) {
  return {.at = net::reached_at(request), .over_tls = request.secure && !request.forwarded};
}

// A Host field may have any bytes, JSON only those of UTF-8.
std::string in_ascii(std::string text) {
  std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) > 0x7E; }, '?');
  return text;
}

// How the request looked when it came here: what a proxy between did to it shows in that.
void write_seen(signaling::JsonWriter& json, const net::HttpRequest& request) {
  json.key("seen").begin_object();
  json.key("address").string(request.client.to_string());
  json.key("host").string(in_ascii(request.host));
  json.key("secure").boolean(request.secure);
  json.key("forwarded").boolean(request.forwarded);
  json.key("proxy_trusted").boolean(request.proxy_trusted);
  json.end_object();
}

std::uint64_t milliseconds_of(Duration duration) {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<milliseconds>(duration).count());
}

}  // namespace

CheckService::CheckService(CheckOptions options, Random& random)
    : options_(std::move(options)), random_(random), codes_(options_.identity_keys) {}

CheckService::Issued CheckService::issue(Duration lifetime, WallTime now) {
  const Duration longest = options_.limits.check_code_lifetime;
  if (lifetime <= Duration::zero() || lifetime > longest) lifetime = longest;
  const CheckCode code{.id = make_random_id<CheckCodeId>(random_),
                       .expires = now + std::chrono::duration_cast<milliseconds>(lifetime)};
  return {.code = codes_.sign(code), .expires = code.expires};
}

net::HttpResponse CheckService::answer(const net::HttpRequest& request, WallTime now) {
  if (request.method != "POST") {
    auto response =
        net::http_error(405, "method_not_allowed", "A connection check is begun with POST.");
    response.headers.emplace_back("Allow", "POST");
    return response;
  }
  const auto text = code_in(request.body);
  if (!text) {
    return net::http_error(400, "bad_request",
                           "The body is a JSON object, with the check code as \"code\" if you have "
                           "one.");
  }
  if (text->empty()) return check_with(nullptr, request, now);
  const auto code = codes_.open(*text);
  if (!code) {
    return net::http_error(
        403, "check_code_invalid",
        "This check code is not one of this server. Copy the whole of it, or ask "
        "the operator for a new one (visavis check --issue).");
  }
  if (code->expires <= now) {
    return net::http_error(403, "check_code_expired",
                           "This check code has expired. Ask the operator for a new one (visavis "
                           "check --issue).");
  }
  return check_with(&*code, request, now);
}

// Too little is left for a whole check: half of one would look like a bad network.
bool CheckService::is_used_up(const std::string& call) const {
  constexpr std::uint64_t kBytesOfCheck = 7'000'000;
  const std::uint64_t needed =
      std::min<std::uint64_t>(kBytesOfCheck, options_.limits.check_bytes_per_code_max / 5 * 2);
  return bytes_left_ && bytes_left_(call) < needed;
}

net::HttpResponse CheckService::check_with(const CheckCode* code, const net::HttpRequest& request,
                                           WallTime now) {
  const auto not_now = [](std::string_view error, std::string_view sentence,
                          const char* retry_after) {
    auto response = net::http_error(429, error, sentence);
    response.headers.emplace_back("Retry-After", retry_after);
    return response;
  };
  if (options_.charge && !options_.charge(request.client)) {
    return not_now("rate_limited",
                   "Too many requests from your network. Wait a moment and try again.", "1");
  }
  const signaling::Reached at = reached(request);
  std::optional<signaling::RelayCredential> credential;
  Duration lifetime = kCredentialLifetime;
  if (code != nullptr && signaling::has_own_relay(options_.relay, at)) {
    const std::string call = std::string(turn::kCheckCallPrefix) + to_text(code->id);
    if (is_used_up(call)) {
      return net::http_error(403, "check_code_used_up",
                             "What may be relayed with this check code has been. Ask the operator "
                             "for a new one (visavis check --issue).");
    }
    if (!take_use(code->id, now)) {
      // Not the doing of whoever asks now.
      return not_now(
          "check_code_busy",
          "This check code is in use by as many checks as it may be. Try again in a few minutes.",
          "60");
    }
    lifetime = std::min<Duration>(lifetime, code->expires - now);
    credential =
        options_.relay.issue_credential(call, to_text(make_random_id<ParticipantId>(random_)),
                                        std::max<Duration>(lifetime, seconds(1)));
  }
  net::HttpResponse response;
  response.content_type = "application/json";
  response.headers.emplace_back("Cache-Control", "no-store");
  signaling::JsonWriter json(response.body);
  json.begin_object().key("ice_servers");
  json.raw(signaling::ice_servers_json(options_.relay, at, credential ? &*credential : nullptr,
                                       code != nullptr ? options_.ice_servers_json : "[]"));
  json.key("relay").boolean(credential.has_value());
  // For those without a code, too: that somebody answers there can be seen without credentials.
  json.key("relay_urls").begin_array();
  for (const std::string& url : signaling::own_turn_urls(options_.relay, at)) json.string(url);
  json.end_array();
  json.key("expires_in_ms").number(credential ? milliseconds_of(lifetime) : 0);
  json.key("relay_bytes_max").number(credential ? options_.limits.check_bytes_per_code_max : 0);
  write_seen(json, request);
  json.end_object();
  return response;
}

bool CheckService::take_use(const CheckCodeId& id, WallTime now) {
  const std::lock_guard lock(mutex_);
  const auto ended = [now](WallTime end) { return end <= now; };
  auto it = uses_.find(id);
  if (it == uses_.end()) {
    std::erase_if(uses_, [&](const auto& entry) { return ended(entry.second.back()); });
    if (uses_.size() >= options_.limits.check_codes_max) return false;
    it = uses_.try_emplace(id).first;
  }
  std::erase_if(it->second, ended);
  if (it->second.size() >= options_.limits.check_uses_per_code_max) return false;
  it->second.push_back(now + std::chrono::duration_cast<milliseconds>(kCredentialLifetime));
  return true;
}

}  // namespace visavis::services

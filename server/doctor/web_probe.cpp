#include "server/doctor/web_probe.h"

#include <fmt/format.h>
#include <netdb.h>

#include <algorithm>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>
#include <chrono>
#include <ctime>

#include "server/net/clock.h"
#include "server/net/socket_address.h"
#include "server/ops/printable.h"
#include "server/ops/version.h"

namespace visavis::doctor {
namespace {

namespace http = boost::beast::http;
namespace json = boost::json;

constexpr std::size_t kBodyBytesMax = 1 << 20;
constexpr std::size_t kBeginningBytes = 400;

std::string text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}
// Of something that is shown, not sent.
std::string shown_text_of(const json::object& object, std::string_view key) {
  return ops::printable(text_of(object, key));
}
bool flag_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_bool() && value->as_bool();
}

std::optional<json::object> parse_object(std::string_view text) {
  boost::system::error_code error;
  json::value value = json::parse(text, error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.as_object());
}

// Of {"error":{"code","message"}}.
std::string error_member(std::string_view body, std::string_view key) {
  const auto object = parse_object(body);
  const json::value* error = object ? object->if_contains("error") : nullptr;
  return error != nullptr && error->is_object() ? shown_text_of(error->as_object(), key)
                                                : std::string();
}

std::optional<std::int64_t> parse_date(const std::string& text) {
  std::tm parts{};
  const char* end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return static_cast<std::int64_t>(::timegm(&parts));
}

IceServer ice_server(const json::object& server, std::string url) {
  return {.url = std::move(url),
          .username = text_of(server, "username"),
          .credential = text_of(server, "credential")};
}

std::vector<IceServer> ice_servers(const json::object& answer) {
  std::vector<IceServer> all;
  const json::value* list = answer.if_contains("ice_servers");
  if (list == nullptr || !list->is_array()) return all;
  for (const json::value& entry : list->as_array()) {
    if (!entry.is_object()) continue;
    const json::value* urls = entry.as_object().if_contains("urls");
    if (urls == nullptr) continue;
    if (urls->is_string()) {
      all.push_back(ice_server(entry.as_object(), std::string(urls->as_string())));
    } else if (urls->is_array()) {
      for (const json::value& url : urls->as_array()) {
        if (url.is_string()) {
          all.push_back(ice_server(entry.as_object(), std::string(url.as_string())));
        }
      }
    }
  }
  return all;
}

void read_seen(const json::object& answer, CheckSeen& seen) {
  const json::value* value = answer.if_contains("seen");
  if (value == nullptr || !value->is_object()) return;
  const json::object& how = value->as_object();
  seen.address = shown_text_of(how, "address");
  seen.host = shown_text_of(how, "host");
  seen.secure = flag_of(how, "secure");
  seen.forwarded = flag_of(how, "forwarded");
  seen.proxy_trusted = flag_of(how, "proxy_trusted");
}

}  // namespace

DnsSeen look_up(const std::string& host) {
  DnsSeen seen;
  if (const auto address = IpAddress::parse(host)) {
    seen.is_address = true;
    (address->is_v4() ? seen.v4 : seen.v6).push_back(*address);
    return seen;
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int result = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (result != 0) {
    seen.error = ::gai_strerror(result);
    return seen;
  }
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    if (entry->ai_family != AF_INET && entry->ai_family != AF_INET6) continue;
    sockaddr_storage storage{};
    std::copy_n(reinterpret_cast<const char*>(entry->ai_addr), entry->ai_addrlen,
                reinterpret_cast<char*>(&storage));
    const IpAddress address = net::to_transport_address(storage).address;
    auto& list = address.is_v4() ? seen.v4 : seen.v6;
    if (std::ranges::find(list, address) == list.end()) list.push_back(address);
  }
  ::freeaddrinfo(found);
  return seen;
}

std::vector<ConnectionSeen> try_connections(const DnsSeen& dns, std::uint16_t port) {
  std::vector<ConnectionSeen> seen;
  for (const auto* list : {&dns.v4, &dns.v6}) {
    if (list->empty()) continue;
    ConnectionSeen& one = seen.emplace_back();
    one.address = list->front();
    const auto stream = Stream::connect({one.address, port}, kConnectPatience);
    one.reach = stream ? Reach::kReached : stream.error().reach;
    if (!stream) one.error = stream.error().error;
  }
  return seen;
}

std::optional<IpAddress> reached_address(const std::vector<ConnectionSeen>& connections) {
  const auto found = std::ranges::find(connections, Reach::kReached, &ConnectionSeen::reach);
  if (found == connections.end()) return std::nullopt;
  return found->address;
}

Result<std::unique_ptr<Stream>, NotReached> open_stream(const Target& target,
                                                        const IpAddress& address) {
  auto stream = Stream::connect({address, target.port}, kConnectPatience);
  if (!stream) return Failure{stream.error()};
  if (target.secure) {
    const std::string error = (*stream)->start_tls(target.host, true, kConnectPatience);
    if (!error.empty()) return Failure{NotReached{Reach::kFailed, error}};
  }
  (*stream)->set_patience(kAnswerPatience);
  return std::move(*stream);
}

CertificateSeen try_certificate(const Target& target, const IpAddress& address) {
  auto stream = Stream::connect({address, target.port}, kConnectPatience);
  if (!stream) return {.handshake_error = stream.error().error};
  std::string error = (*stream)->start_tls(target.host, true, kConnectPatience);
  if (!error.empty()) return {.handshake_error = std::move(error)};
  return (*stream)->see_certificate(target.host);
}

Asked ask_http(const Target& target, const IpAddress& address, const Ask& ask) {
  Asked asked;
  HttpSeen& seen = asked.seen;
  auto stream = open_stream(target, address);
  if (!stream) {
    seen.error = stream.error().error;
    seen.reach = stream.error().reach;
    return asked;
  }
  asked.own_address = (*stream)->local_address().address;
  http::request<http::string_body> request(http::string_to_verb(ask.method), ask.path, 11);
  request.set(http::field::host, target.authority());
  request.set(http::field::user_agent, fmt::format("visavis-check/{}", ops::version()));
  request.set(http::field::connection, "close");
  request.set(http::field::accept, "*/*");
  if (!ask.body.empty() || ask.method == "POST") {
    request.set(http::field::content_type, "application/json");
    request.body() = ask.body;
  }
  request.prepare_payload();
  boost::system::error_code error;
  http::write(**stream, request, error);
  boost::beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(kBodyBytesMax);
  if (!error) http::read(**stream, buffer, parser, error);
  // Some end a connection without saying so.
  if (error && !(error == http::error::end_of_stream && parser.is_header_done())) {
    seen.error = error == boost::asio::error::timed_out ? "there was no answer"
                                                        : "the connection ended without an answer";
    if (error == http::error::bad_version || error == http::error::bad_status) {
      seen.error = "the answer was no HTTP";
    }
    return asked;
  }
  const auto& response = parser.get();
  seen.status = static_cast<int>(response.result_int());
  seen.server = ops::printable(std::string_view(response[http::field::server]));
  seen.location = ops::printable(std::string_view(response[http::field::location]));
  seen.content_type = ops::printable(std::string_view(response[http::field::content_type]));
  asked.body = response.body();
  seen.body = ops::printable(asked.body.substr(0, kBeginningBytes));
  seen.error_code = error_member(asked.body, "code");
  if (const auto date = parse_date(std::string(response[http::field::date]))) {
    seen.clock_ahead_s = *date - net::wall_now().time_since_epoch().count();
  }
  return asked;
}

CheckAsked ask_for_check(const Target& target, const IpAddress& address, const std::string& code) {
  json::object body;
  if (!code.empty()) body["code"] = code;
  Asked asked = ask_http(target, address,
                         {.method = "POST", .path = "/api/check", .body = json::serialize(body)});
  CheckAsked result{.seen = {}, .own_address = asked.own_address};
  CheckSeen& seen = result.seen;
  seen.http = std::move(asked.seen);
  seen.error_message = error_member(asked.body, "message");
  const auto answer = parse_object(asked.body);
  seen.understood =
      seen.http.answered() && seen.http.status == 200 && answer && answer->contains("ice_servers");
  if (!seen.understood) return result;
  seen.ice_servers = ice_servers(*answer);
  seen.relay = flag_of(*answer, "relay");
  if (const json::value* urls = answer->if_contains("relay_urls"); urls && urls->is_array()) {
    for (const json::value& url : urls->as_array()) {
      if (url.is_string()) seen.relay_urls.emplace_back(url.as_string());
    }
  }
  read_seen(*answer, seen);
  return result;
}

}  // namespace visavis::doctor

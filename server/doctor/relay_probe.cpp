#include "server/doctor/relay_probe.h"

#include <fmt/format.h>
#include <poll.h>

#include <array>
#include <boost/url.hpp>
#include <cstring>

#include "core/base/byte_order.h"
#include "server/doctor/addresses.h"
#include "server/doctor/turn_client.h"
#include "server/doctor/web_probe.h"
#include "server/net/clock.h"

namespace visavis::doctor {
namespace {

using stun::AttributeType;

// What a call of two with video sends: 3.2 Mbit/s, in packets as large as a browser's.
constexpr std::size_t kPacketBytes = 1'000;
constexpr Duration kPacketInterval = microseconds(2'500);
constexpr Duration kBurstMax = milliseconds(20);
constexpr std::uint64_t kFewPackets = 20;
constexpr Duration kLastPacket = milliseconds(700);

// The first family that there is.
std::optional<IpAddress> address_of(const std::string& host) {
  const DnsSeen dns = look_up(host);
  if (!dns.v4.empty()) return dns.v4.front();
  if (!dns.v6.empty()) return dns.v6.front();
  return std::nullopt;
}

struct Unlinked {
  TurnStage at;
  NotReached why;
};
Result<std::unique_ptr<RelayLink>, Unlinked> open_link(const RelayUrl& url,
                                                       const TransportAddress& server) {
  if (!url.tcp) {
    auto link = RelayLink::open_udp(server);
    if (!link) return Failure{Unlinked{TurnStage::kConnect, link.error()}};
    return std::move(*link);
  }
  auto stream = Stream::connect(server, kConnectPatience);
  if (!stream) return Failure{Unlinked{TurnStage::kConnect, stream.error()}};
  if (url.tls) {
    std::string error = (*stream)->start_tls(url.host, false, kConnectPatience);
    if (error.empty()) {
      // Browsers accept no other for TURN.
      const CertificateSeen seen = (*stream)->see_certificate(url.host);
      if (!seen.name_matches) error = "its certificate is not for this name";
      if (seen.has_expired) error = "its certificate has expired";
      if (!seen.trust_error.empty()) error = "its certificate is not trusted: " + seen.trust_error;
    }
    if (!error.empty()) {
      return Failure{Unlinked{TurnStage::kTls, {Reach::kFailed, std::move(error)}}};
    }
  }
  return RelayLink::over(std::move(*stream));
}

// Packets of both ends: number and time of sending.
std::vector<std::uint8_t> packet(std::uint32_t number, Instant now) {
  std::vector<std::uint8_t> bytes(kPacketBytes);
  store_u32(bytes, number);
  const std::int64_t sent = now.time_since_epoch().count();
  std::memcpy(bytes.data() + 4, &sent, sizeof sent);
  return bytes;
}
Instant sent_at(ByteView bytes) {
  std::int64_t sent = 0;
  std::memcpy(&sent, bytes.data() + 4, sizeof sent);
  return Instant(Duration(sent));
}

class Exchange {
 public:
  Exchange(TurnClient& one, TurnClient& other) : ends_{&one, &other} {}

  Throughput run(Duration length) {
    const Instant begin = net::monotonic_now();
    Instant due = begin;
    while (more_to_send(begin, length)) {
      const Instant now = net::monotonic_now();
      // Whoever was kept from sending does not make up for it with a burst, which would be lost.
      due = std::max(due, now - kBurstMax);
      for (; due <= now && more_to_send(begin, length); due += kPacketInterval) send();
      receive_until(std::min(due, now + milliseconds(20)));
    }
    const Instant sent = net::monotonic_now();
    while (received_ < sent_ && net::monotonic_now() < sent + kLastPacket) {
      receive_until(net::monotonic_now() + milliseconds(20));
    }
    Throughput seen;
    seen.lasted = sent - begin;
    const double seconds = std::max(std::chrono::duration<double>(seen.lasted).count(), 0.001);
    seen.sent_bits_per_second = static_cast<double>(sent_ * kPacketBytes * 8) / seconds;
    seen.received_bits_per_second = static_cast<double>(received_ * kPacketBytes * 8) / seconds;
    seen.lost = sent_ == 0 ? 1 : 1 - static_cast<double>(received_) / static_cast<double>(sent_);
    // One way there is half of the round trip.
    if (received_ != 0) seen.round_trip = 2 * travelled_ / static_cast<std::int64_t>(received_);
    return seen;
  }
  bool heard_anything() const { return received_ > 0; }

 private:
  bool more_to_send(Instant begin, Duration length) const {
    if (broken_) return false;
    if (length == Duration::zero()) return sent_ < 2 * kFewPackets;
    return net::monotonic_now() < begin + length;
  }
  void send() {
    for (TurnClient* end : ends_) {
      broken_ |= !end->send_data(packet(static_cast<std::uint32_t>(sent_), net::monotonic_now()));
      ++sent_;
    }
  }
  void receive_until(Instant deadline) {
    do {
      for (TurnClient* end : ends_) {
        // Its share of the time, however much there is to read.
        const Instant until = net::monotonic_now() + kBurstMax;
        while (const auto data = end->receive_data(net::monotonic_now())) {
          if (net::monotonic_now() >= until) break;
          if (data->size() != kPacketBytes) continue;
          ++received_;
          travelled_ += net::monotonic_now() - sent_at(*data);
        }
      }
      const auto left = std::chrono::ceil<milliseconds>(deadline - net::monotonic_now()).count();
      if (left <= 0) return;
      std::array<pollfd, 2> polls{};
      for (std::size_t i = 0; i < 2; ++i) {
        polls[i] = {.fd = ends_[i]->link().descriptor(), .events = POLLIN, .revents = 0};
      }
      ::poll(polls.data(), polls.size(), static_cast<int>(left));
    } while (true);
  }

  std::array<TurnClient*, 2> ends_;
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
  Duration travelled_{};
  bool broken_ = false;
};

// Both ends of a call with oneself.
class Attempt {
 public:
  Attempt(const IceServer& server, const RelayUrl& url, const TurnPlan& plan, Random& random,
          TurnSeen& seen)
      : server_(server), url_(url), plan_(plan), random_(random), seen_(seen) {}

  void run() {
    const auto address = address_of(url_.host);
    if (!address) return fail(TurnStage::kResolve, "the name has no address");
    seen_.server = {*address, url_.port};
    if (plan_.public_only && is_internal(*address)) {
      seen_.is_inside = true;
      return fail(TurnStage::kResolve,
                  fmt::format("{} is inside another network: not tried", address->to_string()));
    }
    if (server_.username.size() > TurnClient::kUsernameBytesMax) {
      return fail(TurnStage::kChallenge, "its user name is longer than TURN allows: not tried");
    }
    auto first = open();
    if (!first) return;
    if (!seen_.has_credentials) {
      const auto answer = first->allocate_as_nobody();
      if (!answer.came) return no_answer(*first, TurnStage::kChallenge);
      if (answer.error_code != 401) refused(answer, TurnStage::kChallenge);
      return;
    }
    auto second = open();
    if (!second) return;
    for (TurnClient* end : {first.get(), second.get()}) {
      const auto answer = end->allocate();
      if (!answer.came) return no_answer(*end, TurnStage::kAllocate);
      if (!answer.is_success()) return refused(answer, TurnStage::kAllocate);
      if (!end->relayed()) return fail(TurnStage::kAllocate, "the answer names no relayed address");
    }
    seen_.relayed = first->relayed();
    for (const auto& [end, peer] :
         {std::pair{first.get(), second.get()}, {second.get(), first.get()}}) {
      const auto answer = end->permit_and_bind(*peer->relayed());
      if (!answer.came) return no_answer(*end, TurnStage::kPermission);
      if (!answer.is_success()) return refused(answer, TurnStage::kPermission);
    }
    Exchange exchange(*first, *second);
    seen_.throughput = exchange.run(plan_.throughput_for);
    if (!exchange.heard_anything()) fail(TurnStage::kData, "no packet came through");
    first->release();
    second->release();
  }

 private:
  std::unique_ptr<TurnClient> open() {
    auto link = open_link(url_, seen_.server);
    if (!link) {
      seen_.reach = link.error().why.reach;
      fail(link.error().at, link.error().why.error);
      return nullptr;
    }
    auto client = std::make_unique<TurnClient>(std::move(*link), server_.username,
                                               server_.credential, random_);
    if (plan_.udp_is_silent) client->expect_silence();
    return client;
  }
  void fail(TurnStage stage, std::string error) {
    seen_.failed_at = stage;
    seen_.error = std::move(error);
  }
  void no_answer(TurnClient& client, TurnStage stage) {
    const NotReached trouble = client.link().trouble();
    seen_.reach = trouble.error.empty() ? Reach::kTimedOut : trouble.reach;
    fail(stage, trouble.error.empty() ? "nobody answered" : trouble.error);
  }
  void refused(const TurnClient::Answer& answer, TurnStage stage) {
    seen_.error_code = answer.error_code;
    fail(stage, fmt::format("{} {}", answer.error_code, answer.reason));
  }

  const IceServer& server_;
  const RelayUrl& url_;
  const TurnPlan& plan_;
  Random& random_;
  TurnSeen& seen_;
};

}  // namespace

std::optional<RelayUrl> RelayUrl::parse(const std::string& text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) return std::nullopt;
  const std::string scheme = text.substr(0, colon);
  RelayUrl url;
  url.turn = scheme.starts_with("turn");
  url.tls = scheme == "turns" || scheme == "stuns";
  if (!url.turn && !scheme.starts_with("stun")) return std::nullopt;
  const std::size_t question = text.find('?');
  const std::string rest = text.substr(
      colon + 1, question == std::string::npos ? std::string::npos : question - colon - 1);
  url.tcp = url.tls || (question != std::string::npos && text.substr(question) == "?transport=tcp");
  const auto authority = boost::urls::parse_authority(rest);
  if (!authority || authority->encoded_host().empty()) return std::nullopt;
  url.host = std::string(authority->encoded_host_address());
  url.port = authority->has_port() ? authority->port_number() : url.tls ? 5349 : 3478;
  return url;
}

std::vector<StunSeen> try_stun(const std::string& text, bool public_only, Random& random) {
  std::vector<StunSeen> all;
  const auto url = RelayUrl::parse(text);
  if (!url || url->tcp) return all;
  const DnsSeen dns = look_up(url->host);
  for (const auto* list : {&dns.v4, &dns.v6}) {
    if (list->empty()) continue;
    StunSeen& seen = all.emplace_back();
    seen.url = text;
    seen.server = {list->front(), url->port};
    if (public_only && is_internal(seen.server.address)) {
      seen.is_inside = true;
      continue;
    }
    auto link = RelayLink::open_udp(seen.server);
    if (!link) {
      seen.reach = link.error().reach;
      seen.error = link.error().error;
      continue;
    }
    seen.local = (*link)->local_address();
    TurnClient client(std::move(*link), {}, {}, random);
    const Instant begin = net::monotonic_now();
    const auto answer = client.bind();
    seen.took = net::monotonic_now() - begin;
    const auto mapped = answer.address(AttributeType::kXorMappedAddress);
    if (mapped) {
      seen.reach = Reach::kReached;
      seen.mapped = *mapped;
      continue;
    }
    const NotReached trouble = client.link().trouble();
    seen.reach = trouble.error.empty() ? Reach::kTimedOut : trouble.reach;
    seen.error = answer.came ? "the answer names no address" : trouble.error;
  }
  return all;
}

TurnSeen try_turn(const IceServer& server, const TurnPlan& plan, Random& random) {
  TurnSeen seen;
  seen.url = server.url;
  seen.has_credentials = !server.username.empty();
  const auto url = RelayUrl::parse(server.url);
  if (!url) {
    seen.failed_at = TurnStage::kResolve;
    seen.error = "the URL cannot be read";
    return seen;
  }
  seen.is_ours = url->host == plan.own_host;
  Attempt(server, *url, plan, random, seen).run();
  return seen;
}

}  // namespace visavis::doctor

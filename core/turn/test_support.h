// A relay in fake time with clients talking to it: tests read as dialogues.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/stun/attributes/address.h"
#include "core/stun/attributes/error_code.h"
#include "core/stun/long_term.h"
#include "core/stun/message_builder.h"
#include "core/turn/attributes.h"
#include "core/turn/ephemeral_credential.h"
#include "core/turn/server.h"

namespace visavis::turn::testing {

inline constexpr std::string_view kSecret = "north";

// Repeatable bytes.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed = 1) : engine_(seed) {}
  void fill(MutableByteView out) override {
    for (auto& byte : out) byte = static_cast<std::uint8_t>(engine_());
  }

 private:
  std::mt19937_64 engine_;
};

inline TransportAddress address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  return {IpAddress::parse(text.substr(0, colon)).value(),
          static_cast<std::uint16_t>(std::stoi(std::string(text.substr(colon + 1))))};
}

// A response, or an indication, that a client got.
class Heard {
 public:
  Heard() = default;
  explicit Heard(std::vector<std::uint8_t> bytes) : bytes_(std::move(bytes)) {}

  const std::vector<std::uint8_t>& bytes() const { return bytes_; }
  std::optional<stun::Message> message() const { return stun::Message::parse(bytes_); }
  // "success", "indication", the number of the error, or "silence".
  std::string what() const {
    if (!message()) return "silence";
    if (message()->message_class() == stun::Class::kSuccess) return "success";
    if (message()->message_class() == stun::Class::kIndication) return "indication";
    return std::to_string(stun::parse_error_code(value(stun::AttributeType::kErrorCode))->code);
  }
  // Of the first attribute of this type; empty: there is none.
  ByteView value(stun::AttributeType type) const {
    const auto parsed = message();
    const auto attribute = parsed ? parsed->find(type) : std::nullopt;
    return attribute ? attribute->value : ByteView{};
  }
  std::string_view text(stun::AttributeType type) const { return as_text(value(type)); }
  long lifetime_s() const {
    const auto lifetime = parse_lifetime(value(stun::AttributeType::kLifetime));
    return lifetime ? lifetime->count() : -1;
  }
  std::vector<TransportAddress> addresses(stun::AttributeType type) const {
    std::vector<TransportAddress> found;
    const auto parsed = message();
    if (!parsed) return found;
    for (const stun::Attribute& attribute : *parsed) {
      if (attribute.type != type) continue;
      found.push_back(stun::parse_xor_address(attribute.value, parsed->transaction_id())->address);
    }
    return found;
  }
  TransportAddress relayed(std::size_t index = 0) const {
    const auto all = addresses(stun::AttributeType::kXorRelayedAddress);
    return index < all.size() ? all[index] : TransportAddress{};
  }

 private:
  std::vector<std::uint8_t> bytes_;
};

struct Client {
  FiveTuple tuple;
  std::string username;
  std::string password;
  std::string realm;
  std::string nonce;
  stun::Integrity integrity = stun::Integrity::kSha1;
};

using Fill = std::function<void(stun::MessageBuilder&)>;

// The attributes of a request.
inline Fill peer(const TransportAddress& address) {
  return [=](auto& m) { stun::add_xor_address(m, stun::AttributeType::kXorPeerAddress, address); };
}
inline Fill number(stun::AttributeType type, std::uint32_t value) {
  return [=](auto& m) { m.add_u32(type, value); };
}
inline Fill bytes(stun::AttributeType type, std::vector<std::uint8_t> value) {
  return [=](auto& m) { m.add(type, value); };
}
inline Fill udp() { return number(stun::AttributeType::kRequestedTransport, 17U << 24U); }
inline Fill family(stun::AttributeType type, std::uint32_t value) {
  return number(type, value << 24U);
}
inline Fill lifetime(std::uint32_t value_s) {
  return number(stun::AttributeType::kLifetime, value_s);
}
inline Fill channel(std::uint32_t value) {
  return number(stun::AttributeType::kChannelNumber, value << 16U);
}

class Dialogue {
 public:
  explicit Dialogue(ServerOptions options = {}, std::uint64_t seed = 1)
      : random_(seed), server_(with_secret(std::move(options)), random_) {}
  // One loop of several, with the ledger of all.
  Dialogue(ServerOptions options, Ledger& ledger)
      : random_(1), server_(with_secret(std::move(options)), random_, ledger) {}

  Client client(std::string_view at, std::string_view call, std::string_view participant,
                Transport transport = Transport::kUdp) {
    const auto expiry = wall_ + std::chrono::hours(2);
    const Credential credential = issue_credential(kSecret, expiry, call, participant);
    return client(at, credential, transport);
  }
  Client client(std::string_view at, const Credential& credential,
                Transport transport = Transport::kUdp) {
    FiveTuple tuple{address(at), address("198.51.100.1:443"), transport, ++links_};
    return {tuple, credential.username, credential.password, "", "", stun::Integrity::kSha1};
  }

  // --- What a client says
  Forward say(const Client& client, ByteView packet) {
    last_packet_.assign(packet.begin(), packet.end());
    Forward forward = server_.on_client_packet(client.tuple, last_packet_, clock());
    drain();
    return forward;
  }
  // A request as it stands, signed once the client has been told realm and nonce.
  std::vector<std::uint8_t> signed_request(const Client& client, stun::Method method,
                                           const std::vector<Fill>& attributes,
                                           std::optional<stun::TransactionId> id = {}) {
    std::vector<std::uint8_t> out;
    if (!id) random_.fill(id.emplace());
    stun::MessageBuilder builder(out, stun::Class::kRequest, method, *id);
    for (const Fill& fill : attributes) fill(builder);
    if (client.nonce.empty()) return out;
    using stun::AttributeType;
    builder.add(AttributeType::kUsername, as_bytes(client.username));
    builder.add(AttributeType::kRealm, as_bytes(client.realm));
    builder.add(AttributeType::kNonce, as_bytes(client.nonce));
    const auto key = stun::long_term_key(stun::PasswordAlgorithm::kMd5, client.username,
                                         client.realm, client.password);
    stun::add_integrity(builder, client.integrity, key.view());
    return out;
  }
  Heard ask_once(const Client& client, stun::Method method, const std::vector<Fill>& attributes,
                 std::optional<stun::TransactionId> id = {}) {
    say(client, signed_request(client, method, attributes, id));
    return hear(client);
  }
  // As a client does: takes a challenge up.
  Heard ask(Client& client, stun::Method method, const std::vector<Fill>& attributes,
            std::optional<stun::TransactionId> id = {}) {
    const bool unknown = client.nonce.empty();
    Heard heard = ask_once(client, method, attributes, id);
    if (heard.what() != "438" && !(unknown && heard.what() == "401")) return heard;
    client.realm = heard.text(stun::AttributeType::kRealm);
    client.nonce = heard.text(stun::AttributeType::kNonce);
    return ask_once(client, method, attributes, id);
  }
  Heard allocate(Client& client, std::vector<Fill> more = {}) {
    more.insert(more.begin(), udp());
    return ask(client, stun::Method::kAllocate, more);
  }
  Heard refresh(Client& client, std::uint32_t lifetime_s) {
    return ask(client, stun::Method::kRefresh, {lifetime(lifetime_s)});
  }
  std::string permit(Client& client, const TransportAddress& peer_address) {
    return ask(client, stun::Method::kCreatePermission, {peer(peer_address)}).what();
  }
  std::string bind(Client& client, std::uint16_t number, const TransportAddress& peer_address) {
    return ask(client, stun::Method::kChannelBind, {channel(number), peer(peer_address)}).what();
  }

  // What becomes of data: "CLIENT-PORT channel NUMBER: DATA", "CLIENT-PORT from ADDRESS: DATA",
  // "peer ADDRESS from relay ID: DATA", "loop N", or "nothing".
  std::string send(const Client& client, const TransportAddress& peer_address,
                   std::string_view data) {
    std::vector<std::uint8_t> out;
    stun::TransactionId id{};
    random_.fill(id);
    stun::MessageBuilder builder(out, stun::Class::kIndication, stun::Method::kSend, id);
    peer(peer_address)(builder);
    builder.add(stun::AttributeType::kData, as_bytes(data));
    return describe(say(client, out));
  }
  std::string send(const Client& client, std::uint16_t number, std::string_view data) {
    std::vector<std::uint8_t> out(4);
    store_u16(out, number);
    store_u16(MutableByteView(out).subspan(2), static_cast<std::uint16_t>(data.size()));
    out.insert(out.end(), data.begin(), data.end());
    return describe(say(client, out));
  }
  std::string describe(const Forward& forward) {
    if (const auto* to = std::get_if<ToClient>(&forward)) {
      const std::string port = std::to_string(to->client->client.port);
      const std::string data(as_text(to->data));
      if (to->channel == 0) return port + " from " + to->peer.to_string() + ": " + data;
      return port + " channel " + std::to_string(to->channel) + ": " + data;
    }
    if (const auto* to = std::get_if<ToPeer>(&forward)) {
      return "peer " + to->peer.to_string() + " from relay " + std::to_string(to->relay.value) +
             (to->dont_fragment ? " unfragmented: " : ": ") + std::string(as_text(to->data));
    }
    if (const auto* to = std::get_if<ToLoop>(&forward)) return "loop " + std::to_string(to->loop);
    return "nothing";
  }

  // The next message for this client; the others wait.
  Heard hear(const Client& client) {
    auto& inbox = inboxes_[client.tuple];
    if (inbox.empty()) return {};
    Heard heard(std::move(inbox.front()));
    inbox.pop_front();
    return heard;
  }
  // The next command that is not for a client, in words; "" if there is none.
  std::string command() {
    if (others_.empty()) return "";
    std::string text = std::move(others_.front());
    others_.pop_front();
    return text;
  }

  // Lets time pass, with every timer on the way firing when it is due.
  void pass(Duration duration) {
    const Instant end = now_ + duration;
    while (const auto next = server_.next_timeout()) {
      if (*next > end) break;
      advance_to(std::max(now_, *next));
      server_.on_timeout(now_);
      drain();
    }
    advance_to(end);
  }
  // Lets time pass while the timer is late.
  void pass_without_timer(Duration duration) { advance_to(now_ + duration); }

  void end_call(std::string_view call, std::optional<std::string_view> participant = {}) {
    server_.on_call_ended(call, participant, clock());
    drain();
  }
  void relay_bound(std::uint64_t relay, std::string_view at) {
    server_.on_relay_bound({relay}, address(at), now_);
    drain();
  }
  std::string from_peer(std::uint64_t relay, std::string_view at, std::string_view data) {
    return describe(server_.on_peer_datagram({relay}, address(at), as_bytes(data), now_));
  }
  void icmp(std::uint64_t relay, std::string_view at, const IcmpError& error) {
    server_.on_peer_icmp({relay}, address(at), error, now_);
    drain();
  }
  void relay_failed(std::uint64_t relay) {
    server_.on_relay_failed({relay}, now_);
    drain();
  }

  Server& server() { return server_; }
  Instant now() const { return now_; }
  std::chrono::sys_seconds wall() const { return wall_; }
  Clock clock() const { return {now_, wall_}; }
  std::uint64_t refused(Refusal refusal) const {
    return server_.counters().refusals[static_cast<std::size_t>(refusal)];
  }
  std::uint64_t allocations() const { return server_.counters().allocations; }

 private:
  // Open mode can do without.
  static ServerOptions with_secret(ServerOptions options) {
    if (options.mode != Mode::kOpen && options.secrets.empty())
      options.secrets = {std::string(kSecret)};
    return options;
  }
  void advance_to(Instant when) {
    wall_ += std::chrono::duration_cast<std::chrono::seconds>(when - now_);
    now_ = when;
  }
  void drain() {
    while (auto command = server_.poll_command()) {
      if (auto* send = std::get_if<SendToClient>(&*command)) {
        inboxes_[send->client].push_back(std::move(send->bytes));
      } else if (const auto* close = std::get_if<CloseClient>(&*command)) {
        others_.push_back("close client " + std::to_string(close->client.client.port));
      } else if (const auto* bind = std::get_if<BindRelay>(&*command)) {
        std::string text = "bind " + std::to_string(bind->relay.value);
        if (bind->ipv6) text += " ipv6";
        if (bind->even_port) text += " even";
        if (bind->next_port.value != 0) text += " next " + std::to_string(bind->next_port.value);
        others_.push_back(text);
      } else if (const auto* take = std::get_if<TakeRelay>(&*command)) {
        others_.push_back("take " + std::to_string(take->relay.value));
      } else {
        others_.push_back("close relay " +
                          std::to_string(std::get<CloseRelay>(*command).relay.value));
      }
    }
  }

  SeededRandom random_;
  Server server_;
  Instant now_{minutes(100)};
  std::chrono::sys_seconds wall_{std::chrono::seconds(1'700'000'000)};
  std::uint64_t links_ = 0;
  std::vector<std::uint8_t> last_packet_;
  std::map<FiveTuple, std::deque<std::vector<std::uint8_t>>> inboxes_;
  std::deque<std::string> others_;
};

}  // namespace visavis::turn::testing

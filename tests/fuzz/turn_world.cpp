#include "tests/fuzz/turn_world.h"

#include <algorithm>

#include "tests/fuzz/require.h"

namespace visavis::fuzz {
namespace {

using stun::AttributeType;
namespace say = turn::testing;

// Two calls, two participants in each; two of the clients are the same participant's.
std::string call_of(std::size_t client) { return client % 2 == 0 ? "one" : "other"; }
std::string participant_of(std::size_t client) { return client < 4 ? "ana" : "ben"; }

}  // namespace

// So small that a short story reaches every limit.
turn::ServerOptions TurnWorld::options(bool open) {
  turn::ServerOptions options;
  options.mode = open ? turn::Mode::kOpen : turn::Mode::kClosed;
  options.loops = 2;
  (open ? options.open_secrets : options.secrets) = {std::string(say::kSecret)};
  options.users = {{"static", "swordfish"}};
  turn::Limits& limits = options.limits;
  limits.allocations_max = 8;
  limits.allocations_per_user_max = 2;
  limits.allocations_per_call_max = 3;
  limits.permissions_per_allocation_max = 3;
  limits.channels_per_allocation_max = 2;
  limits.reservations_max = 1;
  limits.bytes_per_second_per_user_max = 2'000;
  limits.challenge_addresses_max = 16;
  limits.ended_calls_max = 2;
  return options;
}

TurnWorld::TurnWorld(bool open)
    : open_(open), options_(options(open)), server_(options_, random_), last_requests_(kClients) {
  clients_.resize(kClients);
  for (std::size_t i = 0; i < kClients; ++i) {
    clients_[i].tuple = {{IpAddress::v4({203, 0, 113, static_cast<std::uint8_t>(i)}), 61'000},
                         {IpAddress::v4({198, 51, 100, 1}), 443},
                         static_cast<turn::Transport>(i % 3),
                         ++links_};
    renew(i);
  }
}

turn::Clock TurnWorld::clock() const {
  return {now_, std::chrono::sys_seconds(std::chrono::seconds(1'700'000'000)) +
                    std::chrono::floor<std::chrono::seconds>(now_.time_since_epoch())};
}

void TurnWorld::renew(std::size_t client) {
  auto& one = clients_[client];
  calls_[one.tuple] = call_of(client);
  if (open_ && client == 0) {
    one.username = "static";
    one.password = "swordfish";
    return;
  }
  auto credential = turn::issue_credential(say::kSecret, clock().wall + std::chrono::hours(1),
                                           call_of(client), participant_of(client));
  one.username = std::move(credential.username);
  one.password = std::move(credential.password);
}

void TurnWorld::ask(std::size_t client, stun::Method method, const std::vector<say::Fill>& fills) {
  const auto& one = clients_[client];
  auto& out = last_requests_[client];
  stun::TransactionId id{};
  random_.fill(id);
  stun::MessageBuilder builder(out, stun::Class::kRequest, method, id);
  for (const auto& fill : fills) fill(builder);
  if (!one.nonce.empty()) {
    builder.add(AttributeType::kUsername, as_bytes(one.username));
    builder.add(AttributeType::kRealm, as_bytes(one.realm));
    builder.add(AttributeType::kNonce, as_bytes(one.nonce));
    const auto key =
        stun::long_term_key(stun::PasswordAlgorithm::kMd5, one.username, one.realm, one.password);
    stun::add_integrity(builder, stun::Integrity::kSha1, key.view());
  }
  ask_again(client);
}

void TurnWorld::ask_again(std::size_t client) {
  if (!last_requests_[client].empty()) say(client, last_requests_[client]);
}

void TurnWorld::say(std::size_t client, ByteView packet) {
  packet_.assign(packet.begin(), packet.end());
  const turn::FiveTuple tuple = clients_[client].tuple;
  check(server_.on_client_packet(tuple, packet_, clock()), calls_[tuple]);
  take_commands();
}

// Another connection of the same host.
void TurnWorld::leave(std::size_t client) {
  server_.on_client_gone(clients_[client].tuple, now_);
  clients_[client].tuple.link = ++links_;
  calls_[clients_[client].tuple] = call_of(client);
  take_commands();
}

void TurnWorld::check(const turn::Forward& forward, const std::string& call) {
  if (const auto* to = std::get_if<turn::ToClient>(&forward)) {
    require(calls_.contains(*to->client), "data goes to a client that there is");
    require(open_ || calls_[*to->client] == call, "and never to another call");
    require(open_ || turn::is_virtual(to->peer.address), "from an address of the call");
    std::vector<std::uint8_t> header(turn::Server::header_size(*to));
    require(header.size() <= turn::kForwardHeaderBytesMax, "with a header that has room");
    server_.write_header(*to, header);
    header.insert(header.end(), to->data.begin(), to->data.end());
    header.insert(header.end(), turn::padding_size(*to), 0);
    require(to->channel != 0 || stun::Message::parse(header).has_value(), "as a message");
  } else if (const auto* out = std::get_if<turn::ToPeer>(&forward)) {
    require(open_, "nothing leaves a closed relay");
    require(relays_[out->relay.value] == RelayState::kBound, "only through a socket that is bound");
    require(options_.peers.allows(out->peer.address), "to a peer that is allowed");
  } else if (const auto* over = std::get_if<turn::ToLoop>(&forward)) {
    require(!open_ && over->loop == 1, "to the other loop");
    require(turn::is_virtual(over->hairpin.to.address), "within the call");
  }
}

void TurnWorld::take_commands() {
  while (const auto command = server_.poll_command()) {
    if (const auto* send = std::get_if<turn::SendToClient>(&*command)) on_answer(*send);
    if (const auto* bind = std::get_if<turn::BindRelay>(&*command)) on_bind(*bind);
    if (const auto* take = std::get_if<turn::TakeRelay>(&*command)) on_take(*take);
    if (const auto* close = std::get_if<turn::CloseRelay>(&*command)) on_close(*close);
  }
  const auto& limits = options_.limits;
  require(server_.counters().allocations <= limits.allocations_max, "no more than allowed");
}

void TurnWorld::on_answer(const turn::SendToClient& send) {
  require(calls_.contains(send.client), "answers go to clients that there are");
  const say::Heard heard(send.bytes);
  require(heard.message().has_value(), "and are messages");
  for (auto& client : clients_) {
    if (client.tuple != send.client || heard.text(AttributeType::kNonce).empty()) continue;
    client.realm = heard.text(AttributeType::kRealm);
    client.nonce = heard.text(AttributeType::kNonce);
  }
  const auto relayed = heard.addresses(AttributeType::kXorRelayedAddress);
  if (relayed_.size() < 64) relayed_.insert(relayed_.end(), relayed.begin(), relayed.end());
  const auto token = turn::parse_reservation_token(heard.value(AttributeType::kReservationToken));
  if (token) token_ = token;
}

void TurnWorld::on_bind(const turn::BindRelay& bind) {
  require(open_, "a closed relay binds nothing");
  require(relays_.emplace(bind.relay.value, RelayState::kAsked).second, "a relay is one socket");
  if (bind.next_port.value != 0) {
    require(relays_.emplace(bind.next_port.value, RelayState::kAsked).second, "so is the next one");
  }
  asked_.push_back(bind);
}

// The port is bound already; whether it can be had is answered like a wish to bind one.
void TurnWorld::on_take(const turn::TakeRelay& take) {
  const auto it = relays_.find(take.relay.value);
  require(it != relays_.end() && it->second == RelayState::kBound, "what is taken is kept aside");
  asked_.push_back({.relay = take.relay, .next_port = {}});
}

void TurnWorld::on_close(const turn::CloseRelay& close) {
  const auto it = relays_.find(close.relay.value);
  require(it != relays_.end() && it->second != RelayState::kClosed, "a socket is closed once");
  it->second = RelayState::kClosed;
}

void TurnWorld::bind(bool succeeds) {
  if (asked_.empty()) return;
  const turn::BindRelay asked = asked_.front();
  asked_.erase(asked_.begin());
  for (const turn::RelayId relay : {asked.relay, asked.next_port}) {
    const auto it = relays_.find(relay.value);
    if (it == relays_.end() || it->second == RelayState::kClosed) continue;
    it->second = succeeds ? RelayState::kBound : RelayState::kClosed;
  }
  if (succeeds) {
    const auto address =
        asked.ipv6 ? IpAddress::v6({0x26, 0x20, 0, 0xFE, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFE})
                   : IpAddress::v4({9, 9, 9, 9});
    const auto port = static_cast<std::uint16_t>(49'152 + asked.relay.value % 8'000 * 2);
    server_.on_relay_bound(asked.relay, {address, port}, now_);
  } else {
    server_.on_relay_failed(asked.relay, now_);
  }
  take_commands();
}

void TurnWorld::peer_sends(std::uint64_t relay, const TransportAddress& peer, ByteView data) {
  const auto forward = server_.on_peer_datagram({relay}, peer, data, now_);
  const auto it = relays_.find(relay);
  require(std::holds_alternative<std::monostate>(forward) ||
              (it != relays_.end() && it->second == RelayState::kBound),
          "data comes from a socket that is bound");
  check(forward, "");
  take_commands();
}

void TurnWorld::peer_icmp(std::uint64_t relay, const TransportAddress& peer) {
  server_.on_peer_icmp({relay}, peer, {3, 3, 0}, now_);
  take_commands();
}

// As if client's allocation were on the other loop; the digest of a call's name is not secret here.
void TurnWorld::hairpin_from_elsewhere(std::size_t client, std::uint16_t port, ByteView data) {
  turn::CallKey key;
  const auto digest = sha256(as_bytes(call_of(client)));
  std::copy_n(digest.begin(), key.bytes.size(), key.bytes.begin());
  const auto address = turn::virtual_address(false);
  check(server_.on_hairpin({key, {address, 1'026}, {address, port}, data}, now_), call_of(client));
  take_commands();
}

void TurnWorld::end_call(bool other, bool participant) {
  server_.on_call_ended(
      other ? "other" : "one",
      participant ? std::optional<std::string_view>("ana") : std::optional<std::string_view>(),
      clock());
  take_commands();
}

void TurnWorld::pass(Duration duration, bool timer) {
  const Instant end = now_ + duration;
  while (timer) {
    const auto next = server_.next_timeout();
    if (!next || *next > end) break;
    now_ = std::max(now_, *next);
    server_.on_timeout(now_);
    take_commands();
    const auto then = server_.next_timeout();
    require(!then || *then > now_, "a timer does not stand still");
  }
  now_ = end;
}

void TurnWorld::end() {
  pass(std::chrono::hours(2), true);
  require(server_.counters().allocations == 0, "every allocation ends");
  require(!server_.next_timeout(), "and nothing is to come");
  for (const auto& [relay, state] : relays_) {
    require(state == RelayState::kClosed, "every socket is closed");
  }
}

}  // namespace visavis::fuzz

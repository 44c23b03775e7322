#include "tests/fuzz/hub_world.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "core/base/base64url.h"
#include "core/signaling/tokens/membership.h"
#include "core/signaling/tokens/room_token.h"
#include "tests/fuzz/require.h"

namespace visavis::fuzz {
namespace {

using namespace signaling;  // NOLINT: only this file

constexpr std::size_t kKnownMax = 32;
constexpr std::string_view kKey = "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk";

void remember(std::vector<std::string>& pool, std::string_view text) {
  if (std::find(pool.begin(), pool.end(), text) != pool.end()) return;
  if (pool.size() == kKnownMax) pool.erase(pool.begin());
  pool.emplace_back(text);
}

bool is_counted(std::string_view type) {
  static const std::set<std::string_view> kNot = {"welcome", "pong", "ack", "presence", "bye"};
  return !kNot.contains(type);
}

constexpr WallTime kFarAway{std::chrono::hours(24 * 36'500)};

// Of a room in a life before.
RoomRules some_rules(std::uint8_t instance, std::uint8_t state, const UserId& user) {
  RoomRules rules;
  rules.instance.bytes.fill(instance);
  rules.created = WallTime(milliseconds(instance));
  for (int i = 0; i < state / 2; ++i) rules.revision = rules.revision.next();
  if (state % 2 != 0) rules.revision = rules.revision.taken_up().next();
  rules.knock = state % 3 != 0;
  rules.locked = state % 5 == 0;
  rules.creator = state % 4 == 0 ? user : UserId{{1}};
  if (state % 4 == 1) rules.hosts.push_back(user);
  if (state % 4 == 2) rules.removed.push_back(user);
  return rules;
}

std::string text_at(simdjson::dom::element message, std::string_view pointer) {
  std::string_view text;
  if (message.at_pointer(pointer).get(text) != simdjson::SUCCESS) return {};
  return std::string(text);
}

// The same message, or a signal whose data is gone, since its sender has left.
bool replays(std::string_view lost, std::string_view again) {
  constexpr std::string_view kEmptied = R"("data":{}})";
  if (lost == again) return true;
  return again.starts_with(R"({"type":"signal")") && again.ends_with(kEmptied) &&
         lost.starts_with(again.substr(0, again.size() - kEmptied.size()));
}

}  // namespace

void HubWorld::FixedRandom::fill(MutableByteView out) {
  for (auto& byte : out) byte = static_cast<std::uint8_t>(engine_());
}

HubWorld::HubWorld(const Limits& limits, bool had_rooms_with_rules)
    : limits_(limits),
      has_rooms_with_rules_(had_rooms_with_rules),
      hub_({.limits = limits,
            .identity_keys = {std::string(kKey)},
            .relay = relay_options(),
            .had_rooms_with_rules = had_rooms_with_rules},
           random_) {}

RelayOffer HubWorld::relay_options() {
  RelayOffer relay;
  relay.issue_credential = [this](std::string_view call, std::string_view participant, Duration) {
    const std::string name = std::string(call).append(":").append(participant);
    require(!ended_relays_.contains(std::string(call)), "no credentials for a call that has ended");
    require(!ended_relays_.contains(name), "no credentials for who has left the call");
    relayed_calls_.emplace(call);
    return RelayCredential{name, "secret"};
  };
  return relay;
}

void HubWorld::on_end_relay(const EndRelay& end) {
  const std::string call = to_text(end.call);
  require(!ended_relays_.contains(call), "a call ends once");
  const std::string name = end.participant ? call + ":" + to_text(*end.participant) : call;
  require(ended_relays_.insert(name).second, "a participant leaves once");
}

void HubWorld::connect(std::uint8_t address) {
  const ConnectionId id{++connections_made_};
  connections_[id] = {};
  // Some come through a proxy: there is no relay for them.
  hub_.on_connect(id,
                  {.address = IpAddress::v4({192, 0, 2, address}),
                   .reached_at = address == 1 ? "" : "calls.example.org:443"},
                  now_);
  take_commands();
}

void HubWorld::say(std::size_t index, std::string_view text) {
  hub_.on_message(at(index), text, now_);
  take_commands();
}

void HubWorld::resume(std::size_t index, std::size_t device_index, bool reloaded) {
  const auto device = std::next(devices_.begin(), static_cast<std::ptrdiff_t>(device_index));
  connections_[at(index)].resume = Resume{device->first, reloaded};
  std::string hello =
      R"({"type":"hello","name":"Ana","resume":{"token":")" + device->second.resume_token;
  hello += reloaded ? "\"}}" : R"(","received":)" + std::to_string(device->second.seen) + "}}";
  say(index, hello);
}

void HubWorld::rejoin(std::size_t index, std::uint8_t call, std::uint8_t device, bool with_token) {
  const auto user = parse_id<UserId>(connections_[at(index)].user);
  if (!user) return;
  Membership membership;
  membership.call.bytes.fill(call);
  membership.user = *user;
  std::copy_n(user->bytes.begin(), ParticipantId::kSize, membership.participant.bytes.begin());
  membership.participant.bytes.front() ^= device;
  membership.order = device;
  membership.expires = kFarAway;
  if (call > 1) {
    MembershipRoom room;
    room.name = "abc";
    room.rules = some_rules(call, call, *user);
    room.rules.hosts.clear();
    room.rules.removed.clear();
    room.rules.complete = false;
    membership.room = room;
  }
  const std::string token =
      with_token ? R"(,"room_token":")" + sign_room(*user, "abc", call, call) + "\"" : "";
  say(index, R"({"type":"call.rejoin","id":6,"membership":")" +
                 sign_membership(TokenSigner({std::string(kKey)}), membership) + "\"" + token +
                 "}");
}

std::string HubWorld::sign_room(const UserId& holder, std::string_view room, std::uint8_t instance,
                                std::uint8_t state) const {
  return sign_room_token(
      TokenSigner({std::string(kKey)}),
      {std::string(room), some_rules(instance, state, holder), holder, kFarAway});
}

void HubWorld::enter_by_token(std::size_t index, std::string_view room, std::uint8_t instance,
                              std::uint8_t state) {
  const auto user = parse_id<UserId>(connections_[at(index)].user);
  if (!user) return;
  say(index, R"({"type":"room.join","id":12,"room":")" + std::string(room) + R"(","room_token":")" +
                 sign_room(*user, room, instance, state) + "\"}");
}

void HubWorld::close(std::size_t index, CloseCause cause, std::size_t lost) {
  const ConnectionId id = at(index);
  const auto device = devices_.find(connections_[id].session);
  if (device != devices_.end()) device->second.seen -= std::min(lost, device->second.seen);
  connections_.erase(id);
  hub_.on_close(id, cause, now_);
  take_commands();
}

void HubWorld::refuse(std::size_t index, signaling::Unread why) {
  hub_.on_refused_message(at(index), why, now_);
  take_commands();
}

void HubWorld::drain_server() {
  hub_.on_drain(now_);
  take_commands();
}

void HubWorld::pass(Duration duration) {
  const auto next = hub_.next_timeout();
  now_ = next ? std::max(now_, std::min(*next, now_ + duration)) : now_ + duration;
  hub_.on_timeout(now_);
  take_commands();
  require(hub_.next_timeout().value_or(Instant::max()) > now_,
          "a timeout that is due has been handled");
}

ConnectionId HubWorld::at(std::size_t index) const {
  return std::next(connections_.begin(), static_cast<std::ptrdiff_t>(index))->first;
}

std::optional<std::size_t> HubWorld::index_of(ConnectionId connection) const {
  const auto found = connections_.find(connection);
  if (found == connections_.end()) return std::nullopt;
  return static_cast<std::size_t>(std::distance(connections_.begin(), found));
}

std::size_t HubWorld::device_index(const std::string& session) const {
  return static_cast<std::size_t>(std::distance(devices_.begin(), devices_.find(session)));
}

void HubWorld::take_commands() {
  messages_sent_ = 0;
  bytes_sent_ = 0;
  while (const auto command = hub_.poll_command()) {
    if (const auto* send = std::get_if<SendText>(&*command)) {
      on_text(*send);
      continue;
    }
    if (const auto* end = std::get_if<EndRelay>(&*command)) {
      on_end_relay(*end);
      continue;
    }
    if (const auto* rooms = std::get_if<RoomsWithRules>(&*command)) {
      require(rooms->any != has_rooms_with_rules_, "only changes are told");
      has_rooms_with_rules_ = rooms->any;
      continue;
    }
    const auto& close = std::get<CloseConnection>(*command);
    require(connections_.erase(close.connection) == 1, "only what is connected is closed, once");
    require(close.code >= 1000 && close.code <= 4999, "a close code is for the wire");
  }
  check_state();
}

void HubWorld::on_text(const SendText& send) {
  const auto connection = connections_.find(send.connection);
  require(connection != connections_.end(), "messages go to what is connected");
  simdjson::dom::element message;
  require(parser_.parse(*send.frame).get(message) == simdjson::SUCCESS, "every message is JSON");
  const std::string type = text_at(message, "/type");
  require(!type.empty(), "every message has a type");
  if (type == "welcome") on_welcome(connection->second, message);
  require(!connection->second.session.empty() || type == "error" || type == "bye" ||
              type == "room.state",
          "nothing else comes before welcome");
  if (is_counted(type)) on_counted(connection->second, send.frame, type, message);
  learn(message);
  ++messages_sent_;
  bytes_sent_ += send.frame->size();
  if (listener_) listener_(send.connection, type, message);
}

void HubWorld::on_welcome(Connection& connection, simdjson::dom::element message) {
  require(connection.session.empty(), "a connection is welcomed once");
  connection.session = text_at(message, "/session");
  connection.user = text_at(message, "/user");
  for (const auto& [id, other] : connections_) {
    require(&other == &connection || other.session != connection.session,
            "a session has one connection");
  }
  bool resumed = false;
  require(message.at_pointer("/resume/resumed").get(resumed) == simdjson::SUCCESS,
          "resumed is told");
  Device& device =
      devices_.try_emplace(connection.session, Device{.book = CallBook(limits_)}).first->second;
  device.resume_token = text_at(message, "/resume/token");
  if (!resumed) {
    require(device.counted.empty(), "a new session has a new id");
    device.book.start(message);
  } else if (!connection.resume || connection.resume->session != connection.session) {
    device.verified = false;  // resumed by a message that the fuzzer made up
  } else if (connection.resume->reloaded) {
    device.counted.clear();
    device.seen = 0;
    device.book.start(message);
  }
}

// After a resume the messages that were lost come again, in order, once; then new ones.
void HubWorld::on_counted(Connection& connection, const Frame& frame, std::string_view type,
                          simdjson::dom::element message) {
  if (connection.session.empty()) return;  // before welcome
  Device& device = devices_.at(connection.session);
  if (device.seen < device.counted.size()) {
    if (device.verified) {
      require(replays(*device.counted[device.seen], *frame), "replay is what was lost");
    }
  } else {
    device.counted.push_back(frame);
    if (device.verified) device.book.on_message(type, message);
  }
  ++device.seen;
}

void HubWorld::check_state() const {
  const Gauges gauges = hub_.gauges();
  require(gauges.connections == connections_.size(), "the hub forgets who is gone");
  require(gauges.sessions <= limits_.sessions_max, "sessions are bounded");
  require(gauges.people <= gauges.sessions, "nobody is online without a session");
  require(gauges.calls <= limits_.calls_max, "calls are bounded");
  require(gauges.rooms <= limits_.rooms_max, "rooms are bounded");
  std::size_t relayed = 0;
  for (const auto& call : relayed_calls_) relayed += ended_relays_.contains(call) ? 0 : 1;
  require(relayed <= gauges.calls + limits_.relay_tests_max, "the relay is told of every end");
  require(gauges.replay_bytes <= gauges.sessions * limits_.replay_bytes_max, "replay is bounded");
  require(hub_.next_timeout() || connections_.empty() || gauges.sessions > 0,
          "a connection without a session has a deadline");
}

void HubWorld::learn(simdjson::dom::element element) {
  simdjson::dom::array array;
  if (element.get(array) == simdjson::SUCCESS) {
    for (const auto child : array) learn(child);
  }
  simdjson::dom::object object;
  if (element.get(object) != simdjson::SUCCESS) return;
  for (const auto field : object) {
    std::string_view text;
    if (field.value.get(text) != simdjson::SUCCESS) {
      learn(field.value);
    } else if (field.key == "user") {
      remember(known_.users, text);
    } else if (field.key == "call") {
      remember(known_.calls, text);
    } else if (field.key == "participant" || field.key == "from") {
      remember(known_.participants, text);
    } else if (field.key == "identity") {
      remember(known_.identities, text);
    } else if (field.key == "membership") {
      remember(known_.memberships, text);
    } else if (field.key == "room_token") {
      remember(known_.room_tokens, text);
    } else if (field.key == "knock") {
      remember(known_.knocks, text);
    }
  }
}

}  // namespace visavis::fuzz

#include "core/signaling/wire/encode.h"

#include <algorithm>
#include <utility>

#include "core/base/base64url.h"
#include "core/signaling/model/json_writer.h"

namespace visavis::signaling {
namespace {

std::uint64_t in_milliseconds(Duration duration) {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<milliseconds>(duration).count());
}

// One message object, from its type to its end.
class Message {
 public:
  explicit Message(std::string_view type, std::size_t size_hint = 128) {
    text_.reserve(size_hint);
    json_.begin_object().key("type").string(type);
  }

  JsonWriter& json() { return json_; }

  Message& id(RequestId id) {
    if (id) json_.key("id").number(*id);
    return *this;
  }
  template <typename Id>
  Message& member(std::string_view key, const Id& id) {
    json_.key(key).string(to_text(id));
    return *this;
  }

  Frame finish() {
    json_.end_object();
    return std::make_shared<const std::string>(std::move(text_));
  }

 private:
  std::string text_;
  JsonWriter json_{text_};
};

void write_person(JsonWriter& json, const User& user) {
  json.key("user").string(to_text(user.id));
  json.key("name").string(user.name);
  if (user.confusable) json.key("confusable").boolean(true);
}

void write_users(JsonWriter& json, std::string_view key, std::span<const UserId> users) {
  json.key(key).begin_array();
  for (const UserId& user : users) json.string(to_text(user));
  json.end_array();
}

void write_participants(JsonWriter& json, const Call& call) {
  json.begin_array();
  for (const Participant& participant : call.participants) {
    json.begin_object();
    json.key("participant").string(to_text(participant.id));
    write_person(json, *participant.session->user);
    json.key("state").string(participant.state == ParticipantState::kJoined ? "joined" : "invited");
    json.end_object();
  }
  json.end_array();
}

void write_own(JsonWriter& json, const ForReceiver& own) {
  json.key("ice_servers").raw(own.ice_servers_json);
  if (!own.membership.empty()) json.key("membership").string(own.membership);
  if (!own.room_token.empty()) json.key("room_token").string(own.room_token);
}

std::size_t call_size(const ForReceiver& own) {
  return 256 + own.participants_json.size() + own.ice_servers_json.size() + own.membership.size() +
         own.room_token.size();
}

void write_knocks(JsonWriter& json, const Room& room) {
  json.key("knocks").begin_array();
  for (const Knock& knock : room.knocks) {
    json.begin_object();
    json.key("knock").string(to_text(knock.id));
    write_person(json, *knock.session->user);
    json.end_object();
  }
  json.end_array();
}

// What those who have joined know of it beside who knocks. Who was removed is for hosts.
void write_rules(JsonWriter& json, const Room& room, const User& receiver) {
  const RoomRules& rules = room.rules;
  json.key("locked").boolean(rules.locked);
  std::vector<UserId> hosts;
  if (rules.creator) hosts.push_back(*rules.creator);
  hosts.insert(hosts.end(), rules.hosts.begin(), rules.hosts.end());
  if (room.told_stand_in) hosts.push_back(*room.told_stand_in);
  write_users(json, "hosts", hosts);
  if (std::find(hosts.begin(), hosts.end(), receiver.id) == hosts.end()) return;
  json.key("removed").begin_array();
  for (const auto* list : {&rules.removed, &room.kept_out}) {
    for (const UserId& user : *list) {
      const auto name = room.removed_names.find(user);
      json.begin_object().key("user").string(to_text(user));
      json.key("name").string(name == room.removed_names.end() ? "" : name->second).end_object();
    }
  }
  json.end_array();
}

// Writes nothing where the call is no room. Null `joined`: for somebody who rings.
void write_room(JsonWriter& json, const Call& call, const User* joined) {
  if (call.room == nullptr) return;
  json.key("room").string(call.room->name);
  json.key("knock").boolean(call.room->rules.knock);
  if (joined != nullptr) write_rules(json, *call.room, *joined);
}

enum class Knocks { kLeftOut, kTold };

// What a session must know of a call it is part of. Who knocks is for who has joined.
void write_call(JsonWriter& json, const Call& call, const Participant& receiver,
                const ForReceiver& own, Knocks knocks) {
  const bool joined = receiver.state == ParticipantState::kJoined;
  json.key("call").string(to_text(call.id));
  json.key("participant").string(to_text(receiver.id));
  json.key("from").string(to_text(joined ? call.caller : receiver.inviter));
  json.key("video").boolean(call.video);
  json.key("participants");
  if (own.participants_json.empty()) {
    write_participants(json, call);
  } else {
    json.raw(own.participants_json);
  }
  write_own(json, own);
  const bool tells = knocks == Knocks::kTold && joined;
  write_room(json, call, tells ? receiver.session->user : nullptr);
  if (tells && call.room != nullptr) write_knocks(json, *call.room);
}

void write_limits(JsonWriter& json, const Limits& limits) {
  json.key("limits").begin_object();
  json.key("message_bytes").number(limits.message_bytes_max);
  json.key("name_chars").number(limits.name_chars_max);
  json.key("participants").number(limits.participants_max);
  json.key("calls").number(limits.calls_per_session_max);
  json.key("people").number(limits.presence_list_max);
  json.key("search_results").number(limits.search_results_max);
  json.key("ring_ms").number(in_milliseconds(limits.ring_timeout));
  json.end_object();
}

void write_heartbeat(JsonWriter& json, const Limits& limits) {
  json.key("heartbeat").begin_object();
  json.key("call_interval_ms").number(in_milliseconds(limits.call_heartbeat_interval));
  json.key("call_timeout_ms").number(in_milliseconds(limits.call_heartbeat_timeout));
  json.key("idle_interval_ms").number(in_milliseconds(limits.idle_heartbeat_interval));
  json.key("idle_timeout_ms").number(in_milliseconds(limits.idle_heartbeat_timeout));
  json.end_object();
}

void write_calls(JsonWriter& json, const Welcome& welcome) {
  json.key("calls").begin_array();
  for (std::size_t i = 0; i < welcome.session.calls.size(); ++i) {
    Call& call = *welcome.session.calls[i];
    json.begin_object();
    write_call(json, call, *call.find(welcome.session), welcome.calls[i], Knocks::kTold);
    json.end_object();
  }
  json.end_array();
}

Frame encode_rules(std::string_view type, RequestId id, const Room& room, const User& receiver,
                   const ForReceiver& own) {
  Message message(type, call_size(own));
  message.id(id).member("call", room.call->id);
  JsonWriter& json = message.json();
  write_room(json, *room.call, &receiver);
  json.key("membership").string(own.membership);
  if (!own.room_token.empty()) json.key("room_token").string(own.room_token);
  return message.finish();
}

Frame encode_number(std::string_view type, std::uint64_t received) {
  Message message(type, 48);
  message.json().key("received").number(received);
  return message.finish();
}

}  // namespace

std::string participants_of(const Call& call) {
  std::string text;
  JsonWriter json(text);
  write_participants(json, call);
  return text;
}

Frame encode_error(RequestId id, ErrorCode code, std::string_view text,
                   std::optional<Duration> retry_after) {
  Message message("error");
  message.id(id).json().key("code").string(to_text(code)).key("message").string(text);
  if (retry_after) {
    const auto rounded_up = std::chrono::ceil<milliseconds>(*retry_after);
    message.json().key("retry_after_ms").number(in_milliseconds(rounded_up));
  }
  return message.finish();
}

Frame encode_ack(std::uint64_t received) { return encode_number("ack", received); }

Frame encode_pong(std::uint64_t received, std::span<const RenewedCall> renewed) {
  if (renewed.empty()) return encode_number("pong", received);
  Message message("pong", 1'024);
  JsonWriter& json = message.json();
  json.key("received").number(received);
  json.key("calls").begin_array();
  for (const RenewedCall& call : renewed) {
    json.begin_object().key("call").string(to_text(call.call));
    json.key("membership").string(call.membership);
    if (!call.room_token.empty()) json.key("room_token").string(call.room_token);
    json.end_object();
  }
  json.end_array();
  return message.finish();
}

Frame encode_bye(ByeCode code, std::string_view text, std::optional<Duration> reconnect_after) {
  Message message("bye", 192);
  message.json().key("code").string(to_text(code)).key("message").string(text);
  message.json().key("reconnect").boolean(reconnect_after.has_value());
  if (reconnect_after) message.json().key("after_ms").number(in_milliseconds(*reconnect_after));
  return message.finish();
}

std::string resume_token(const Session& session) {
  std::string token = to_text(session.id);
  append_base64url(token, session.secret.bytes);
  return token;
}

Frame encode_welcome(const Welcome& welcome) {
  const Session& session = welcome.session;
  Message message("welcome", 1'024 + welcome.people_json.size());
  message.id(welcome.id);
  message.member("epoch", welcome.epoch);
  message.member("session", session.id);
  message.member("user", session.user->id);
  JsonWriter& json = message.json();
  json.key("name").string(session.user->name);
  json.key("identity").string(welcome.identity_token);
  json.key("resume").begin_object();
  json.key("token").string(resume_token(session));
  json.key("resumed").boolean(welcome.resumed);
  json.key("received").number(session.received);
  json.key("window_ms").number(in_milliseconds(welcome.limits.resume_window));
  json.end_object();
  write_heartbeat(json, welcome.limits);
  write_limits(json, welcome.limits);
  json.key("people").raw(welcome.people_json);
  json.key("people_total").number(welcome.people_total);
  write_calls(json, welcome);
  const auto blocked = session.user->blocks.users();
  if (!blocked.empty()) write_users(json, "blocked", blocked);
  json.key("ice_servers").raw(welcome.ice_servers_json);
  return message.finish();
}

void append_person(std::string& out, const User& user) {
  JsonWriter json(out);
  json.begin_object();
  write_person(json, user);
  if (user.in_call) json.key("in_call").boolean(true);
  json.end_object();
}

Frame encode_people_found(RequestId id, std::span<const User* const> people, bool more) {
  Message message("people.found");
  message.id(id);
  JsonWriter& json = message.json();
  json.key("people").begin_array();
  for (const User* user : people) {
    std::string person;
    append_person(person, *user);
    json.raw(person);
  }
  json.end_array().key("more").boolean(more);
  return message.finish();
}

Frame encode_people_blocks(RequestId id, std::span<const UserId> blocked) {
  Message message("people.blocks", 64 + blocked.size() * 32);
  write_users(message.id(id).json(), "blocked", blocked);
  return message.finish();
}

Frame encode_name_changed(RequestId id, std::string_view name) {
  Message message("name.changed");
  message.id(id).json().key("name").string(name);
  return message.finish();
}

Frame encode_call_ringing(RequestId id, const Call& call, const Participant& receiver,
                          const ForReceiver& own, std::span<const UserId> busy) {
  Message message("call.ringing", call_size(own));
  write_call(message.id(id).json(), call, receiver, own, Knocks::kLeftOut);
  if (!busy.empty()) write_users(message.json(), "busy", busy);
  return message.finish();
}

Frame encode_call_incoming(const Call& call, const Participant& receiver, const ForReceiver& own) {
  Message message("call.incoming", call_size(own));
  write_call(message.json(), call, receiver, own, Knocks::kLeftOut);
  return message.finish();
}

Frame encode_call_rejoined(RequestId id, const Call& call, const Participant& receiver,
                           const ForReceiver& own) {
  Message message("call.rejoined", call_size(own));
  write_call(message.id(id).json(), call, receiver, own, Knocks::kTold);
  return message.finish();
}

Frame encode_call_accepted(RequestId id, const Call& call, const ParticipantId& accepted,
                           const ForReceiver* own) {
  Message message("call.accepted", 256);
  message.id(id).member("call", call.id).member("participant", accepted);
  message.json().key("participants");
  write_participants(message.json(), call);
  if (own != nullptr) {
    write_own(message.json(), *own);
    const auto newcomer =
        std::find_if(call.participants.begin(), call.participants.end(),
                     [&](const Participant& participant) { return participant.id == accepted; });
    write_room(message.json(), call, newcomer->session->user);
    if (call.room != nullptr) write_knocks(message.json(), *call.room);
  }
  return message.finish();
}

Frame encode_call_relay(RequestId id, const CallId& call, std::string_view ice_servers_json) {
  Message message("call.relay", 96 + ice_servers_json.size());
  message.id(id).member("call", call).json().key("ice_servers").raw(ice_servers_json);
  return message.finish();
}

Frame encode_relay_test(RequestId id, std::string_view one_end_json,
                        std::string_view other_end_json) {
  Message message("relay.test", 64 + one_end_json.size() + other_end_json.size());
  message.id(id).json().key("servers").begin_array().raw(one_end_json).raw(other_end_json);
  message.json().end_array();
  return message.finish();
}

Frame encode_call_left(const CallId& call, const ParticipantId& participant, EndReason reason) {
  Message message("call.left");
  message.member("call", call).member("participant", participant);
  message.json().key("reason").string(to_text(reason));
  return message.finish();
}

Frame encode_call_ended(RequestId id, const CallId& call, EndReason reason) {
  Message message("call.ended");
  message.id(id).member("call", call);
  message.json().key("reason").string(to_text(reason));
  return message.finish();
}

Frame encode_room_state(RequestId id, std::string_view name, const Room* room, bool tells_who,
                        std::size_t participants_max) {
  const Call* call = room == nullptr ? nullptr : room->call;
  Message message("room.state", 256);
  JsonWriter& json = message.id(id).json();
  json.key("room").string(name);
  json.key("knock").boolean(room != nullptr && room->rules.knock);
  json.key("locked").boolean(room != nullptr && room->rules.locked);
  json.key("count").number(call == nullptr ? 0 : call->count(ParticipantState::kJoined));
  json.key("participants_max").number(participants_max);
  json.key("participants").begin_array();
  if (call != nullptr && tells_who) {
    for (const Participant& participant : call->participants) {
      if (participant.state != ParticipantState::kJoined) continue;
      json.begin_object();
      write_person(json, *participant.session->user);
      json.end_object();
    }
  }
  json.end_array();
  return message.finish();
}

Frame encode_room_waiting(RequestId id, const Room& room) {
  Message message("room.waiting");
  message.id(id).json().key("room").string(room.name);
  return message.finish();
}

Frame encode_room_admitted(const Room& room) {
  Message message("room.admitted");
  message.json().key("room").string(room.name);
  return message.finish();
}

Frame encode_room_refused(RequestId id, const Room& room, RoomRefusal reason) {
  Message message("room.refused");
  message.id(id).json().key("room").string(room.name).key("reason").string(to_text(reason));
  return message.finish();
}

Frame encode_room_knocks(RequestId id, const Room& room) {
  Message message("room.knocks", 256);
  message.id(id).member("call", room.call->id);
  write_knocks(message.json(), room);
  return message.finish();
}

Frame encode_room_opened(RequestId id, const Room& room, const User& receiver,
                         const ForReceiver& own) {
  return encode_rules("room.opened", id, room, receiver, own);
}

Frame encode_room_rules(RequestId id, const Room& room, const User& receiver,
                        const ForReceiver& own) {
  return encode_rules("room.rules", id, room, receiver, own);
}

Frame encode_signal(const CallId& call, const ParticipantId& from, std::string_view data_json) {
  Message message("signal", 96 + data_json.size());
  message.member("call", call).member("from", from);
  message.json().key("data").raw(data_json);
  return message.finish();
}

}  // namespace visavis::signaling

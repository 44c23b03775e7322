// Messages from the server, serialized (PROTOCOL.md). Each function makes one immutable Frame.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/signaling/model/command.h"
#include "core/signaling/model/limits.h"
#include "core/signaling/model/model.h"
#include "core/signaling/wire/bye_code.h"
#include "core/signaling/wire/end_reason.h"
#include "core/signaling/wire/error_code.h"
#include "core/signaling/wire/room_refusal.h"

namespace visavis::signaling {

using RequestId = std::optional<std::uint64_t>;

// `retry_after`, rounded up to milliseconds: when the same request could succeed.
Frame encode_error(RequestId id, ErrorCode code, std::string_view message,
                   std::optional<Duration> retry_after = {});
Frame encode_ack(std::uint64_t received);

// The tokens of a call that this session has joined.
struct RenewedCall {
  CallId call;
  std::string membership;
  std::string room_token;  // empty where there is none
};
Frame encode_pong(std::uint64_t received, std::span<const RenewedCall> renewed = {});
Frame encode_bye(ByeCode code, std::string_view message, std::optional<Duration> reconnect_after);

// What a call message tells its receiver alone.
struct ForReceiver {
  std::string ice_servers_json;  // an array
  std::string membership;        // a token; empty for who has not joined
  std::string room_token;        // empty where there is none
  // As participants_of() makes it, where several receivers are told the same; else empty.
  std::string_view participants_json{};
};

// Everybody in the call, as a JSON array.
std::string participants_of(const Call& call);

struct Welcome {
  RequestId id;
  const EpochId& epoch;
  const Session& session;
  std::string_view identity_token;
  bool resumed;
  std::string_view people_json;  // an array
  std::size_t people_total;
  const Limits& limits;
  std::string_view ice_servers_json;   // an array
  std::span<const ForReceiver> calls;  // one for each of the session's calls
};
Frame encode_welcome(const Welcome& welcome);

// The text form of a session's resume token.
std::string resume_token(const Session& session);

// Appends {"user":…,"name":…} with "confusable" and "in_call" where they are true: the entry of a
// list of people.
void append_person(std::string& out, const User& user);
Frame encode_people_found(RequestId id, std::span<const User* const> people, bool more);
Frame encode_people_blocks(RequestId id, std::span<const UserId> blocked);
Frame encode_name_changed(RequestId id, std::string_view name);

Frame encode_call_ringing(RequestId id, const Call& call, const Participant& receiver,
                          const ForReceiver& own, std::span<const UserId> busy);
Frame encode_call_incoming(const Call& call, const Participant& receiver, const ForReceiver& own);
Frame encode_call_rejoined(RequestId id, const Call& call, const Participant& receiver,
                           const ForReceiver& own);
// Null `own`: for everybody but who has accepted, or come back.
Frame encode_call_accepted(RequestId id, const Call& call, const ParticipantId& accepted,
                           const ForReceiver* own = nullptr);
Frame encode_call_relay(RequestId id, const CallId& call, std::string_view ice_servers_json);
Frame encode_relay_test(RequestId id, std::string_view one_end_json,
                        std::string_view other_end_json);
Frame encode_call_left(const CallId& call, const ParticipantId& participant, EndReason reason);
Frame encode_call_ended(RequestId id, const CallId& call, EndReason reason);
// Null `room`: there is none of this name. `tells_who` is inside, not only how many.
Frame encode_room_state(RequestId id, std::string_view name, const Room* room, bool tells_who,
                        std::size_t participants_max);
Frame encode_room_waiting(RequestId id, const Room& room);
Frame encode_room_admitted(const Room& room);
Frame encode_room_refused(RequestId id, const Room& room, RoomRefusal reason);
// Precondition, here and below: the room has a call.
Frame encode_room_knocks(RequestId id, const Room& room);
Frame encode_room_opened(RequestId id, const Room& room, const User& receiver,
                         const ForReceiver& own);
Frame encode_room_rules(RequestId id, const Room& room, const User& receiver,
                        const ForReceiver& own);
Frame encode_signal(const CallId& call, const ParticipantId& from, std::string_view data_json);

}  // namespace visavis::signaling

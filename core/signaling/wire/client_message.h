// What a client can say, checked and typed (PROTOCOL.md). Made by decode.h only.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "core/signaling/model/ids.h"

namespace visavis::signaling {

// Text views point into the decoder and live until its next use. An id whose text no server of ours
// could have made is nullopt: it is as unknown as any id that does not exist.

struct ResumeRequest {
  std::string_view token;
  std::optional<std::uint64_t> received;  // absent: the page was reloaded
};

struct Hello {
  std::string_view name;  // not yet cleaned
  std::optional<std::string_view> identity;
  std::optional<ResumeRequest> resume;
};
struct Ping {
  std::uint64_t received;
};
struct Ack {
  std::uint64_t received;
};
struct PeopleSearch {
  std::string_view query;
};
struct NameSet {
  std::string_view name;  // not yet cleaned
};
struct PeopleBlock {
  std::optional<UserId> user;
  bool blocked;  // or not any more
};
struct CallStart {
  std::vector<std::optional<UserId>> to;  // at least one, no two alike
  bool video;
};
struct CallInvite {
  std::optional<CallId> call;
  std::vector<std::optional<UserId>> to;  // at least one, no two alike
};
struct CallAccept {
  std::optional<CallId> call;
};
struct CallDecline {
  std::optional<CallId> call;
};
struct CallEnd {
  std::optional<CallId> call;
};
struct CallRelay {
  std::optional<CallId> call;
};
struct CallRejoin {
  std::string_view membership;
  std::optional<std::string_view> room_token;
};
struct RoomLook {
  std::string_view room;
  std::optional<std::string_view> room_token;
};
struct RoomJoin {
  std::string_view room;
  bool video;
  bool knock;
  std::optional<std::string_view> room_token;
};
struct RoomLeave {
  std::string_view room;
};
struct RoomAdmit {
  std::optional<CallId> call;
  std::optional<KnockId> knock;
  bool admit;
};
struct RoomOpen {
  std::optional<CallId> call;
  std::string_view room;
  bool knock;
};
struct RoomRemove {
  std::optional<CallId> call;
  std::optional<ParticipantId> participant;
};
struct RoomSet {
  std::optional<CallId> call;
  std::optional<bool> knock;   // as it is, where left out
  std::optional<bool> locked;  // the same
};
struct RoomHost {
  std::optional<CallId> call;
  std::optional<UserId> user;
  bool host;
};
struct RelayTestRequest {};
struct Signal {
  std::optional<CallId> call;
  std::optional<ParticipantId> to;
  std::string_view data_json;  // a JSON object, valid as a whole
};

struct ClientMessage {
  std::optional<std::uint64_t> id;
  std::variant<Hello, Ping, Ack, PeopleSearch, NameSet, PeopleBlock, CallStart, CallInvite,
               CallAccept, CallDecline, CallEnd, CallRelay, CallRejoin, RoomLook, RoomJoin,
               RoomLeave, RoomAdmit, RoomOpen, RoomRemove, RoomSet, RoomHost, RelayTestRequest,
               Signal>
      body;
};

}  // namespace visavis::signaling

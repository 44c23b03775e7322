// Room tokens: the server's signature under a room's rules, for somebody who may enter without
// knocking, so that a server that has forgotten the room goes by them again (PROTOCOL.md section
// 12, docs/adr/0013-room-tokens.md).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/signaling/model/ids.h"
#include "core/signaling/model/room_name.h"
#include "core/signaling/model/room_rules.h"
#include "core/signaling/tokens/signed_token.h"

namespace visavis::signaling {

struct RoomToken {
  std::string room;
  RoomRules rules;  // complete
  UserId holder;    // of no use to anybody else
  WallTime expires;

  friend bool operator==(const RoomToken&, const RoomToken&) = default;
};

inline constexpr std::size_t kRoomTokenCharsMax = 2'048;

// "r1.TOKEN.SIGNATURE". Preconditions: the room's name has at most kRoomNameCharsMax characters,
// and the rules are complete and within kRoomHostsMax and kRoomRemovedMax.
std::string sign_room_token(const TokenSigner& signer, const RoomToken& token);

// Nothing when none of our keys signed it. Whether it is this person's, this room's and still good
// is the caller's to see.
std::optional<RoomToken> verify_room_token(const TokenSigner& signer, std::string_view token);

}  // namespace visavis::signaling

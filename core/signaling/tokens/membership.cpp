#include "core/signaling/tokens/membership.h"

#include <cassert>
#include <cstddef>

#include "core/signaling/model/room_name.h"
#include "core/signaling/model/token_fields.h"

namespace visavis::signaling {
namespace {

constexpr TokenKind kOfCall{"m3", "visavis membership v3:"};
constexpr TokenKind kOfRoom{"m4", "visavis room membership v4:"};
constexpr std::size_t kOrderBytes = 2;
constexpr std::size_t kCallBytes = EpochId::kSize + CallId::kSize + ParticipantId::kSize * 2 +
                                   UserId::kSize + 1 + kOrderBytes + kTimeBytes;
constexpr std::size_t kRoomBytesMax = kCallBytes + kRoomNameCharsMax + RoomInstance::kSize +
                                      kTimeBytes + 1 + UserId::kSize +
                                      RoomRevision::kEncodedBytesMax;

constexpr std::uint64_t kKnock = 1;
constexpr std::uint64_t kLocked = 2;
constexpr std::uint64_t kCreatorKnown = 4;

void write_call(FieldWriter& out, const Membership& membership) {
  out.id(membership.epoch).id(membership.call).id(membership.participant).id(membership.user);
  out.id(membership.caller).number(membership.video ? 1 : 0, 1);
  out.number(membership.order, kOrderBytes).time(membership.expires);
}

Membership read_call(FieldReader& in) {
  Membership membership;
  membership.epoch = in.id<EpochId>();
  membership.call = in.id<CallId>();
  membership.participant = in.id<ParticipantId>();
  membership.user = in.id<UserId>();
  membership.caller = in.id<ParticipantId>();
  membership.video = in.number(1) != 0;
  membership.order = static_cast<std::uint16_t>(in.number(kOrderBytes));
  membership.expires = in.time();
  return membership;
}

void write_room(FieldWriter& out, const MembershipRoom& room) {
  const RoomRules& rules = room.rules;
  out.text(room.name, kRoomNameCharsMax).id(rules.instance).time(rules.created);
  out.number((rules.knock ? kKnock : 0) | (rules.locked ? kLocked : 0) |
                 (rules.creator ? kCreatorKnown : 0),
             1);
  out.id(rules.creator.value_or(UserId{}));
  rules.revision.write(out);
}

std::optional<MembershipRoom> read_room(FieldReader& in) {
  MembershipRoom room;
  room.name = in.text(kRoomNameCharsMax);
  RoomRules& rules = room.rules;
  rules.complete = false;
  rules.instance = in.id<RoomInstance>();
  rules.created = in.time();
  const std::uint64_t flags = in.number(1);
  rules.knock = (flags & kKnock) != 0;
  rules.locked = (flags & kLocked) != 0;
  const auto creator = in.id<UserId>();
  if ((flags & kCreatorKnown) != 0) rules.creator = creator;
  const auto revision = RoomRevision::read(in);
  if (!revision) return std::nullopt;
  rules.revision = *revision;
  return room;
}

}  // namespace

std::string sign_membership(const TokenSigner& signer, const Membership& membership) {
  FieldWriter out;
  write_call(out, membership);
  if (!membership.room) return signer.sign(kOfCall, out.bytes());
  assert(membership.room->name.size() <= kRoomNameCharsMax);
  write_room(out, *membership.room);
  return signer.sign(kOfRoom, out.bytes());
}

std::optional<Membership> verify_membership(const TokenSigner& signer, std::string_view token) {
  if (const auto of_call = signer.open(kOfCall, token, kCallBytes)) {
    FieldReader in(*of_call);
    Membership membership = read_call(in);
    if (!in.is_done()) return std::nullopt;
    return membership;
  }
  const auto of_room = signer.open(kOfRoom, token, kRoomBytesMax);
  if (!of_room) return std::nullopt;
  FieldReader in(*of_room);
  Membership membership = read_call(in);
  membership.room = read_room(in);
  if (!membership.room || !in.is_done()) return std::nullopt;
  return membership;
}

}  // namespace visavis::signaling

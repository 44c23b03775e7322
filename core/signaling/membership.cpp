#include "core/signaling/membership.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>

#include "core/signaling/room_name.h"

namespace visavis::signaling {
namespace {

constexpr TokenKind kOfCall{"m1", "visavis membership v1:"};
constexpr TokenKind kOfRoom{"m2", "visavis room membership v1:"};
constexpr std::size_t kCallBytes = EpochId::kSize + CallId::kSize + ParticipantId::kSize +
                                   UserId::kSize + ParticipantId::kSize + 3;
// The room's name is filled up with NULs, so that a token's length does not tell the name's.
constexpr std::size_t kRoomBytes = kCallBytes + 1 + kRoomNameCharsMax;

// The ids one after the other; then what kind of call it is, and the order, high byte first.
template <typename Members, typename Visit>
std::size_t for_each_id(Members& membership, Visit visit) {
  std::size_t at = 0;
  const auto next = [&](auto& id) {
    visit(id.bytes, at);
    at += id.bytes.size();
  };
  next(membership.epoch);
  next(membership.call);
  next(membership.participant);
  next(membership.user);
  next(membership.caller);
  return at;
}

void write_call(const Membership& membership, MutableByteView payload) {
  const std::size_t rest = for_each_id(membership, [&](const auto& bytes, std::size_t at) {
    std::copy(bytes.begin(), bytes.end(), payload.begin() + static_cast<std::ptrdiff_t>(at));
  });
  payload[rest] = membership.video ? 1 : 0;
  payload[rest + 1] = static_cast<std::uint8_t>(membership.order >> 8);
  payload[rest + 2] = static_cast<std::uint8_t>(membership.order & 0xFF);
}

Membership read_call(ByteView payload) {
  Membership membership;
  const std::size_t rest = for_each_id(membership, [&](auto& bytes, std::size_t at) {
    std::copy_n(payload.begin() + static_cast<std::ptrdiff_t>(at), bytes.size(), bytes.begin());
  });
  membership.video = payload[rest] != 0;
  membership.order = static_cast<std::uint16_t>((payload[rest + 1] << 8) | payload[rest + 2]);
  return membership;
}

}  // namespace

std::string sign_membership(const TokenSigner& signer, const Membership& membership) {
  if (membership.room.empty()) {
    std::array<std::uint8_t, kCallBytes> payload{};
    write_call(membership, payload);
    return signer.sign(kOfCall, payload);
  }
  assert(membership.room.size() <= kRoomNameCharsMax);
  std::array<std::uint8_t, kRoomBytes> payload{};
  write_call(membership, payload);
  payload[kCallBytes] = membership.knock ? 1 : 0;
  std::copy(membership.room.begin(), membership.room.end(), payload.begin() + kCallBytes + 1);
  return signer.sign(kOfRoom, payload);
}

std::optional<Membership> verify_membership(const TokenSigner& signer, std::string_view token) {
  std::array<std::uint8_t, kCallBytes> of_call{};
  if (signer.verify(kOfCall, token, of_call)) return read_call(of_call);
  std::array<std::uint8_t, kRoomBytes> of_room{};
  if (!signer.verify(kOfRoom, token, of_room)) return std::nullopt;
  Membership membership = read_call(of_room);
  membership.knock = of_room[kCallBytes] != 0;
  const auto name = of_room.begin() + kCallBytes + 1;
  membership.room.assign(name, std::find(name, of_room.end(), 0));
  return membership;
}

}  // namespace visavis::signaling

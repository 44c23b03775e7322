#include "core/signaling/tokens/room_token.h"

#include <cassert>

#include "core/signaling/model/token_fields.h"

namespace visavis::signaling {
namespace {

constexpr TokenKind kKind{"r1", "visavis room token v1:"};
constexpr std::size_t kFixedBytes =
    kRoomNameCharsMax + RoomInstance::kSize + kTimeBytes + 1 + UserId::kSize * 2 + kTimeBytes;
constexpr std::size_t kBytesMax = kFixedBytes + RoomRevision::kEncodedBytesMax * 2 + 2 +
                                  (kRoomHostsMax + kRoomRemovedMax) * UserId::kSize;
constexpr std::size_t kSignatureChars = 43;
static_assert(kKind.version.size() + 2 + (kBytesMax * 4 + 2) / 3 + kSignatureChars <=
              kRoomTokenCharsMax);

constexpr std::uint64_t kKnock = 1;
constexpr std::uint64_t kLocked = 2;

void write_users(FieldWriter& out, const std::vector<UserId>& users) {
  out.number(users.size(), 1);
  for (const UserId& user : users) out.id(user);
}

bool read_users(FieldReader& in, std::size_t users_max, std::vector<UserId>& users) {
  const std::uint64_t count = in.number(1);
  if (count > users_max) return false;
  for (std::uint64_t i = 0; i < count; ++i) users.push_back(in.id<UserId>());
  return true;
}

}  // namespace

std::string sign_room_token(const TokenSigner& signer, const RoomToken& token) {
  const RoomRules& rules = token.rules;
  assert(token.room.size() <= kRoomNameCharsMax && rules.complete && rules.creator);
  assert(rules.hosts.size() <= kRoomHostsMax && rules.removed.size() <= kRoomRemovedMax);
  FieldWriter out;
  out.text(token.room, kRoomNameCharsMax).id(token.holder).time(token.expires);
  out.id(rules.instance).time(rules.created).id(*rules.creator);
  out.number((rules.knock ? kKnock : 0) | (rules.locked ? kLocked : 0), 1);
  rules.revision.write(out);
  rules.admits_from.write(out);
  write_users(out, rules.hosts);
  write_users(out, rules.removed);
  return signer.sign(kKind, out.bytes());
}

std::optional<RoomToken> verify_room_token(const TokenSigner& signer, std::string_view text) {
  const auto payload = signer.open(kKind, text, kBytesMax);
  if (!payload) return std::nullopt;
  FieldReader in(*payload);
  RoomToken token;
  token.room = in.text(kRoomNameCharsMax);
  token.holder = in.id<UserId>();
  token.expires = in.time();
  RoomRules& rules = token.rules;
  rules.instance = in.id<RoomInstance>();
  rules.created = in.time();
  rules.creator = in.id<UserId>();
  const std::uint64_t flags = in.number(1);
  rules.knock = (flags & kKnock) != 0;
  rules.locked = (flags & kLocked) != 0;
  const auto revision = RoomRevision::read(in);
  const auto admits_from = RoomRevision::read(in);
  if (!revision || !admits_from || !read_users(in, kRoomHostsMax, rules.hosts) ||
      !read_users(in, kRoomRemovedMax, rules.removed) || !in.is_done()) {
    return std::nullopt;
  }
  rules.revision = *revision;
  rules.admits_from = *admits_from;
  return token;
}

}  // namespace visavis::signaling

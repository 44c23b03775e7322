#include "core/signaling/tokens/membership.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/signaling/tokens/identity.h"

namespace visavis::signaling {
namespace {

const TokenSigner kSigner({std::string(32, 'k')});
const Membership kMembership{
    {{1, 2}},  {{3, 4}}, {{5, 6}}, {{7, 8}},
    {{9, 10}}, false,    0x0102,   WallTime(milliseconds(0x0123456789ABCDEF)),
};

MembershipRoom some_room(const std::string& name) {
  MembershipRoom room;
  room.name = name;
  room.rules.instance = {{11, 12}};
  room.rules.created = WallTime(milliseconds(0x0102030405060708));
  room.rules.revision = RoomRevision::first().next().taken_up().next();
  room.rules.creator = UserId{{13, 14}};
  room.rules.complete = false;
  return room;
}

TEST(Membership, ComesBackAsItWas) {
  const std::string token = sign_membership(kSigner, kMembership);
  EXPECT_EQ(verify_membership(kSigner, token), kMembership);
  EXPECT_LT(token.size(), 512U);
  Membership video = kMembership;
  video.video = true;
  EXPECT_EQ(verify_membership(kSigner, sign_membership(kSigner, video)), video);
}

TEST(Membership, KnowsTheRoom) {
  Membership in_room = kMembership;
  for (const std::string& name : {std::string("abc"), std::string(64, 'z')}) {
    for (const bool flag : {false, true}) {
      in_room.room = some_room(name);
      in_room.room->rules.knock = flag;
      in_room.room->rules.locked = !flag;
      if (flag) in_room.room->rules.creator.reset();
      const std::string token = sign_membership(kSigner, in_room);
      EXPECT_EQ(verify_membership(kSigner, token), in_room);
      EXPECT_LT(token.size(), 512U);
    }
  }
}

// Those of before there were expiries had no end.
TEST(Membership, OfEarlierVersionsAreNone) {
  const std::string token = sign_membership(kSigner, kMembership);
  for (const char* version : {"m1", "m2"}) {
    EXPECT_EQ(verify_membership(kSigner, version + token.substr(2)), std::nullopt);
  }
  const std::vector<std::uint8_t> old(54, 1);
  EXPECT_EQ(verify_membership(kSigner, kSigner.sign({"m1", "visavis membership v1:"}, old)),
            std::nullopt);
}

struct Forged : ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Membership, Forged, ::testing::Values("", "amber-otter"));

TEST_P(Forged, DoesNotVerify) {
  Membership membership = kMembership;
  if (!GetParam().empty()) membership.room = some_room(GetParam());
  const std::string token = sign_membership(kSigner, membership);
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string forged = token;
    forged[i] = forged[i] == 'B' ? 'C' : 'B';
    EXPECT_EQ(verify_membership(kSigner, forged), std::nullopt) << i;
    EXPECT_EQ(verify_membership(kSigner, token.substr(0, i)), std::nullopt) << i;
  }
  EXPECT_EQ(verify_membership(TokenSigner({std::string(32, 'o')}), token), std::nullopt);
}

TEST(Membership, IsNoIdentityAndAnIdentityIsNone) {
  const std::string token = sign_membership(kSigner, kMembership);
  EXPECT_EQ(verify_identity(kSigner, token), std::nullopt);
  EXPECT_EQ(verify_membership(kSigner, sign_identity(kSigner, UserId{{1}})), std::nullopt);
}

}  // namespace
}  // namespace visavis::signaling

#include "core/signaling/model/room_rules.h"

#include <gtest/gtest.h>

#include <vector>

#include "core/signaling/parts/room_book.h"
#include "core/signaling/tokens/room_token.h"

namespace visavis::signaling {
namespace {

RoomRevision revision(std::initializer_list<int> levels) {
  RoomRevision made;
  bool first = true;
  for (const int count : levels) {
    if (!first) {
      // Taking up what has not changed since it was taken up changes nothing; no test needs it.
      made = made.taken_up();
    }
    first = false;
    for (int i = 0; i < count; ++i) made = made.next();
  }
  return made;
}

RoomRules rules(std::uint8_t instance, int created, const RoomRevision& at, bool complete = true) {
  RoomRules made;
  made.instance = {{instance}};
  made.created = WallTime(milliseconds(created));
  made.revision = at;
  made.creator = UserId{{1}};
  made.complete = complete;
  return made;
}

TEST(RoomRevision, LaterIsGreater) {
  const std::vector<RoomRevision> in_order = {
      RoomRevision(),      revision({1}),       revision({5}),     revision({5, 1}),
      revision({5, 9}),    revision({5, 9, 1}), revision({5, 10}), revision({6}),
      revision({6, 2, 3}), revision({6, 2, 4}), revision({7}),
  };
  for (std::size_t i = 0; i < in_order.size(); ++i) {
    for (std::size_t j = 0; j < in_order.size(); ++j) {
      EXPECT_EQ(in_order[i] < in_order[j], i < j) << i << " " << j;
      EXPECT_EQ(in_order[i] == in_order[j], i == j) << i << " " << j;
    }
  }
}

TEST(RoomRevision, TakenUpItIsTheSameUntilSomethingChanges) {
  const RoomRevision five = revision({5});
  EXPECT_EQ(five.taken_up(), five);
  EXPECT_EQ(five.taken_up().taken_up(), five);
  EXPECT_TRUE(five.taken_up().is_just_taken_up());
  EXPECT_FALSE(five.is_just_taken_up());
  EXPECT_FALSE(five.taken_up().next().is_just_taken_up());
  EXPECT_GT(five.taken_up().next(), five);
  EXPECT_LT(five.taken_up().next(), revision({6}));
}

TEST(RoomRevision, KnowsWhatCameOfIt) {
  const auto led = [](std::initializer_list<int> from, std::initializer_list<int> to) {
    return revision(from).led_to(revision(to));
  };
  EXPECT_TRUE(led({5}, {5}));
  EXPECT_TRUE(led({4}, {5}));
  EXPECT_FALSE(led({6}, {5}));
  EXPECT_TRUE(led({5}, {5, 3}));
  EXPECT_TRUE(led({5, 3}, {5, 4}));
  EXPECT_TRUE(led({5, 3}, {5, 3, 9}));
  EXPECT_FALSE(led({5, 3}, {6}));  // they parted at 5
  EXPECT_FALSE(led({5, 3}, {6, 4}));
  EXPECT_FALSE(led({6}, {5, 3}));
  EXPECT_TRUE(revision({5}).taken_up().led_to(revision({6})));
}

TEST(RoomRevision, TakenUpTooOftenItIsLaterThanEverythingOfItsWay) {
  RoomRevision deep = revision({1, 1, 1, 1, 1, 1, 1, 1});
  EXPECT_EQ(deep.taken_up(), revision({2}));
  EXPECT_GT(deep.taken_up(), deep.next());
}

struct PrecedenceCase {
  const char* what;
  RoomRules shown;
  RoomRules live;
  bool wins;
};

TEST(RoomRules, TheEarlierRoomAndTheLaterRulesTakePrecedence) {
  const PrecedenceCase cases[] = {
      {"the same", rules(1, 100, revision({3})), rules(1, 100, revision({3})), false},
      {"later rules", rules(1, 100, revision({4})), rules(1, 100, revision({3})), true},
      {"older rules", rules(1, 100, revision({2})), rules(1, 100, revision({3})), false},
      {"an earlier room", rules(2, 99, revision({1})), rules(1, 100, revision({9})), true},
      {"a later room", rules(2, 101, revision({9})), rules(1, 100, revision({1})), false},
      {"a room of the same moment", rules(1, 100, revision({1})), rules(2, 100, revision({9})),
       true},
      {"and the other way round", rules(2, 100, revision({9})), rules(1, 100, revision({1})),
       false},
      {"the newest, over one that counted on from an older", rules(1, 100, revision({6})),
       rules(1, 100, revision({5, 99})), true},
      {"and the other way round", rules(1, 100, revision({5, 99})), rules(1, 100, revision({6})),
       false},
      {"complete ones", rules(1, 100, revision({3})), rules(1, 100, revision({3}), false), true},
      {"incomplete ones", rules(1, 100, revision({3}), false), rules(1, 100, revision({3})), false},
      {"complete but older ones", rules(1, 100, revision({2})), rules(1, 100, revision({3}), false),
       false},
  };
  for (const PrecedenceCase& c : cases) {
    EXPECT_EQ(takes_precedence(c.shown, c.live), c.wins) << c.what;
  }
}

TEST(RoomRules, WhoWasLetInThenMayStillEnterUnlessTheirRoomWentAnotherWay) {
  const auto knocking = [](RoomRules made) {
    made.knock = true;
    return made;
  };
  const RoomRules live = knocking(rules(1, 100, revision({6, 2})));
  EXPECT_TRUE(still_admits(knocking(rules(1, 100, revision({3}))), live));
  EXPECT_TRUE(still_admits(knocking(rules(1, 100, revision({6, 1}))), live));
  EXPECT_FALSE(still_admits(knocking(rules(1, 100, revision({5, 7}))), live));
  EXPECT_FALSE(still_admits(knocking(rules(1, 100, revision({7}))), live));
  EXPECT_FALSE(still_admits(knocking(rules(2, 100, revision({3}))), live));
  EXPECT_FALSE(still_admits(rules(1, 100, revision({3})), live));  // nobody had to knock
  RoomRules forgetful = live;
  forgetful.admits_from = revision({4});
  EXPECT_FALSE(still_admits(knocking(rules(1, 100, revision({3}))), forgetful));
  EXPECT_TRUE(still_admits(knocking(rules(1, 100, revision({4}))), forgetful));
}

TEST(RoomRules, WhenTooManyWereRemovedEarlierTokensAdmitNobody) {
  RoomRules room = rules(1, 100, revision({3}));
  room.hosts = {UserId{{2}}};
  room.remove(UserId{{2}}, 2);
  room.remove(UserId{{3}}, 2);
  EXPECT_TRUE(room.hosts.empty());
  EXPECT_EQ(room.admits_from, RoomRevision());
  room.remove(UserId{{2}}, 2);  // again: nobody is forgotten
  EXPECT_EQ(room.admits_from, RoomRevision());
  room.remove(UserId{{4}}, 2);
  EXPECT_FALSE(room.is_removed(UserId{{3}}));
  EXPECT_TRUE(room.is_removed(UserId{{2}}));
  EXPECT_EQ(room.admits_from, revision({4}));
  room.take_back(UserId{{4}});
  EXPECT_FALSE(room.is_removed(UserId{{4}}));
}

// --- Tokens

const TokenSigner kSigner({std::string(32, 'k')});

RoomToken some_token() {
  RoomToken token{"amber-otter",
                  rules(7, 1'234'567, revision({6, 2})),
                  {{8, 9}},
                  WallTime(milliseconds(1'800'000'000'000))};
  token.rules.knock = true;
  token.rules.hosts = {{{10}}, {{11}}};
  token.rules.removed = {{{12}}};
  token.rules.admits_from = revision({2});
  return token;
}

TEST(RoomToken, ComesBackAsItWas) {
  RoomToken token = some_token();
  EXPECT_EQ(verify_room_token(kSigner, sign_room_token(kSigner, token)), token);
  token.rules.knock = false;
  token.rules.locked = true;
  token.rules.hosts.clear();
  token.rules.removed.clear();
  EXPECT_EQ(verify_room_token(kSigner, sign_room_token(kSigner, token)), token);
}

TEST(RoomToken, TheLargestFits) {
  RoomToken token = some_token();
  token.room = std::string(64, 'z');
  token.rules.hosts.assign(kRoomHostsMax, {{1}});
  token.rules.removed.assign(kRoomRemovedMax, {{2}});
  token.rules.revision = revision({1, 1, 1, 1, 1, 1, 1, 1});
  const std::string text = sign_room_token(kSigner, token);
  EXPECT_LE(text.size(), kRoomTokenCharsMax);
  EXPECT_EQ(verify_room_token(kSigner, text), token);
}

TEST(RoomToken, ForgedOnesDoNotVerify) {
  const std::string token = sign_room_token(kSigner, some_token());
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string forged = token;
    forged[i] = forged[i] == 'B' ? 'C' : 'B';
    EXPECT_EQ(verify_room_token(kSigner, forged), std::nullopt) << i;
    EXPECT_EQ(verify_room_token(kSigner, token.substr(0, i)), std::nullopt) << i;
  }
  EXPECT_EQ(verify_room_token(TokenSigner({std::string(32, 'o')}), token), std::nullopt);
}

// Signed by our key, and yet none of ours.
TEST(RoomToken, WhatIsNoTokenInsideIsNone) {
  const TokenKind kind{"r1", "visavis room token v1:"};
  for (const std::size_t size : {0U, 1U, 100U, 145U, 200U, 900U}) {
    const std::vector<std::uint8_t> payload(size, 0xFF);
    EXPECT_EQ(verify_room_token(kSigner, kSigner.sign(kind, payload)), std::nullopt) << size;
  }
}

// --- The book

TEST(RoomBook, CountsRoomsWhoseRulesRestrictAnybody) {
  Limits limits;
  RoomBook book(limits);
  const Source source{*IpAddress::parse("192.0.2.1")};
  Room& room = *book.make("one", UserId{{1}}, source);
  book.note_rules(room);
  EXPECT_FALSE(book.any_restricted());
  room.rules.knock = true;
  book.note_rules(room);
  book.note_rules(room);
  EXPECT_TRUE(book.any_restricted());
  book.forget(room);
  EXPECT_FALSE(book.any_restricted());
  EXPECT_EQ(book.find("one"), nullptr);
}

TEST(RoomBook, ARoomThatSomebodyElseOnlyBroughtBackMakesNoPlaceForTheirs) {
  Limits limits;
  limits.rooms_per_person_max = 1;
  RoomBook book(limits);
  const Source source{*IpAddress::parse("192.0.2.1")};
  Room& room = *book.make("one", UserId{{1}}, source);
  room.rules.creator = UserId{{2}};
  book.forget_later(room, Instant{seconds(1)});
  EXPECT_EQ(book.make("two", UserId{{1}}, source), nullptr);
  book.charge(room, UserId{{2}}, source);
  EXPECT_NE(book.make("two", UserId{{1}}, source), nullptr);
  EXPECT_NE(book.make("three", UserId{{2}}, source), nullptr);
  EXPECT_EQ(book.find("one"), nullptr);
}

TEST(RoomBook, ForgetsWhatIsDue) {
  Limits limits;
  RoomBook book(limits);
  const Source source{*IpAddress::parse("192.0.2.1")};
  Room& room = *book.make("one", UserId{{1}}, source);
  book.forget_later(room, Instant{seconds(2)});
  book.forget_due(Instant{seconds(1)});
  EXPECT_EQ(book.size(), 1U);
  EXPECT_EQ(book.next(), Instant{seconds(2)});
  book.forget_due(Instant{seconds(2)});
  EXPECT_EQ(book.size(), 0U);
  EXPECT_EQ(book.next(), std::nullopt);
}

}  // namespace
}  // namespace visavis::signaling

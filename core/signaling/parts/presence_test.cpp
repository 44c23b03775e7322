#include "core/signaling/parts/presence.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace visavis::signaling {
namespace {

struct PresenceTest : ::testing::Test {
  Limits limits{.presence_list_max = 10'000};
  Presence presence{limits};
  User ana, ben;
  std::vector<const User*> online{&ana, &ben};
  Instant now{seconds(1)};

  PresenceTest() {
    ana.id.bytes[0] = 1;
    ana.name = "Ana";
    ben.id.bytes[0] = 2;
    ben.name = "Ben";
    presence.add(ana, now);
    presence.add(ben, now);
    flush();
  }
  // After so long that everybody may be told of everybody.
  std::string flush() {
    now += limits.presence_person_interval;
    return flush_now();
  }
  std::string flush_now() {
    const auto changes = presence.flush(
        [&](const UserId& id) -> const User* {
          for (const User* user : online) {
            if (user->id == id) return user;
          }
          return nullptr;
        },
        now);
    return changes.for_all ? *changes.for_all : "";
  }
  bool lists(std::string_view text) { return presence.list_json().find(text) != std::string::npos; }
};

TEST_F(PresenceTest, TheListSaysWhatHasBeenTold) {
  ben.confusable = true;
  ben.in_call = true;
  presence.update(ben, now);
  EXPECT_NE(flush().find(R"("name":"Ben","confusable":true,"in_call":true})"), std::string::npos);
  EXPECT_TRUE(lists(R"("name":"Ana"})"));
  EXPECT_TRUE(lists(R"("name":"Ben","confusable":true,"in_call":true})"));
}

TEST_F(PresenceTest, ARenamedEntryIsMadeAnew) {
  EXPECT_TRUE(lists("Ana"));
  ana.name = "Anabel";
  presence.update(ana, now);
  flush();
  EXPECT_TRUE(lists("Anabel"));
}

TEST_F(PresenceTest, WhoIsGoneIsNotListed) {
  EXPECT_TRUE(lists("Ana"));
  presence.remove(ana, now);
  online = {&ben};
  flush();
  EXPECT_FALSE(lists("Ana"));
  EXPECT_TRUE(lists("Ben"));
}

TEST_F(PresenceTest, WhoeverChangesOftenIsToldOfOnceASecondAsTheyAreThen) {
  int told = 0;
  for (int i = 0; i < 350; ++i) {  // 3.5 s, 100 names a second
    ana.name = "Ana" + std::to_string(i);
    presence.update(ana, now);
    now += milliseconds(10);
    if (presence.next_flush() && *presence.next_flush() <= now && !flush_now().empty()) ++told;
  }
  EXPECT_LE(told, 5);
  EXPECT_GE(told, 2);
  ASSERT_TRUE(presence.next_flush());
  now = *presence.next_flush();
  EXPECT_NE(flush_now().find("Ana349"), std::string::npos);
  EXPECT_FALSE(presence.next_flush());
}

TEST_F(PresenceTest, OneWhoChangesOftenKeepsNobodyElseWaiting) {
  now += seconds(2);
  presence.update(ana, now);
  flush_now();
  presence.update(ana, now);
  presence.update(ben, now);
  now += milliseconds(100);
  const std::string told = flush_now();
  EXPECT_EQ(told.find("Ana"), std::string::npos);
  EXPECT_NE(told.find("Ben"), std::string::npos);
}

TEST_F(PresenceTest, WhatEverybodyIsToldHasARateAndTheRestComesLater) {
  std::vector<std::unique_ptr<User>> crowd;
  for (int i = 0; i < 4'000; ++i) {
    auto user = std::make_unique<User>();
    user->id.bytes[0] = 3;
    user->id.bytes[1] = static_cast<std::uint8_t>(i / 256);
    user->id.bytes[2] = static_cast<std::uint8_t>(i % 256);
    user->name = "Person " + std::to_string(i);
    presence.add(*user, now);
    online.push_back(user.get());
    crowd.push_back(std::move(user));
  }
  std::size_t bytes = flush().size();
  EXPECT_LT(bytes, limits.presence_bytes_burst);
  EXPECT_TRUE(lists("Person 3999"));  // whoever comes now sees all of it
  while (presence.next_flush() && now < Instant(seconds(20))) {
    now = *presence.next_flush();
    const std::string told = flush_now();
    EXPECT_LT(told.size(), 2 * limits.presence_bytes_per_second / 10);
    bytes += told.size();
    if (told.find("Person 3999\"") != std::string::npos) return;
  }
  FAIL() << "the last one was never told of, after " << bytes << " bytes";
}

TEST_F(PresenceTest, NothingIsRememberedOfThoseWhoAreGone) {
  for (int i = 0; i < 1'000; ++i) {
    User guest;
    guest.id.bytes[0] = 9;
    guest.id.bytes[1] = static_cast<std::uint8_t>(i / 256);
    guest.id.bytes[2] = static_cast<std::uint8_t>(i % 256);
    presence.add(guest, now);
    presence.remove(guest, now);
    flush();
  }
  EXPECT_LE(presence.remembered(), 1U);
}

}  // namespace
}  // namespace visavis::signaling

#include "core/signaling/presence.h"

#include <gtest/gtest.h>

namespace visavis::signaling {
namespace {

struct PresenceTest : ::testing::Test {
  Limits limits;
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
  std::string flush() {
    const auto changes = presence.flush([&](const UserId& id) -> const User* {
      for (const User* user : online) {
        if (user->id == id) return user;
      }
      return nullptr;
    });
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

}  // namespace
}  // namespace visavis::signaling

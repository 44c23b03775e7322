#include "core/signaling/model/look_alikes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>

#include "core/signaling/model/model.h"
#include "core/signaling/model/skeleton.h"

namespace visavis::signaling {
namespace {

struct Crowd {
  LookAlikes look_alikes;
  std::vector<std::unique_ptr<User>> people;

  User& add(std::string name) {
    people.push_back(std::make_unique<User>());
    people.back()->name = std::move(name);
    look_alikes.add(*people.back());
    return *people.back();
  }
  std::vector<User*> rename(User& user, std::string name) {
    user.name = std::move(name);
    return look_alikes.rename(user);
  }
};

using People = std::vector<User*>;

TEST(LookAlikes, MarkWhoComesLater) {
  Crowd crowd;
  const User& ana = crowd.add("Ana");
  const User& same = crowd.add("Ana");
  const User& cyrillic = crowd.add("\u0410na");
  const User& other = crowd.add("Ben");
  EXPECT_FALSE(ana.confusable);
  EXPECT_TRUE(same.confusable);
  EXPECT_TRUE(cyrillic.confusable);
  EXPECT_FALSE(other.confusable);
}

TEST(LookAlikes, KnowTwoWaysOfLookingAlike) {
  Crowd crowd;
  crowd.add("Alice");
  crowd.add("Ian");
  EXPECT_TRUE(crowd.add("ALICE").confusable);
  EXPECT_TRUE(crowd.add("lan").confusable);
}

TEST(LookAlikes, PassTheNameOnToTheNextInLineOnly) {
  Crowd crowd;
  User& first = crowd.add("Ana");
  User& second = crowd.add("ana");
  User& third = crowd.add("Ana");
  EXPECT_EQ(crowd.look_alikes.remove(first), People{&second});
  EXPECT_FALSE(second.confusable);
  EXPECT_TRUE(third.confusable);
  EXPECT_EQ(crowd.look_alikes.remove(third), People{});
}

TEST(LookAlikes, RenamingTakesATurnAtTheEnd) {
  Crowd crowd;
  User& mallory = crowd.add("Mallory");
  User& ana = crowd.add("Ana");
  EXPECT_EQ(crowd.rename(mallory, "Ana"), People{});
  EXPECT_TRUE(mallory.confusable);
  EXPECT_FALSE(ana.confusable);
  EXPECT_EQ(crowd.rename(ana, "Anabel"), People{&mallory});
  EXPECT_FALSE(mallory.confusable);
}

TEST(LookAlikes, WhoKeepsTheLookKeepsTheTurn) {
  Crowd crowd;
  User& alice = crowd.add("Alice");
  const User& other = crowd.add("alice");
  EXPECT_EQ(crowd.rename(alice, "ALICE"), People{});
  EXPECT_FALSE(alice.confusable);
  EXPECT_TRUE(other.confusable);
}

// Against a list that is searched from end to end.
TEST(LookAlikes, AgreeWithTheNaiveModel) {
  const std::vector<std::string> names{"Ian",   "lan",   "IAN",   "ian",
                                       "Alice", "ALICE", "AlIce", "Ana"};
  std::mt19937 random(7);
  Crowd crowd;
  std::vector<User*> online;
  std::vector<std::pair<std::string, const User*>> turns;  // of looks, first come first
  const auto forget = [&](const User& user, const std::vector<std::string>& kept) {
    std::erase_if(turns, [&](const auto& turn) {
      return turn.second == &user && std::find(kept.begin(), kept.end(), turn.first) == kept.end();
    });
  };
  const auto take = [&](const User& user) {
    const std::vector<std::string> looks{skeleton_as_drawn(user.name),
                                         skeleton_as_spelled(user.name)};
    forget(user, looks);
    for (const auto& look : looks) {
      const std::pair<std::string, const User*> turn{look, &user};
      if (std::find(turns.begin(), turns.end(), turn) == turns.end()) turns.push_back(turn);
    }
  };
  for (int step = 0; step < 3'000; ++step) {
    const std::string& name = names[random() % names.size()];
    const auto action = online.size() < 3 ? 0 : random() % 3;
    const std::size_t who = online.empty() ? 0 : random() % online.size();
    if (action == 0) {
      online.push_back(&crowd.add(name));
      take(*online.back());
    } else if (action == 1) {
      crowd.rename(*online[who], name);
      take(*online[who]);
    } else {
      crowd.look_alikes.remove(*online[who]);
      forget(*online[who], {});
      online.erase(online.begin() + static_cast<std::ptrdiff_t>(who));
    }
    for (const User* user : online) {
      const bool later = std::any_of(turns.begin(), turns.end(), [&](const auto& turn) {
        if (turn.second != user) return false;
        const auto first = std::find_if(turns.begin(), turns.end(), [&](const auto& other) {
          return other.first == turn.first;
        });
        return first->second != user;
      });
      ASSERT_EQ(user->confusable, later) << user->name << " at step " << step;
    }
  }
}

}  // namespace
}  // namespace visavis::signaling

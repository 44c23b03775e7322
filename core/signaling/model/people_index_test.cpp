#include "core/signaling/model/people_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <tuple>

#include "core/signaling/model/model.h"
#include "core/signaling/model/name.h"

namespace visavis::signaling {
namespace {

constexpr PeopleIndex::Bounds kDefault{.results_max = 50, .entries_max = 128};
constexpr PeopleIndex::Bounds kUnbounded{.results_max = 100'000, .entries_max = 1'000'000};

struct Crowd {
  PeopleIndex index;
  std::vector<std::unique_ptr<User>> people;

  User& add(std::string_view name, std::string_view site = "192.0.2.1") {
    people.push_back(std::make_unique<User>());
    User& user = *people.back();
    user.site = IpAddress::parse(site)->site_key();
    user.id.bytes[14] = static_cast<std::uint8_t>(people.size() >> 8);
    user.id.bytes[15] = static_cast<std::uint8_t>(people.size());
    user.name = name;
    user.folded_name = fold_for_search(name);
    index.add(user);
    return user;
  }
  std::vector<std::string> find(std::string_view query, PeopleIndex::Bounds bounds = kDefault) {
    std::vector<std::string> names;
    for (const User* user : index.search(fold_for_search(query), nullptr, bounds).people) {
      names.push_back(user->name);
    }
    return names;
  }
};

using Names = std::vector<std::string>;

TEST(PeopleIndex, FindsByTheBeginningsOfWordsInAnyOrder) {
  Crowd crowd;
  crowd.add("Zo\u00EB \u00C5ngstr\u00F6m");
  crowd.add("Zoe Young");
  crowd.add("Jean-Pierre O'Neil");
  EXPECT_EQ(crowd.find("ANG zoe"), Names{"Zo\u00EB \u00C5ngstr\u00F6m"});
  EXPECT_EQ(crowd.find("zo"), (Names{"Zo\u00EB \u00C5ngstr\u00F6m", "Zoe Young"}));
  EXPECT_EQ(crowd.find("pierre neil"), Names{"Jean-Pierre O'Neil"});
  EXPECT_EQ(crowd.find("jean-p"), Names{"Jean-Pierre O'Neil"});
  EXPECT_EQ(crowd.find("oung"), Names{});  // not in the middle of a word
  EXPECT_EQ(crowd.find("zoe bo"), Names{});
  EXPECT_EQ(crowd.find("zoe zoe"), crowd.find("zoe"));
  EXPECT_EQ(crowd.find("\u0301").size(), 3U);  // nothing is left of it
}

TEST(PeopleIndex, FindsWithinNamesThatAreWrittenWithoutSpaces) {
  Crowd crowd;
  for (const char* name : {"\uAE40\uCCA0\uC218", "\u5C71\u7530\u592A\u90CE", "\u3084\u307E\u3060",
                           "\u0E2A\u0E21\u0E0A\u0E32\u0E22", "\u179F\u17BB\u1781", "Ana\U0001F469",
                           "\u101C\u103E\u102D\u102F\u1004\u103A"}) {
    crowd.add(name);
  }
  EXPECT_EQ(crowd.find("\uCCA0\uC218"), Names{"\uAE40\uCCA0\uC218"});
  EXPECT_EQ(crowd.find("\u592A"), Names{"\u5C71\u7530\u592A\u90CE"});
  EXPECT_EQ(crowd.find("\u307E\u3060"), Names{"\u3084\u307E\u3060"});
  EXPECT_EQ(crowd.find("\u0E0A\u0E32"), Names{"\u0E2A\u0E21\u0E0A\u0E32\u0E22"});
  EXPECT_EQ(crowd.find("\u1781"), Names{"\u179F\u17BB\u1781"});
  EXPECT_EQ(crowd.find("\u1004"), Names{"\u101C\u103E\u102D\u102F\u1004\u103A"});
  EXPECT_EQ(crowd.find("\U0001F469"), Names{"Ana\U0001F469"});
}

TEST(PeopleIndex, LeavesOutWhoAsksAndWhoIsGone) {
  Crowd crowd;
  const User& ana = crowd.add("Ana A");
  const User& ben = crowd.add("Ana B");
  EXPECT_EQ(crowd.index.search("ana", &ana, kDefault).people, std::vector<const User*>{&ben});
  crowd.index.remove(ben);
  EXPECT_EQ(crowd.find("ana"), Names{"Ana A"});
  crowd.index.remove(ana);
  EXPECT_EQ(crowd.index.entries(), 0U);
}

TEST(PeopleIndex, TellsWhenThereAreMore) {
  Crowd crowd;
  for (int i = 0; i < 60; ++i) crowd.add("Bo " + std::to_string(i % 10));
  const auto found = crowd.index.search("bo", nullptr, kDefault);
  EXPECT_EQ(found.people.size(), 50U);
  EXPECT_TRUE(found.more);
  EXPECT_EQ(found.people.front()->name, "Bo 0");
  EXPECT_FALSE(crowd.index.search("bo 3", nullptr, kDefault).more);
}

TEST(PeopleIndex, FindsOneAmongManyOfTheSameFirstName) {
  Crowd crowd;
  for (int i = 0; i < 5'000; ++i) crowd.add("Ana Number" + std::to_string(i));
  crowd.add("Ana Zimmermann");
  const auto found = crowd.index.search("ana zimm", nullptr, kDefault);
  ASSERT_EQ(found.people.size(), 1U);
  EXPECT_FALSE(found.more);
  EXPECT_LT(found.steps, 20U);
}

// A name that folds to many words, or has many characters of a script without spaces.
TEST(PeopleIndex, NobodyIsHiddenBehindNamesakesOfOneNetwork) {
  Crowd crowd;
  for (int i = 0; i < 600; ++i) crowd.add("Ana Kova\u010D", "192.0.2.1");
  for (int i = 0; i < 600; ++i) crowd.add("Ana Kova\u010D", "2001:db8::" + std::to_string(i));
  const User& ana = crowd.add("Ana Kova\u010D", "198.51.100.1");
  for (const char* query : {"ana kovac", "kovac", "an"}) {
    const auto found = crowd.index.search(query, nullptr, kDefault);
    const auto place = std::find(found.people.begin(), found.people.end(), &ana);
    EXPECT_LT(place - found.people.begin(), 3) << query;
  }
  // Nothing is remembered of those who are gone.
  for (auto& user : crowd.people) crowd.index.remove(*user);
  crowd.people.clear();
  EXPECT_EQ(crowd.add("Ana Kova\u010D", "192.0.2.1").namesakes, 0U);
}

TEST(PeopleIndex, BoundsWhatOneNameCosts) {
  Crowd crowd;
  std::string han, letters;
  for (int i = 0; i < 64; ++i) han += "\u5C71";
  for (int i = 0; i < 32; ++i) letters += "a ";
  crowd.add(han);
  EXPECT_EQ(crowd.index.entries(), PeopleIndex::kEntriesPerNameMax);
  crowd.add(letters);
  EXPECT_EQ(crowd.index.entries(), 2 * PeopleIndex::kEntriesPerNameMax);
  crowd.index.remove(*crowd.people[0]);
  crowd.index.remove(*crowd.people[1]);
  EXPECT_EQ(crowd.index.entries(), 0U);
}

// Ten thousand people who chose their names to make searching costly.
TEST(PeopleIndex, BoundsWhatASearchCosts) {
  Crowd crowd;
  std::string same;
  for (int i = 0; i < 32; ++i) same += "ab";
  std::string words;
  for (int i = 0; i < 21; ++i) words += "ab ";
  for (int i = 0; i < 10'000; ++i) {
    crowd.add(i % 3 == 0 ? same : i % 3 == 1 ? words : "ab " + std::to_string(i));
  }
  std::string many_words;
  for (char letter = 'a'; many_words.size() < 63; ++letter) many_words += std::string{letter, ' '};
  for (const std::string& query :
       {std::string("a"), same, words, many_words, std::string("ab abababab 9 ababa 99 c"),
        std::string("ab b"), std::string("zz"), std::string("")}) {
    const auto found = crowd.index.search(fold_for_search(query), nullptr, kDefault);
    EXPECT_LE(found.steps, 4 * kDefault.entries_max + 2) << query;
    EXPECT_LE(found.people.size(), kDefault.results_max);
  }
  EXPECT_LE(crowd.index.search("zz", nullptr, kDefault).steps, 1U);
}

// --- Against a model that looks at everybody ------------------------------------------------

// Only for names and queries of the letters a to c, spaces and Han.
bool model_has_word(const std::string& name, const std::string& word) {
  for (std::size_t at = 0; (at = name.find(word, at)) != std::string::npos; ++at) {
    const bool han = static_cast<unsigned char>(name[at]) >= 0x80;
    if (at == 0 || name[at - 1] == ' ' || han) return true;
  }
  return false;
}

bool model_matches(const std::string& name, std::string query) {
  query += ' ';
  while (!query.empty()) {
    const std::string word = query.substr(0, query.find(' '));
    query.erase(0, word.size() + 1);
    if (!word.empty() && !model_has_word(name, word)) return false;
  }
  return true;
}

TEST(PeopleIndex, AgreesWithTheNaiveModel) {
  std::mt19937 random(11);
  const auto text = [&](std::size_t pieces_max) {
    static constexpr const char* kPieces[] = {"a", "b", "c", "a", " ", " ", "\u5C71", "\u7530"};
    std::string out;
    for (auto pieces = 1 + random() % pieces_max; pieces > 0; --pieces) {
      out += kPieces[random() % std::size(kPieces)];
    }
    return out;
  };
  Crowd crowd;
  std::vector<User*> online;
  for (int step = 0; step < 4'000; ++step) {
    if (online.size() < 100 || random() % 2 == 0) {
      online.push_back(&crowd.add(text(12)));
    } else {
      const auto who = online.begin() + static_cast<std::ptrdiff_t>(random() % online.size());
      crowd.index.remove(**who);
      online.erase(who);
    }
    if (step % 10 != 0) continue;
    const std::string query = text(6);
    std::vector<const User*> expected;
    for (const User* user : online) {
      if (model_matches(user->folded_name, query)) expected.push_back(user);
    }
    std::sort(expected.begin(), expected.end(), [](const User* a, const User* b) {
      return std::tie(a->folded_name, a->namesakes, a->id) <
             std::tie(b->folded_name, b->namesakes, b->id);
    });
    const auto found = crowd.index.search(query, nullptr, kUnbounded);
    ASSERT_EQ(found.people, expected) << "\"" << query << "\" at step " << step;
    ASSERT_FALSE(found.more);
    // With bounds: some of them, in the same order, and "more" where any is missing.
    const auto bounded = crowd.index.search(query, nullptr, {.results_max = 5, .entries_max = 20});
    ASSERT_LE(bounded.people.size(), 5U);
    ASSERT_TRUE(bounded.more || bounded.people == expected) << query;
    for (const User* user : bounded.people) {
      ASSERT_NE(std::find(expected.begin(), expected.end(), user), expected.end()) << query;
    }
  }
}

}  // namespace
}  // namespace visavis::signaling

#include "server/ops/refusal_notes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/ops/refusal_log.h"

namespace visavis::ops {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

class RefusalNotesTest : public ::testing::Test {
 protected:
  void refuse(std::string_view client, std::string_view user = "", std::string_view from = "direct",
              std::vector<net::NoteDetail> details = {}) {
    notes_.note({.area = "relay",
                 .kind = "unauthenticated",
                 .from = from,
                 .client = IpAddress::parse(client),
                 .user = user,
                 .details = details},
                now_);
  }
  void refuse_as(std::string_view area, std::string_view kind, std::string_view client) {
    notes_.note({.area = area,
                 .kind = kind,
                 .from = "direct",
                 .client = IpAddress::parse(client),
                 .user = "",
                 .details = {}},
                now_);
  }
  // "CLIENT USER COUNT" of each line that is due now.
  std::vector<std::string> lines() {
    std::vector<std::string> told;
    for (const ClientLine& line : notes_.take_client_lines(budget_, now_)) {
      told.push_back(line.client + " " + line.user + " " + std::to_string(line.count));
    }
    return told;
  }
  NoteSummary summary() { return notes_.take_summary("relay", "unauthenticated"); }

  RefusalNotes notes_{true};
  LineBudget budget_{1'000};
  Instant now_{seconds(100)};
};

TEST_F(RefusalNotesTest, SumsUpWhoItWasWithoutNamingThem) {
  refuse("192.0.2.1", "", "untrusted_proxy", {{"origin", "https://a.example"}});
  refuse("192.0.2.1", "", "untrusted_proxy", {{"origin", "https://a.example"}});
  refuse("192.0.2.2", "", "direct", {{"origin", "https://b.example"}, {"host", ""}});
  const NoteSummary told = summary();
  EXPECT_EQ(told.from, "direct 1, untrusted_proxy 2");
  EXPECT_EQ(told.addresses, 2);
  EXPECT_THAT(told.details, ElementsAre(Pair("origin", "https://a.example, https://b.example")));
  EXPECT_EQ(summary().addresses, 0);
}

TEST_F(RefusalNotesTest, ANetworkIsOneAddress) {
  refuse("2001:db8::1");
  refuse("2001:db8::2");
  EXPECT_EQ(summary().addresses, 1);
}

TEST_F(RefusalNotesTest, KeepsFewAndShortValues) {
  const std::string large(10'000, 'x');
  for (const char* value : {"a", "b", "c", "d"}) {
    refuse("192.0.2.1", "", "direct", {{"host", value}, {"origin", large}});
  }
  const NoteSummary told = summary();
  EXPECT_EQ(told.details[0].second, "a, b, c, …");
  EXPECT_EQ(told.details[1].second.size(), 120);
}

TEST_F(RefusalNotesTest, EachOfAClientsFirstOnesHasALineTheOthersOne) {
  for (const char* user : {"ana", "ben"}) refuse("192.0.2.1", user);
  EXPECT_THAT(lines(), ElementsAre("192.0.2.1 ana 1", "192.0.2.1 ben 1"));
  for (int i = 0; i < 100; ++i) refuse("192.0.2.1", "root");
  refuse("192.0.2.2");
  EXPECT_THAT(lines(), ElementsAre("192.0.2.2  1", "192.0.2.1 root 1", "192.0.2.1 root 1",
                                   "192.0.2.1 root 1"));
  EXPECT_THAT(lines(), IsEmpty());
  now_ += seconds(60);
  EXPECT_THAT(lines(), ElementsAre("192.0.2.1 root 97"));
  refuse("192.0.2.1", "root");
  EXPECT_THAT(lines(), ElementsAre("192.0.2.1 root 1"));
}

TEST_F(RefusalNotesTest, WhatTheBudgetHasNoRoomForWaits) {
  budget_ = LineBudget(4);  // three of them for clients who guess
  for (int i = 0; i < 10; ++i) refuse("192.0.2." + std::to_string(i + 1));
  EXPECT_EQ(lines().size(), 3);
  EXPECT_THAT(lines(), IsEmpty());
  now_ += seconds(60);
  EXPECT_EQ(lines().size(), 3);
}

// A guesser who also fails in ten harmless ways, beside ninety others who do.
TEST_F(RefusalNotesTest, NothingElseKeepsWhoGuessesOutOfTheLog) {
  budget_ = LineBudget(50);  // as shipped
  constexpr std::array kHarmless = {"bad_request", "not_found", "unknown_host", "tls_failed"};
  std::size_t told = 0;
  for (int second = 0; second < 120; ++second) {
    now_ += seconds(1);
    for (const char* kind : kHarmless) {
      refuse_as("network", kind, "192.0.2.1");
      for (int i = 0; i < 90; ++i) refuse_as("network", kind, "10.1.1." + std::to_string(i));
    }
    refuse_as("relay", "unauthenticated", "192.0.2.1");
    for (const ClientLine& line : notes_.take_client_lines(budget_, now_)) {
      if (line.kind == "unauthenticated") ++told;
    }
  }
  EXPECT_GE(told, 10U);
}

TEST_F(RefusalNotesTest, ClientsHaveTurns) {
  budget_ = LineBudget(8);  // four of them for clients of this kind
  for (int i = 0; i < 5; ++i) {
    for (const char* client : {"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5"}) {
      refuse_as("network", "not_found", client);
    }
  }
  EXPECT_THAT(lines(), ElementsAre("192.0.2.1  1", "192.0.2.2  1", "192.0.2.3  1", "192.0.2.4  1"));
  now_ += seconds(60);
  EXPECT_EQ(lines().front(), "192.0.2.5  1");
}

TEST_F(RefusalNotesTest, AnIpv6NetworkIsOneClient) {
  for (int i = 0; i < 100; ++i) refuse("2001:db8::" + std::to_string(i + 1));
  const auto told = lines();
  EXPECT_EQ(told.size(), RefusalNotes::kLinesOfClientMax);
  EXPECT_EQ(told.front(), "2001:db8::100  1") << "with its latest address";
}

TEST_F(RefusalNotesTest, ManyClientsTakeLittleMemory) {
  for (int i = 0; i < 10'000; ++i) {
    refuse("10.1." + std::to_string(i / 250) + "." + std::to_string(i % 250));
  }
  EXPECT_EQ(summary().addresses, RefusalNotes::kAddressesMax);
  budget_ = LineBudget(1'000'000);
  EXPECT_EQ(lines().size(), RefusalNotes::kClientsMax);
}

TEST_F(RefusalNotesTest, CountsByHowTheyCame) {
  refuse("192.0.2.1");
  refuse("192.0.2.1");
  refuse("192.0.2.1", "", "proxy");
  const auto totals = notes_.totals();
  ASSERT_EQ(totals.size(), 2);
  EXPECT_EQ(totals[0].from, "direct");
  EXPECT_EQ(totals[0].count, 2);
}

// Ten minutes of everything at once: every kind of refusal, a thousand clients, calls without end.
TEST_F(RefusalNotesTest, AFloodOfEverythingStaysBelowALineASecond) {
  budget_ = LineBudget(50);  // as shipped
  RefusalLog kinds;
  std::vector<std::string> names;
  for (int i = 0; i < 40; ++i) names.push_back("kind" + std::to_string(i));
  std::vector<RefusalTotal> totals;
  for (const std::string& name : names) totals.push_back({"network", name, 0});
  std::size_t lines = 0;
  std::size_t of_kinds = 0;
  constexpr int kSeconds = 600;
  for (int second = 0; second < kSeconds; ++second) {
    now_ += seconds(1);
    for (int i = 0; i < 1'000; ++i) {
      refuse("10.1." + std::to_string(i / 250) + "." + std::to_string(i % 250), "root");
    }
    for (RefusalTotal& total : totals) total.total += 1'000;
    const std::size_t told = kinds.update(totals, now_, &budget_).size();
    of_kinds += told;
    lines += told + notes_.take_client_lines(budget_, now_).size();
    while (budget_.take(LineBudget::Purpose::kEvent, now_)) ++lines;
  }
  EXPECT_LT(lines, kSeconds);
  // And every kind is told all the same, nearly every minute.
  EXPECT_GT(of_kinds, names.size() * 8);
}

TEST(RefusalNotes, NamesNobodyUnlessAsked) {
  RefusalNotes notes(false);
  LineBudget budget(100);
  notes.note({.area = "relay",
              .kind = "quota",
              .from = "udp",
              .client = IpAddress::parse("192.0.2.1"),
              .user = "ana",
              .details = {}},
             Instant{});
  EXPECT_THAT(notes.take_client_lines(budget, Instant{}), IsEmpty());
}

TEST(LineBudget, LeavesRoomForWhatMattersMore) {
  LineBudget budget(10);
  Instant now{};
  const auto take = [&](LineBudget::Purpose purpose) {
    int taken = 0;
    while (budget.take(purpose, now)) ++taken;
    return taken;
  };
  EXPECT_EQ(take(LineBudget::Purpose::kClient), 5);
  EXPECT_EQ(take(LineBudget::Purpose::kEvent), 1);
  EXPECT_EQ(take(LineBudget::Purpose::kGuess), 1);
  EXPECT_EQ(take(LineBudget::Purpose::kKind), 3);
  now += seconds(59);
  EXPECT_EQ(take(LineBudget::Purpose::kKind), 0);
  now += seconds(1);
  EXPECT_EQ(take(LineBudget::Purpose::kKind), 10);
}

}  // namespace
}  // namespace visavis::ops

#include "server/ops/refusal_notes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
  EXPECT_THAT(lines(), ElementsAre("192.0.2.1 root 1", "192.0.2.1 root 1", "192.0.2.1 root 1",
                                   "192.0.2.2  1"));
  EXPECT_THAT(lines(), IsEmpty());
  now_ += seconds(60);
  EXPECT_THAT(lines(), ElementsAre("192.0.2.1 root 97"));
  refuse("192.0.2.1", "root");
  EXPECT_THAT(lines(), ElementsAre("192.0.2.1 root 1"));
}

TEST_F(RefusalNotesTest, WhatTheBudgetHasNoRoomForWaits) {
  budget_ = LineBudget(4);  // three of them for clients
  for (int i = 0; i < 10; ++i) refuse("192.0.2." + std::to_string(i + 1));
  EXPECT_EQ(lines().size(), 3);
  EXPECT_THAT(lines(), IsEmpty());
  now_ += seconds(60);
  EXPECT_EQ(lines().size(), 3);
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
  EXPECT_EQ(take(LineBudget::Purpose::kEvent), 6);
  EXPECT_EQ(take(LineBudget::Purpose::kClient), 1);
  EXPECT_EQ(take(LineBudget::Purpose::kKind), 3);
  now += seconds(59);
  EXPECT_EQ(take(LineBudget::Purpose::kKind), 0);
  now += seconds(1);
  EXPECT_EQ(take(LineBudget::Purpose::kKind), 10);
}

}  // namespace
}  // namespace visavis::ops

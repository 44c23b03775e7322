// Whole lives of people who meet in rooms, over sockets that die and a server that restarts: when
// all has become quiet, everybody inside agrees on who is there, and nothing is left behind.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "tests/sim/network.h"
#include "tests/sim/room_guest.h"

namespace visavis::sim {
namespace {

constexpr std::uint64_t kSeeds = 25;
constexpr int kGuests = 6;

void add(RoomGuest::Deeds& totals, const RoomGuest::Deeds& deeds) {
  totals.entered += deeds.entered;
  totals.knocked += deeds.knocked;
  totals.admitted += deeds.admitted;
  totals.refused += deeds.refused;
  totals.rang += deeds.rang;
  totals.rang_inside += deeds.rang_inside;
  totals.rejoined += deeds.rejoined;
  totals.signals += deeds.signals;
  totals.removed += deeds.removed;
  totals.hosted += deeds.hosted;
  totals.sent_to_door += deeds.sent_to_door;
}

// Those in one call know of each other, of nobody else, and of the same rules; the hub has these
// calls and no other.
void expect_agreement(const std::vector<std::unique_ptr<RoomGuest>>& guests,
                      const signaling::Gauges& gauges) {
  std::map<std::string, std::set<std::string>> calls;
  std::map<std::string, std::size_t> inside;
  std::map<std::string, std::string> rules;
  for (const auto& guest : guests) {
    if (guest->inside().empty()) continue;
    ++inside[guest->inside()];
    const auto [known, first] = calls.emplace(guest->inside(), guest->roster());
    EXPECT_EQ(known->second, guest->roster());
    EXPECT_EQ(rules.emplace(guest->inside(), guest->rules()).first->second, guest->rules());
  }
  for (const auto& [call, roster] : calls) EXPECT_EQ(roster.size(), inside[call]);
  EXPECT_EQ(gauges.calls, calls.size());
}

void live(std::uint64_t seed, RoomGuest::Deeds& totals) {
  SCOPED_TRACE("VISAVIS_SIM_SEED=" + std::to_string(seed));
  signaling::Limits limits;
  limits.messages_burst = 100'000;  // an outage's worth is sent again at once
  limits.participants_max = 4;
  limits.room_memory = seconds(60);
  limits.ring_timeout = seconds(5);
  Network network(seed, limits);
  std::vector<std::unique_ptr<RoomGuest>> guests;
  for (int i = 0; i < kGuests; ++i) {
    guests.push_back(std::make_unique<RoomGuest>(network, "Guest " + std::to_string(i)));
  }
  for (const auto& guest : guests) {
    for (const auto& other : guests) {
      if (other != guest) guest->know(*other);
    }
    guest->start();
  }
  for (int restarts = 0; restarts < 3; ++restarts) {
    network.run_until(network.events().now() + milliseconds(network.pick(30'000, 60'000)));
    network.restart();
  }
  network.run_until(network.events().now() + minutes(1));
  for (const auto& guest : guests) guest->calm_down();
  network.run_until(network.events().now() + minutes(2));
  expect_agreement(guests, network.hub().gauges());
  for (const auto& guest : guests) {
    guest->stop();
    add(totals, guest->deeds());
  }
  network.run_until(network.events().now() + minutes(3));
  const signaling::Gauges gauges = network.hub().gauges();
  EXPECT_EQ(gauges.sessions, 0U);
  EXPECT_EQ(gauges.calls, 0U);
  EXPECT_EQ(gauges.rooms, 0U);
  EXPECT_TRUE(network.relayed_calls().empty()) << "a call has ended, and the relay was not told";
}

TEST(RoomsSim, EverybodyInsideAgreesOnWhoIsThere) {
  RoomGuest::Deeds totals;
  if (const char* given = std::getenv("VISAVIS_SIM_SEED")) {
    live(std::strtoull(given, nullptr, 10), totals);
  } else {
    for (std::uint64_t seed = 1; seed <= kSeeds && !HasFailure(); ++seed) live(seed, totals);
  }
  // The lives were eventful, or the expectations above meant nothing.
  EXPECT_GT(totals.entered, 50U);
  EXPECT_GT(totals.knocked, 20U);
  EXPECT_GT(totals.admitted, 10U);
  EXPECT_GT(totals.refused, 5U);
  EXPECT_GT(totals.rang, 20U);
  EXPECT_GT(totals.rang_inside, 10U);
  EXPECT_GT(totals.rejoined, 10U);
  EXPECT_GT(totals.signals, 1'000U);
  EXPECT_GT(totals.removed, 5U);
  EXPECT_GT(totals.hosted, 20U);
}

}  // namespace
}  // namespace visavis::sim

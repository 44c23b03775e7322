// Whole lives of many clients over sockets that die and a server that restarts, in virtual time:
// whatever the order of events, what was sent arrives in order and once, every call ends once for
// everybody, and nothing is left behind.
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <vector>

#include "tests/sim/client.h"
#include "tests/sim/network.h"

namespace visavis::sim {
namespace {

constexpr std::uint64_t kSeeds = 25;
constexpr int kPairs = 4;

struct Totals {
  std::uint64_t signals = 0;
  std::uint64_t resumes = 0;
  std::uint64_t fresh_starts = 0;
  std::uint64_t calls = 0;
  std::uint64_t rejoins = 0;
  std::uint64_t second_calls = 0;
};

void expect_empty(const signaling::Gauges& gauges) {
  EXPECT_EQ(gauges.connections, 0U);
  EXPECT_EQ(gauges.sessions, 0U);
  EXPECT_EQ(gauges.people, 0U);
  EXPECT_EQ(gauges.calls, 0U);
  EXPECT_EQ(gauges.replay_bytes, 0U);
}

void live(std::uint64_t seed, Totals& totals) {
  SCOPED_TRACE("VISAVIS_SIM_SEED=" + std::to_string(seed));
  signaling::Limits limits;
  limits.messages_burst = 100'000;  // an outage's worth is sent again at once
  Network network(seed, limits);
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 2 * kPairs; ++i) {
    clients.push_back(std::make_unique<Client>(network, "Client " + std::to_string(i)));
    // Half of the pairs call in both directions: glare.
    if (i % 2 == 1) clients[i]->be_called_by(*clients[i - 1]);
    if (i % 4 == 1) clients[i - 1]->be_called_by(*clients[i]);
    // And some call into other pairs, which are in a call often.
    if (i % 4 == 2) clients[i]->be_called_by(*clients[i - 1]);
  }
  for (const auto& client : clients) client->start();
  for (int restarts = 0; restarts < 3; ++restarts) {
    network.run_until(network.events().now() + milliseconds(network.pick(30'000, 60'000)));
    network.restart();
  }
  network.run_until(network.events().now() + minutes(1));
  for (const auto& client : clients) {
    client->stop();
    totals.signals += client->signals_heard();
    totals.resumes += client->resumes();
    totals.fresh_starts += client->fresh_starts();
    totals.rejoins += client->rejoins();
    totals.calls += client->calls_ended();
    totals.second_calls += client->second_calls();
  }
  network.run_until(network.events().now() + minutes(3));
  expect_empty(network.hub().gauges());
  EXPECT_TRUE(network.relayed_calls().empty()) << "a call has ended, and the relay was not told";
}

TEST(SignalingSim, NothingIsLostDoubledOrLeftBehind) {
  Totals totals;
  if (const char* given = std::getenv("VISAVIS_SIM_SEED")) {
    live(std::strtoull(given, nullptr, 10), totals);
  } else {
    for (std::uint64_t seed = 1; seed <= kSeeds && !HasFailure(); ++seed) live(seed, totals);
  }
  // The lives were eventful, or the expectations above meant nothing.
  EXPECT_GT(totals.signals, 1'000U);
  EXPECT_GT(totals.resumes, 50U);
  EXPECT_GT(totals.fresh_starts, 8U);
  EXPECT_GT(totals.calls, 20U);
  EXPECT_GT(totals.rejoins, 10U);
  EXPECT_GT(totals.second_calls, 50U);
}

}  // namespace
}  // namespace visavis::sim

#include "tests/sim/relay_network.h"

#include <gtest/gtest.h>

#include <utility>

#include "core/base/byte_order.h"

namespace visavis::sim {

using stun::AttributeType;
using turn::testing::Heard;

turn::ServerOptions RelayNetwork::options(unsigned loop) {
  turn::ServerOptions options;
  options.loop = loop;
  options.loops = kRelayLoops;
  options.secrets = {std::string(turn::testing::kSecret)};
  options.limits.nonce_lifetime = minutes(15);
  options.limits.bytes_per_second_per_user_max = 0;
  options.limits.bytes_per_second_per_call_max = 0;
  options.limits.challenge_addresses_max = 1'024;
  return options;
}

RelayNetwork::RelayNetwork(std::uint64_t seed) : random_bytes_(seed), chance_(seed) {
  for (unsigned i = 0; i < kRelayLoops; ++i) {
    loops_[i] = std::make_unique<Loop>(options(i), random_bytes_);
  }
}

turn::Clock RelayNetwork::clock() const {
  const Instant now = events_.now();
  return {now, std::chrono::sys_seconds(std::chrono::seconds(1'700'000'000)) +
                   std::chrono::floor<std::chrono::seconds>(now.time_since_epoch())};
}

void RelayNetwork::carry(const std::function<void()>& arrival) {
  if (const auto when = std::exchange(arrival_, std::nullopt)) {
    return events_.after(*when - events_.now(), arrival);
  }
  if (pick(1, 100) <= 10) return;
  events_.after(microseconds(pick(500, 200'000)), arrival);
  if (pick(1, 100) <= 10) events_.after(microseconds(pick(500, 900'000)), arrival);
}

std::optional<Instant> RelayNetwork::some_edge(const turn::FiveTuple& client) {
  const auto deadlines = loop_of(client).model.deadlines(client);
  if (deadlines.empty()) return std::nullopt;
  const Instant edge =
      deadlines[pick(0, deadlines.size() - 1)] + microseconds(pick(0, 2)) - microseconds(1);
  return edge <= events_.now() ? std::nullopt : std::optional(edge);
}

void RelayNetwork::request(const Spoken& meant, std::vector<std::uint8_t> packet,
                           OnResponse on_response) {
  carry([this, meant, packet = std::move(packet), on_response = std::move(on_response)] {
    on_request(meant, packet, on_response);
  });
}

std::vector<turn::Command> RelayNetwork::drain(Loop& loop) {
  std::vector<turn::Command> commands;
  while (auto command = loop.server.poll_command()) commands.push_back(std::move(*command));
  return commands;
}

void RelayNetwork::on_request(const Spoken& meant, const std::vector<std::uint8_t>& packet,
                              const OnResponse& on_response) {
  Loop& loop = loop_of(meant.client);
  const int expected = loop.model.expect(meant, clock());
  const turn::Forward forward = loop.server.on_client_packet(meant.client, packet, clock());
  EXPECT_TRUE(std::holds_alternative<std::monostate>(forward));
  auto commands = drain(loop);
  ASSERT_EQ(commands.size(), 1U);
  const auto& send = std::get<turn::SendToClient>(commands[0]);
  EXPECT_EQ(send.client, meant.client);
  const Heard heard(send.bytes);
  ASSERT_EQ(heard.what(), expected == 0 ? "success" : std::to_string(expected))
      << "method " << static_cast<int>(meant.method) << " of " << meant.username;
  if (expected == 0) {
    loop.model.succeed(meant, heard.relayed(), events_.now());
  } else {
    ++refused_;
  }
  const std::string nonce(heard.text(AttributeType::kNonce));
  if (!nonce.empty()) loop.model.challenged(nonce, events_.now());
  carry([heard, on_response] { on_response(heard); });
}

// A packet carries the name of its sender's call.
void RelayNetwork::data(const turn::FiveTuple& client, std::uint16_t channel,
                        const std::string& call) {
  std::vector<std::uint8_t> packet(4);
  store_u16(packet, channel);
  store_u16(MutableByteView(packet).subspan(2), static_cast<std::uint16_t>(call.size()));
  packet.insert(packet.end(), call.begin(), call.end());
  carry([this, client, channel, packet, call] {
    on_data(client, packet, call,
            loop_of(client).model.from_client(client, channel, events_.now()));
  });
}

void RelayNetwork::data(const turn::FiveTuple& client, const TransportAddress& peer,
                        const std::string& call) {
  std::vector<std::uint8_t> packet;
  stun::MessageBuilder builder(packet, stun::Class::kIndication, stun::Method::kSend, {});
  turn::testing::peer(peer)(builder);
  builder.add(AttributeType::kData, as_bytes(call));
  carry([this, client, peer, packet, call] {
    on_data(client, packet, call, loop_of(client).model.from_client(client, peer, events_.now()));
  });
}

void RelayNetwork::on_data(const turn::FiveTuple& client, const std::vector<std::uint8_t>& packet,
                           const std::string& call,
                           const std::optional<RelayModel::Way>& expected) {
  Loop& loop = loop_of(client);
  const turn::Forward forward = loop.server.on_client_packet(client, packet, clock());
  EXPECT_TRUE(drain(loop).empty()) << "data is not answered";
  if (!expected) {
    EXPECT_TRUE(std::holds_alternative<std::monostate>(forward));
    return;
  }
  const unsigned owner = expected->to.port / 2 % kRelayLoops;
  if (&*loops_[owner] == &loop) return check_arrival(loop, forward, *expected);
  ASSERT_TRUE(std::holds_alternative<turn::ToLoop>(forward));
  const auto& to = std::get<turn::ToLoop>(forward);
  ASSERT_EQ(to.loop, owner);
  EXPECT_EQ(to.hairpin.from, expected->from);
  EXPECT_EQ(to.hairpin.to, expected->to);
  EXPECT_EQ(as_text(to.hairpin.data), call);
  events_.after(microseconds(pick(0, 2'000)),
                [this, owner, hairpin = to.hairpin, call, way = *expected]() mutable {
                  hairpin.data = as_bytes(call);
                  on_hairpin(*loops_[owner], hairpin, way);
                });
}

void RelayNetwork::on_hairpin(Loop& loop, const turn::Hairpin& hairpin,
                              const RelayModel::Way& way) {
  check_arrival(loop, loop.server.on_hairpin(hairpin, events_.now()), way);
  EXPECT_TRUE(drain(loop).empty());
}

void RelayNetwork::check_arrival(Loop& loop, const turn::Forward& forward,
                                 const RelayModel::Way& way) {
  const auto* to = std::get_if<turn::ToClient>(&forward);
  ASSERT_EQ(to == nullptr ? "nothing" : RelayModel::words(*to),
            loop.model.to_client(way, events_.now()));
  if (to == nullptr) return;
  ++delivered_;
  const std::string* call = loop.model.call_of(*to->client);
  ASSERT_TRUE(call != nullptr && as_text(to->data) == *call) << "data of another call";
}

void RelayNetwork::end_call(const std::string& call,
                            const std::optional<std::string>& participant) {
  for (auto& loop : loops_) {
    events_.after(microseconds(pick(0, 5'000)), [this, &loop = *loop, call, participant] {
      loop.server.on_call_ended(call, participant, clock());
      loop.model.end_call(call, participant);
      for (const auto& command : drain(loop)) {
        const auto* close = std::get_if<turn::CloseClient>(&command);
        ASSERT_TRUE(close != nullptr);
        EXPECT_NE(close->client.transport, turn::Transport::kUdp);
      }
      EXPECT_EQ(loop.server.counters().allocations >= loop.model.alive(events_.now()), true);
    });
  }
}

std::optional<Instant> RelayNetwork::next_timer() const {
  std::optional<Instant> next;
  for (const auto& loop : loops_) {
    const auto timer = loop->server.next_timeout();
    if (timer && (!next || *timer < *next)) next = timer;
  }
  return next;
}

void RelayNetwork::fire_timers() {
  for (const auto& loop : loops_) {
    loop->server.on_timeout(events_.now());
    EXPECT_TRUE(drain(*loop).empty()) << "an end of time is silent";
    const auto next = loop->server.next_timeout();
    EXPECT_TRUE(!next || *next > events_.now()) << "a timer that stands still";
    EXPECT_EQ(loop->server.counters().allocations, loop->model.alive(events_.now()));
  }
}

void RelayNetwork::run_until(Instant end) {
  while (!testing::Test::HasFailure()) {
    const auto timer = next_timer();
    const auto event = events_.next();
    // Half of the timers that are due come after the packets that came in the meantime.
    const bool timer_first = timer && (!event || (*timer <= *event && pick(0, 1) == 0));
    const auto next = timer_first ? timer : event;
    if (!next || *next > end) break;
    if (timer_first) {
      events_.advance_to(*timer);
      fire_timers();
    } else {
      events_.run_next();
    }
  }
  events_.advance_to(end);
}

void RelayNetwork::expect_empty() const {
  for (const auto& loop : loops_) {
    EXPECT_EQ(loop->server.counters().allocations, 0U);
    EXPECT_EQ(loop->model.alive(events_.now()), 0U);
    EXPECT_FALSE(loop->server.next_timeout());
  }
}

turn::Counters RelayNetwork::total() const {
  turn::Counters total;
  for (const auto& loop : loops_) {
    const turn::Counters& counters = loop->server.counters();
    total.allocations_made += counters.allocations_made;
    total.hairpins_local += counters.hairpins_local;
    total.hairpins_remote += counters.hairpins_remote;
  }
  return total;
}

}  // namespace visavis::sim

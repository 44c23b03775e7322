// Hours of calls over a relay of two loops, in virtual time, on a network that loses, doubles and
// reorders: what the relay answers and forwards is at every packet what a plain model says, nobody
// hears another call, and nothing is left behind.
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "tests/sim/relay_network.h"

namespace visavis::sim {
namespace {

using stun::AttributeType;
using stun::Method;
using turn::testing::Heard;
namespace say = turn::testing;

constexpr std::uint64_t kSeeds = 2;
constexpr int kCallsAtOnce = 12;
constexpr int kParticipants = 3;
constexpr int kClientsPerParticipant = 2;
constexpr auto kLife = std::chrono::hours(2);

// The relayed addresses that were ever given in a call, as its participants tell each other.
struct Meeting {
  std::string name;
  std::vector<TransportAddress> addresses;
};

// One socket of a participant: allocates, refreshes, permits, binds, sends, as it likes and often
// too late.
class Participant {
 public:
  Participant(RelayNetwork& network, std::shared_ptr<Meeting> meeting, std::string name,
              std::uint64_t link)
      : network_(network), meeting_(std::move(meeting)), name_(std::move(name)) {
    const auto last = static_cast<std::uint8_t>(link % 250 + 1);
    tuple_ = {{IpAddress::v4({203, 0, 113, last}), static_cast<std::uint16_t>(1'024 + link)},
              {IpAddress::v4({198, 51, 100, 1}), 443},
              static_cast<turn::Transport>(link % 3),
              link};
    renew();
  }

  void act(const std::shared_ptr<Participant>& self) {
    if (left_) return;
    one_step(self);
    network_.events().after(milliseconds(network_.pick(1'000, 40'000)),
                            [self] { self->act(self); });
  }
  void leave() { left_ = true; }

 private:
  void renew() {
    // Some expire soon.
    meant_.expiry = network_.clock().wall + std::chrono::seconds(network_.pick(60, 7'200));
    credential_ = turn::issue_credential(say::kSecret, meant_.expiry, meeting_->name, name_);
    meant_.client = tuple_;
    meant_.username = credential_.username;
    meant_.call = meeting_->name;
    meant_.participant = name_;
  }

  // A renewed credential does not fit the allocation of the old one: to another socket with it.
  void move() {
    tuple_.link += 1'000'000;
    meant_.client = tuple_;
    relayed_ = {};
    allocate_packet_.clear();
  }

  TransportAddress some_peer() {
    const auto& all = meeting_->addresses;
    if (all.empty()) return {turn::virtual_address(false), 5'000};
    return all[network_.pick(0, all.size() - 1)];
  }

  void one_step(const std::shared_ptr<Participant>& self) {
    const std::uint64_t dice = network_.pick(1, 100);
    const auto channel = static_cast<std::uint16_t>(0x4000 + network_.pick(0, 3));
    if (nonce_.empty() || relayed_.port == 0 || dice <= 5) return allocate(self);
    if (dice <= 15) return refresh(self, seconds(network_.pick(0, 9) == 0 ? 0 : 600));
    if (dice <= 17) return renew();
    if (network_.pick(0, 3) == 0) {
      if (const auto edge = network_.some_edge(tuple_)) network_.next_arrives_at(*edge);
    }
    if (dice <= 19) return refresh(self, seconds(1'200));
    if (dice <= 21) return permit(self, {IpAddress::v4({127, 0, 0, 1}), 443});
    if (dice <= 40) return permit(self, some_peer());
    if (dice <= 60) return bind(self, channel, some_peer());
    if (dice <= 80) return network_.data(tuple_, some_peer(), meeting_->name);
    return network_.data(tuple_, channel, meeting_->name);
  }

  void allocate(const std::shared_ptr<Participant>& self) {
    const bool again = !allocate_packet_.empty() && network_.pick(0, 1) == 0;
    if (!again) {
      allocate_ = meant(Method::kAllocate);
      allocate_packet_ = signed_packet(allocate_, {say::udp()});
    }
    network_.request(allocate_, allocate_packet_,
                     [self](const Heard& heard) { self->on_allocated(heard); });
  }

  void on_allocated(const Heard& heard) {
    learn(heard);
    if (heard.what() != "success") return;
    relayed_ = heard.relayed();
    meeting_->addresses.push_back(relayed_);
  }

  void refresh(const std::shared_ptr<Participant>& self, seconds lifetime) {
    Spoken refresh = meant(Method::kRefresh);
    refresh.lifetime = lifetime;
    const auto value = static_cast<std::uint32_t>(lifetime.count());
    network_.request(refresh, signed_packet(refresh, {say::lifetime(value)}),
                     [self](const Heard& heard) { self->on_refreshed(heard); });
  }

  void on_refreshed(const Heard& heard) {
    learn(heard);
    if (heard.what() == "437" || heard.lifetime_s() == 0) relayed_ = {};
  }

  void permit(const std::shared_ptr<Participant>& self, const TransportAddress& peer) {
    Spoken permit = meant(Method::kCreatePermission);
    permit.peer = peer;
    network_.request(permit, signed_packet(permit, {say::peer(peer)}),
                     [self](const Heard& heard) { self->learn(heard); });
  }

  void bind(const std::shared_ptr<Participant>& self, std::uint16_t channel,
            const TransportAddress& peer) {
    Spoken bind = meant(Method::kChannelBind);
    bind.peer = peer;
    bind.channel = channel;
    network_.request(bind, signed_packet(bind, {say::channel(channel), say::peer(peer)}),
                     [self](const Heard& heard) { self->learn(heard); });
  }

  Spoken meant(Method method) {
    Spoken spoken = meant_;
    spoken.method = method;
    spoken.nonce = nonce_;
    for (auto& byte : spoken.id) byte = static_cast<std::uint8_t>(network_.pick(0, 255));
    return spoken;
  }

  std::vector<std::uint8_t> signed_packet(const Spoken& spoken,
                                          const std::vector<say::Fill>& attributes) const {
    std::vector<std::uint8_t> out;
    stun::MessageBuilder builder(out, stun::Class::kRequest, spoken.method, spoken.id);
    for (const auto& fill : attributes) fill(builder);
    if (spoken.nonce.empty()) return out;
    builder.add(AttributeType::kUsername, as_bytes(credential_.username));
    builder.add(AttributeType::kRealm, as_bytes(realm_));
    builder.add(AttributeType::kNonce, as_bytes(spoken.nonce));
    const auto key = stun::long_term_key(stun::PasswordAlgorithm::kMd5, credential_.username,
                                         realm_, credential_.password);
    stun::add_integrity(builder, stun::Integrity::kSha1, key.view());
    return out;
  }

  void learn(const Heard& heard) {
    if (heard.what() == "401" && !nonce_.empty()) renew();
    if (heard.what() == "441") move();
    if (heard.text(AttributeType::kNonce).empty()) return;
    realm_ = heard.text(AttributeType::kRealm);
    nonce_ = heard.text(AttributeType::kNonce);
    allocate_packet_.clear();
  }

  RelayNetwork& network_;
  std::shared_ptr<Meeting> meeting_;
  std::string name_;
  turn::FiveTuple tuple_;
  turn::Credential credential_;
  Spoken meant_;
  std::string realm_;
  std::string nonce_;
  Spoken allocate_;
  std::vector<std::uint8_t> allocate_packet_;
  TransportAddress relayed_;
  bool left_ = false;
};

// One call after the other. Clients of a call that has ended do not know it and go on for a while.
class Line {
 public:
  explicit Line(RelayNetwork& network, std::uint64_t number) : network_(network), number_(number) {
    begin();
  }
  void stop() {
    stopped_ = true;
    for (const auto& participant : participants_) participant->leave();
  }

 private:
  void begin() {
    if (stopped_) return;
    const auto meeting = std::make_shared<Meeting>();
    meeting->name = "call-" + std::to_string(number_) + "-" + std::to_string(++calls_);
    for (int i = 0; i < kParticipants * kClientsPerParticipant; ++i) {
      const std::string name = "p" + std::to_string(i / kClientsPerParticipant);
      const std::uint64_t link = (number_ * 1'000 + calls_) * 10 + i;
      auto participant = std::make_shared<Participant>(network_, meeting, name, link);
      participants_.push_back(participant);
      participant->act(participant);
    }
    if (network_.pick(0, 2) == 0) {
      network_.events().after(minutes(network_.pick(1, 20)),
                              [this, meeting] { network_.end_call(meeting->name, "p0"); });
    }
    network_.events().after(minutes(network_.pick(5, 40)), [this, meeting] { end(*meeting); });
  }

  void end(const Meeting& meeting) {
    // Half end properly, the other half run out.
    if (network_.pick(0, 1) == 0) network_.end_call(meeting.name, std::nullopt);
    for (const auto& participant : std::exchange(participants_, {})) {
      network_.events().after(seconds(network_.pick(0, 600)),
                              [participant] { participant->leave(); });
    }
    begin();
  }

  RelayNetwork& network_;
  std::uint64_t number_;
  std::uint64_t calls_ = 0;
  bool stopped_ = false;
  std::vector<std::shared_ptr<Participant>> participants_;
};

struct Totals {
  std::uint64_t allocations = 0;
  std::uint64_t local = 0;
  std::uint64_t remote = 0;
  std::uint64_t delivered = 0;
  std::uint64_t refused = 0;
};

void live(std::uint64_t seed, Totals& totals) {
  SCOPED_TRACE("VISAVIS_SIM_SEED=" + std::to_string(seed));
  RelayNetwork network(seed);
  std::vector<std::unique_ptr<Line>> lines;
  for (std::uint64_t i = 0; i < kCallsAtOnce; ++i) {
    lines.push_back(std::make_unique<Line>(network, i));
  }
  network.run_until(network.events().now() + kLife);
  for (const auto& line : lines) line->stop();
  network.run_until(network.events().now() + kLife);
  network.expect_empty();
  const turn::Counters counters = network.total();
  totals.allocations += counters.allocations_made;
  totals.local += counters.hairpins_local;
  totals.remote += counters.hairpins_remote;
  totals.delivered += network.delivered();
  totals.refused += network.refused();
}

TEST(RelaySim, DoesWhatThePlainModelDoes) {
  Totals totals;
  if (const char* given = std::getenv("VISAVIS_SIM_SEED")) {
    live(std::strtoull(given, nullptr, 10), totals);
  } else {
    for (std::uint64_t seed = 1; seed <= kSeeds && !HasFailure(); ++seed) live(seed, totals);
  }
  // The lives were eventful, or the expectations above meant nothing.
  EXPECT_GT(totals.allocations, 1'500U);
  EXPECT_GT(totals.local, 1'000U);
  EXPECT_GT(totals.remote, 1'000U);
  EXPECT_GT(totals.delivered, 2'000U);
  EXPECT_GT(totals.refused, 2'000U);
}

}  // namespace
}  // namespace visavis::sim

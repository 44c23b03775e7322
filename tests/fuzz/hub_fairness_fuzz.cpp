// Bytes become attackers of one address, each with something that it does again and again; honest
// people live among them, who must notice nothing. What attackers make the hub keep, and what one
// message makes it send, is bounded by what docs/security/abuse-cases.md says.
#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/fuzz/fairness_bystanders.h"
#include "tests/fuzz/hub_world.h"
#include "tests/fuzz/require.h"

namespace {

using namespace visavis;             // NOLINT: a program, not a header
using namespace visavis::signaling;  // NOLINT
using fuzz::Bystanders;
using fuzz::HubWorld;
using fuzz::require;

constexpr std::uint8_t kAddress = 1;
constexpr std::size_t kAttackersMax = 12;
constexpr std::size_t kStepsMax = 200;
constexpr int kBurstMax = 400;
// Those of the honest.
constexpr std::size_t kHonestSessions = 4;
constexpr std::size_t kHonestRooms = 2;

std::string quoted(const std::string& text) { return '"' + text + '"'; }

std::string pick(FuzzedDataProvider& provider, const std::vector<std::string>& pool) {
  if (pool.empty()) return "\"AAAA\"";
  return quoted(pool[provider.ConsumeIntegralInRange<std::size_t>(0, pool.size() - 1)]);
}

class Attackers {
 public:
  Attackers(FuzzedDataProvider& provider, HubWorld& world, const Bystanders& honest,
            const Limits& limits)
      : provider_(provider),
        world_(world),
        honest_(honest),
        limits_(limits),
        honest_identities_(world.known().identities) {}

  void connect() {
    if (lines_.size() >= kAttackersMax) return;
    world_.connect(kAddress);
    lines_.push_back(world_.last_connection());
    say(lines_.back(), hello());
    for (const std::string& identity : world_.known().identities) {
      const auto is_known = [&identity](const std::vector<std::string>& some) {
        return std::find(some.begin(), some.end(), identity) != some.end();
      };
      if (!is_known(honest_identities_) && !is_known(own_identities_)) {
        own_identities_.push_back(identity);
      }
    }
  }

  // One of them does one thing, again and again.
  template <typename After>
  void act(After after) {
    if (lines_.empty()) return connect();
    const ConnectionId line =
        lines_[provider_.ConsumeIntegralInRange<std::size_t>(0, lines_.size() - 1)];
    const int times = provider_.ConsumeIntegralInRange(1, kBurstMax);
    const int kind = provider_.ConsumeIntegralInRange(0, kKinds);
    const Choice choice = choose();
    for (int i = 0; i < times; ++i) {
      if (!say(line, message(kind, i, choice))) break;
      after();
    }
  }

  void hang_up() {
    if (lines_.empty()) return;
    const ConnectionId line =
        lines_[provider_.ConsumeIntegralInRange<std::size_t>(0, lines_.size() - 1)];
    const auto index = world_.index_of(line);
    if (index) {
      world_.close(*index, provider_.ConsumeBool() ? CloseCause::kLeft : CloseCause::kLost, 0);
    }
    std::erase(lines_, line);
  }

  // As much as is documented, and no more.
  void check_bounds() const {
    const Gauges gauges = world_.gauges();
    const std::size_t sessions = gauges.sessions - kHonestSessions;
    require(gauges.rooms <= kHonestRooms + sessions_ever_ * rooms_max(), "rooms are bounded");
    require(gauges.replay_bytes <= gauges.sessions * limits_.replay_bytes_max,
            "what waits to be sent again is bounded");
    require(gauges.calls <= kHonestSessions + sessions * (limits_.calls_per_session_max + 1),
            "calls are bounded");
    require(world_.messages_sent() <= kSentMax, "one message makes few others");
    require(world_.bytes_sent() <= kSentMax * 4'096 + 2 * limits_.message_bytes_max,
            "one message makes few bytes");
  }

 private:
  static constexpr int kRoomKinds = 15;
  static constexpr int kKinds = kRoomKinds + 6;
  // Everybody here on all devices, each told of each other.
  static constexpr std::size_t kSentMax = 16 * (kAttackersMax + kHonestSessions) + 300;
  std::size_t rooms_max() const { return 16; }

  // What a burst is about, as JSON. Chosen once, so that a short input tells a long story.
  struct Choice {
    std::string to;           // a person
    std::string call;         // empty: the latest there is
    std::string participant;  // empty: the latest
    std::string text;
  };

  Choice choose() {
    Choice choice;
    choice.to = someone();
    if (provider_.ConsumeBool()) choice.call = pick(provider_, world_.known().calls);
    if (provider_.ConsumeBool()) choice.participant = pick(provider_, world_.known().participants);
    choice.text = provider_.ConsumeRandomLengthString(16);
    return choice;
  }
  std::string call_of(const Choice& choice) const {
    const auto& calls = world_.known().calls;
    if (!choice.call.empty() || calls.empty()) return choice.call.empty() ? "\"x\"" : choice.call;
    return quoted(calls.back());
  }
  std::string participant_of(const Choice& choice) const {
    const auto& all = world_.known().participants;
    if (!choice.participant.empty() || all.empty()) {
      return choice.participant.empty() ? "\"x\"" : choice.participant;
    }
    return quoted(all.back());
  }

  std::string hello() {
    ++sessions_ever_;
    std::string text = R"({"type":"hello","name":"Mallory")";
    if (!own_identities_.empty() && provider_.ConsumeBool()) {
      text += R"(,"identity":)" + pick(provider_, own_identities_);
    } else if (provider_.ConsumeBool()) {
      text += R"(,"identity":"v1.AAAAAAAAAAAAAAAAAAAAAA.AAAA")";
    }
    return text + "}";
  }

  std::string someone() {
    switch (provider_.ConsumeIntegralInRange(0, 3)) {
      case 0:
        return quoted(honest_.ana());
      case 1:
        return quoted(honest_.ben());
      case 2:
        return quoted(honest_.ida());
      default:
        return pick(provider_, world_.known().users);
    }
  }

  std::string signal(const std::string& call, const std::string& to, std::size_t bytes) {
    return R"({"type":"signal","call":)" + call + R"(,"to":)" + to + R"(,"data":{"x":")" +
           std::string(bytes, 'x') + "\"}}";
  }

  std::string of_call(std::string_view type, const std::string& call) {
    return R"({"type":")" + std::string(type) + R"(","id":2,"call":)" + call + "}";
  }

  std::string of_room(std::string_view type, const std::string& room, std::string_view more = "") {
    return R"({"type":")" + std::string(type) + R"(","id":3,"room":")" + room + "\"" +
           std::string(more) + "}";
  }

  std::string message(int kind, int turn, const Choice& choice) {
    return kind < kRoomKinds ? plain_message(kind, turn, choice)
                             : room_message(kind - kRoomKinds, turn, choice);
  }

  std::string plain_message(int kind, int turn, const Choice& choice) {
    const std::string start = R"({"type":"call.start","id":1,"to":[)" + choice.to + "]}";
    const std::string call = call_of(choice);
    switch (kind) {
      case 0:
        return R"({"type":"ping","received":0})";
      case 1:
        return R"({"type":"ack","received":9007199254740991})";
      case 2:
        return R"({"type":"people.search","id":1,"query":"a"})";
      case 3:
        return R"({"type":"name.set","id":1,"name":"Mallory )" + std::to_string(turn) + "\"}";
      case 4:
        return start;
      case 5:  // rings and gives up
        return turn % 2 == 0 ? start : of_call("call.end", call);
      case 6:
        return R"({"type":"call.invite","id":1,"call":)" + call + R"(,"to":[)" + choice.to + "]}";
      case 7:
        return of_call("call.accept", call);
      case 8:
        return of_call("call.decline", call);
      case 9:
        return of_call("call.relay", call);
      case 10:
        return R"({"type":"relay.test","id":1})";
      case 11:  // rings, and signals while it does
        return turn == 0 ? start : signal(call, participant_of(choice), 60'000);
      case 12:
        return turn == 0 ? start : signal(call, participant_of(choice), 10);
      case 13:
        return R"({"type":"call.rejoin","id":1,"membership":"m1.AAAA.AAAA"})";
      default:
        return choice.text;
    }
  }

  std::string room_message(int kind, int turn, const Choice& choice) {
    const std::string number = std::to_string(turn);
    switch (kind) {
      case 0:
        return of_room("room.look", "guess-" + number);
      case 1:  // makes rooms
        return turn % 2 == 0 ? of_room("room.join", "made-" + number, R"(,"knock":true)")
                             : of_call("call.end", call_of(choice));
      case 2:  // comes and goes where Ida is
        return turn % 2 == 0 ? of_room("room.join", "open")
                             : of_call("call.end", quoted(honest_.open_call()));
      case 3:  // knocks at Vic's
        return of_room(turn % 2 == 0 ? "room.join" : "room.leave", "own");
      case 4:  // floods Ida
        return turn == 0
                   ? of_room("room.join", "open")
                   : signal(quoted(honest_.open_call()), quoted(honest_.ida_participant()), 60'000);
      case 5:
        return turn == 0
                   ? of_room("room.join", "open")
                   : signal(quoted(honest_.open_call()), quoted(honest_.ida_participant()), 10);
      default:
        return of_room("room.open", "open-" + number, R"(,"call":)" + call_of(choice));
    }
  }

  // False where the line has been closed.
  bool say(ConnectionId line, const std::string& text) {
    const auto index = world_.index_of(line);
    if (!index) {
      std::erase(lines_, line);
      return false;
    }
    world_.say(*index, text);
    return true;
  }

  FuzzedDataProvider& provider_;
  HubWorld& world_;
  const Bystanders& honest_;
  const Limits& limits_;
  std::vector<ConnectionId> lines_;
  std::vector<std::string> honest_identities_;  // which nobody hands out
  std::vector<std::string> own_identities_;
  std::size_t sessions_ever_ = 0;
};

// All of it, with whatever is due on the way.
void pass(HubWorld& world, Duration duration) {
  const Instant end = world.now() + duration;
  while (world.now() < end) world.pass(end - world.now());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider provider(data, size);
  const Limits limits;
  HubWorld world(limits);
  Bystanders honest(world);
  Attackers attackers(provider, world, honest, limits);
  const auto after = [&] {
    attackers.check_bounds();
    honest.read();
  };
  for (std::size_t i = 0; i < kStepsMax && provider.remaining_bytes() > 0; ++i) {
    switch (provider.ConsumeIntegralInRange(0, 15)) {
      case 0:
      case 1:
        attackers.connect();
        break;
      case 2:
        attackers.hang_up();
        break;
      case 3:
        honest.lose_ben();
        break;
      case 4:
      case 5:
      case 6:
      case 7:
        pass(world, milliseconds(1) * (1 << provider.ConsumeIntegralInRange(0, 13)));
        break;
      default:
        attackers.act(after);
    }
    honest.read();
    honest.act();
  }
  return 0;
}

// Bytes become a story: people connect, talk, lose their sockets, come back; time passes. HubWorld
// checks every command of the hub.
#include <fuzzer/FuzzedDataProvider.h>

#include <string>
#include <vector>

#include "core/signaling/hub.h"
#include "tests/fuzz/hub_world.h"

namespace {

using namespace visavis;             // NOLINT: a program, not a header
using namespace visavis::signaling;  // NOLINT
using fuzz::HubWorld;

constexpr std::size_t kConnectionsMax = 8;
constexpr std::size_t kStepsMax = 300;
constexpr std::size_t kRawBytesMax = 200;

// So small that a short story reaches every one of them.
Limits small_limits() {
  Limits limits;
  limits.message_bytes_max = 1'024;
  limits.messages_per_second = 5;
  limits.messages_burst = 20;
  limits.messages_refused_max = 5;
  limits.hellos_burst = 6;
  limits.hello_addresses_max = 2;
  limits.sessions_max = 6;
  limits.sessions_per_user_max = 2;
  limits.replay_bytes_max = 1'024;
  limits.ack_messages = 3;
  limits.presence_list_max = 2;
  limits.search_results_max = 1;
  limits.calls_max = 2;
  limits.participants_max = 3;
  limits.rings_per_person_max = 2;
  limits.rings_per_person_from_address_max = 1;
  limits.rings_burst = 4;
  limits.address_rings_burst = 6;
  limits.address_callee_rings_burst = 3;
  limits.ring_pause_memory = seconds(40);
  limits.ring_records_max = 2;
  limits.blocks_max = 1;
  limits.rooms_max = 2;
  limits.rooms_per_person_max = 1;
  limits.rooms_per_address_max = 2;
  limits.room_admitted_max = 1;
  limits.room_hosts_max = 1;
  limits.room_removed_max = 1;
  limits.seats_per_person_max = 1;
  limits.door_memory_max = 2;
  limits.room_changes_burst = 3;
  limits.knocks_per_room_max = 2;
  limits.room_cost_messages = 1;
  limits.relay_tests_max = 1;
  return limits;
}

std::string quoted(std::string text) {
  std::erase_if(
      text, [](char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; });
  return '"' + text + '"';
}

// An id or token that somebody was told, or one that nobody was.
std::string pick(FuzzedDataProvider& provider, const std::vector<std::string>& pool) {
  const std::size_t index = provider.ConsumeIntegralInRange<std::size_t>(0, pool.size());
  return index == pool.size() ? quoted(provider.ConsumeRandomLengthString(24))
                              : '"' + pool[index] + '"';
}

std::string hello(FuzzedDataProvider& provider, const HubWorld& world) {
  std::string text = R"({"type":"hello","name":)" + quoted(provider.ConsumeRandomLengthString(8));
  if (provider.ConsumeBool()) text += R"(,"identity":)" + pick(provider, world.known().identities);
  return text + "}";
}

std::string some_people(FuzzedDataProvider& provider, const HubWorld& world) {
  std::string people = pick(provider, world.known().users);
  for (int more = provider.ConsumeIntegralInRange(0, 3); more > 0; --more) {
    people += "," + pick(provider, world.known().users);
  }
  return "[" + people + "]";
}

std::string of_call(std::string_view type, FuzzedDataProvider& provider, const HubWorld& world) {
  return R"({"type":")" + std::string(type) + R"(","id":2,"call":)" +
         pick(provider, world.known().calls) + "}";
}

std::string signal(FuzzedDataProvider& provider, const HubWorld& world) {
  return R"({"type":"signal","call":)" + pick(provider, world.known().calls) + R"(,"to":)" +
         pick(provider, world.known().participants) + R"(,"data":{"x":)" +
         quoted(provider.ConsumeRandomLengthString(64)) + "}}";
}

std::string message(FuzzedDataProvider& provider, const HubWorld& world) {
  switch (provider.ConsumeIntegralInRange(0, 13)) {
    case 0:
      return hello(provider, world);
    case 1:
      return R"({"type":"ping","received":)" +
             std::to_string(provider.ConsumeIntegral<std::uint8_t>()) + "}";
    case 2:
      return R"({"type":"ack","received":)" +
             std::to_string(provider.ConsumeIntegral<std::uint8_t>()) + "}";
    case 3:
      return R"({"type":"people.search","id":3,"query":)" +
             quoted(provider.ConsumeRandomLengthString(8)) + "}";
    case 4:
      return R"({"type":"name.set","id":4,"name":)" +
             quoted(provider.ConsumeRandomLengthString(8)) + "}";
    case 5:
      return R"({"type":"call.start","id":1,"to":)" + some_people(provider, world) + "}";
    case 6:
      return of_call("call.accept", provider, world);
    case 7:
      return of_call("call.decline", provider, world);
    case 8:
      return of_call("call.end", provider, world);
    case 9:
      return of_call("call.relay", provider, world);
    case 10:
      return R"({"type":"relay.test","id":5})";
    case 11:
      return R"({"type":"call.rejoin","id":6,"membership":)" +
             pick(provider, world.known().memberships) + "}";
    case 12:
      return R"({"type":"people.block","id":13,"user":)" + pick(provider, world.known().users) +
             R"(,"blocked":)" + (provider.ConsumeBool() ? "true}" : "false}");
    default:
      return signal(provider, world);
  }
}

std::string room_message(FuzzedDataProvider& provider, const HubWorld& world) {
  const std::string room =
      R"("room":")" + provider.PickValueInArray<std::string>({"abc", "abd", "abe"}) + "\"";
  const auto flag = [&provider] { return provider.ConsumeBool() ? "true" : "false"; };
  const auto token = [&] {
    if (provider.ConsumeBool()) return std::string();
    return R"(,"room_token":)" + pick(provider, world.known().room_tokens);
  };
  switch (provider.ConsumeIntegralInRange(0, 12)) {
    case 0:
      return R"({"type":"room.look","id":7,)" + room + token() + "}";
    case 8:
      return R"({"type":"room.remove","id":13,"call":)" + pick(provider, world.known().calls) +
             R"(,"participant":)" + pick(provider, world.known().participants) + "}";
    case 9:
      return R"({"type":"room.set","id":14,"call":)" + pick(provider, world.known().calls) +
             R"(,"knock":)" + flag() + R"(,"locked":)" + flag() + "}";
    case 10:
      return R"({"type":"room.host","id":15,"call":)" + pick(provider, world.known().calls) +
             R"(,"user":)" + pick(provider, world.known().users) + R"(,"host":)" + flag() + "}";
    case 1:
      return R"({"type":"room.leave","id":8,)" + room + "}";
    case 2:
      return R"({"type":"room.admit","id":9,"call":)" + pick(provider, world.known().calls) +
             R"(,"knock":)" + pick(provider, world.known().knocks) + R"(,"admit":)" + flag() + "}";
    case 3:
      return R"({"type":"room.open","id":10,"call":)" + pick(provider, world.known().calls) + "," +
             room + R"(,"knock":)" + flag() + "}";
    case 4:
    case 5:
      return R"({"type":"call.invite","id":11,"call":)" + pick(provider, world.known().calls) +
             R"(,"to":)" + some_people(provider, world) + "}";
    default:
      return R"({"type":"room.join","id":12,)" + room + R"(,"knock":)" + flag() + token() + "}";
  }
}

Duration some_time(FuzzedDataProvider& provider) {
  return milliseconds(1) * (1 << provider.ConsumeIntegralInRange(0, 16));
}

void step_of(std::size_t connection, FuzzedDataProvider& provider, HubWorld& world) {
  constexpr CloseCause kCauses[] = {CloseCause::kLeft, CloseCause::kGoingAway, CloseCause::kLost};
  switch (provider.ConsumeIntegralInRange(0, 9)) {
    case 0:
      return world.say(connection, provider.ConsumeRandomLengthString(kRawBytesMax));
    case 9:
      return world.enter_by_token(connection, provider.ConsumeBool() ? "abc" : "abd",
                                  provider.ConsumeIntegralInRange<std::uint8_t>(1, 2),
                                  provider.ConsumeIntegralInRange<std::uint8_t>(0, 15));
    case 1:
      return world.close(connection, provider.PickValueInArray(kCauses),
                         provider.ConsumeIntegralInRange<std::size_t>(0, 8));
    case 2:
      return world.refuse(connection, provider.ConsumeBool() ? Unread::kTooLarge : Unread::kBinary);
    case 3:
      if (world.device_count() == 0) return;
      return world.resume(connection,
                          provider.ConsumeIntegralInRange<std::size_t>(0, world.device_count() - 1),
                          provider.ConsumeBool());
    case 4:
      return world.rejoin(connection, provider.ConsumeIntegralInRange<std::uint8_t>(1, 3),
                          provider.ConsumeIntegralInRange<std::uint8_t>(0, 1),
                          provider.ConsumeBool());
    case 7:
    case 8:
      return world.say(connection, room_message(provider, world));
    default:
      return world.say(connection, message(provider, world));
  }
}

void step(FuzzedDataProvider& provider, HubWorld& world) {
  const int kind = provider.ConsumeIntegralInRange(0, 31);
  if (kind == 0) return world.drain_server();
  if (kind < 6) return world.pass(some_time(provider));
  if (world.connection_count() == 0 || (kind < 10 && world.connection_count() < kConnectionsMax)) {
    return world.connect(provider.ConsumeIntegralInRange<std::uint8_t>(1, 3));
  }
  step_of(provider.ConsumeIntegralInRange<std::size_t>(0, world.connection_count() - 1), provider,
          world);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider provider(data, size);
  const Limits limits = provider.ConsumeBool() ? small_limits() : Limits{};
  HubWorld world(limits, provider.ConsumeBool());
  for (std::size_t i = 0; i < kStepsMax && provider.remaining_bytes() > 0; ++i)
    step(provider, world);
  return 0;
}

// Bytes become a story: people with credentials allocate, permit, bind, send, leave; sockets are
// bound or not, calls end, time passes. TurnWorld checks every command and where data goes.
#include <fuzzer/FuzzedDataProvider.h>

#include <string>
#include <vector>

#include "tests/fuzz/turn_world.h"

namespace {

using namespace visavis;  // NOLINT: a program, not a header
using fuzz::TurnWorld;
using stun::AttributeType;
using stun::Method;
namespace say = turn::testing;

constexpr std::size_t kStepsMax = 200;
constexpr std::size_t kRawBytesMax = 64;

TransportAddress some_address(FuzzedDataProvider& provider, const TurnWorld& world) {
  const std::size_t known = world.relayed().size();
  const auto index = provider.ConsumeIntegralInRange<std::size_t>(0, known + 4);
  if (index < known) return world.relayed()[index];
  const auto port = static_cast<std::uint16_t>(1'024 + provider.ConsumeIntegral<std::uint8_t>());
  switch (index - known) {
    case 0:
      return {turn::virtual_address(false), port};
    case 1:
      return {turn::virtual_address(true), port};
    case 2:
      return {IpAddress::v4({8, 8, 8, provider.ConsumeIntegral<std::uint8_t>()}), port};
    case 3:
      return {IpAddress::v4({127, 0, 0, 1}), port};
    default:
      return {IpAddress::v6({0x26, 0x06, 0x47, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}), port};
  }
}

say::Fill raw_attribute(FuzzedDataProvider& provider) {
  constexpr AttributeType kTypes[] = {
      AttributeType::kChannelNumber,     AttributeType::kLifetime,
      AttributeType::kXorPeerAddress,    AttributeType::kRequestedAddressFamily,
      AttributeType::kEvenPort,          AttributeType::kRequestedTransport,
      AttributeType::kReservationToken,  AttributeType::kAdditionalAddressFamily,
      static_cast<AttributeType>(0x7001)};
  const AttributeType type = provider.PickValueInArray(kTypes);
  return say::bytes(type, provider.ConsumeBytes<std::uint8_t>(
                              provider.ConsumeIntegralInRange<std::size_t>(0, 20)));
}

say::Fill attribute(FuzzedDataProvider& provider, const TurnWorld& world) {
  switch (provider.ConsumeIntegralInRange(0, 8)) {
    case 0:
      return say::peer(some_address(provider, world));
    case 1:
      return say::channel(0x3FFF + provider.ConsumeIntegralInRange<std::uint32_t>(0, 4));
    case 2:
      return say::lifetime(provider.ConsumeBool() ? 0 : 1'200);
    case 3:
      return say::family(AttributeType::kRequestedAddressFamily,
                         provider.ConsumeIntegralInRange<std::uint32_t>(0, 3));
    case 4:
      return say::family(AttributeType::kAdditionalAddressFamily, 2);
    case 5:
      return say::bytes(AttributeType::kEvenPort, {provider.ConsumeIntegral<std::uint8_t>()});
    case 6: {
      const std::uint64_t token = world.token().value_or(0);
      return [token](auto& message) { turn::add_reservation_token(message, token); };
    }
    case 7:
      return say::bytes(AttributeType::kDontFragment, {});
    default:
      return raw_attribute(provider);
  }
}

std::vector<say::Fill> attributes(FuzzedDataProvider& provider, const TurnWorld& world) {
  std::vector<say::Fill> fills;
  for (int more = provider.ConsumeIntegralInRange(0, 3); more > 0; --more) {
    fills.push_back(attribute(provider, world));
  }
  return fills;
}

void ask(std::size_t client, FuzzedDataProvider& provider, TurnWorld& world) {
  constexpr Method kMethods[] = {Method::kAllocate, Method::kAllocate, Method::kRefresh,
                                 Method::kCreatePermission, Method::kChannelBind};
  const Method method = provider.PickValueInArray(kMethods);
  auto fills = attributes(provider, world);
  if (method == Method::kAllocate) fills.push_back(say::udp());
  if (method == Method::kCreatePermission || method == Method::kChannelBind) {
    fills.push_back(say::peer(some_address(provider, world)));
  }
  if (method == Method::kChannelBind) {
    fills.push_back(say::channel(0x4000 + provider.ConsumeIntegralInRange<std::uint32_t>(0, 3)));
  }
  world.ask(client, method, fills);
}

void send(std::size_t client, FuzzedDataProvider& provider, TurnWorld& world) {
  std::vector<std::uint8_t> out;
  stun::MessageBuilder builder(out, stun::Class::kIndication, Method::kSend, {1});
  say::peer(some_address(provider, world))(builder);
  const std::string data = provider.ConsumeRandomLengthString(kRawBytesMax);
  builder.add(AttributeType::kData, as_bytes(data));
  world.say(client, out);
}

void channel_data(std::size_t client, FuzzedDataProvider& provider, TurnWorld& world) {
  std::vector<std::uint8_t> out = {0x40, provider.ConsumeIntegralInRange<std::uint8_t>(0, 3), 0,
                                   provider.ConsumeIntegralInRange<std::uint8_t>(0, 20)};
  const std::string data = provider.ConsumeRandomLengthString(kRawBytesMax);
  out.insert(out.end(), data.begin(), data.end());
  world.say(client, out);
}

void step_of(std::size_t client, FuzzedDataProvider& provider, TurnWorld& world) {
  switch (provider.ConsumeIntegralInRange(0, 9)) {
    case 0:
      return world.say(client, as_bytes(provider.ConsumeRandomLengthString(kRawBytesMax)));
    case 1:
      return world.ask_again(client);
    case 2:
      return send(client, provider, world);
    case 3:
    case 4:
      return channel_data(client, provider, world);
    case 5:
      return provider.ConsumeBool() ? world.leave(client) : world.renew(client);
    default:
      return ask(client, provider, world);
  }
}

void step(FuzzedDataProvider& provider, TurnWorld& world) {
  const auto relay = provider.ConsumeIntegralInRange<std::uint64_t>(0, 7);
  switch (provider.ConsumeIntegralInRange(0, 15)) {
    case 0:
      return world.end_call(provider.ConsumeBool(), provider.ConsumeBool());
    case 1:
      return world.pass(seconds(1) * (1 << provider.ConsumeIntegralInRange(0, 10)),
                        provider.ConsumeBool());
    case 2:
    case 3:
      return world.bind(relay != 0);
    case 4:
      return world.peer_sends(relay, some_address(provider, world), as_bytes("data"));
    case 5:
      return world.peer_icmp(relay, some_address(provider, world));
    case 6:
      return world.hairpin_from_elsewhere(relay % TurnWorld::kClients,
                                          some_address(provider, world).port, as_bytes("data"));
    default:
      return step_of(relay % TurnWorld::kClients, provider, world);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider provider(data, size);
  TurnWorld world(provider.ConsumeBool());
  for (std::size_t i = 0; i < kStepsMax && provider.remaining_bytes() > 0; ++i) {
    step(provider, world);
  }
  world.end();
  return 0;
}

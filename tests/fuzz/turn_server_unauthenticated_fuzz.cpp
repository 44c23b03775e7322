// Packets from anybody, who knows no password: they make no allocation, reach nobody, and every
// answer is small and goes back to who asked.
//
// The input: a byte for the mode, then packets: a byte for the client, two for the length, itself.
#include <vector>

#include "core/base/byte_order.h"
#include "core/turn/test_support.h"
#include "tests/fuzz/require.h"

namespace {

using namespace visavis;        // NOLINT: a program, not a header
using namespace visavis::turn;  // NOLINT
using fuzz::require;

constexpr std::size_t kUnauthenticatedBytesMax = 160;

ServerOptions options(std::uint8_t mode) {
  ServerOptions options;
  options.mode = mode % 3 == 0 ? Mode::kClosed : mode % 3 == 1 ? Mode::kOpen : Mode::kOff;
  options.realm = std::string(32, 'r');
  options.nonce_key = {7};
  options.secrets = {"unguessable", "also unguessable"};
  options.users = {{"ana", "unguessable"}};
  options.limits.challenge_addresses_max = 16;
  options.limits.challenges_burst = 8;
  return options;
}

FiveTuple client(std::uint8_t number) {
  return {{IpAddress::v4({203, 0, 113, static_cast<std::uint8_t>(number % 4)}), 61'000},
          {IpAddress::v4({198, 51, 100, 1}), 443},
          static_cast<Transport>(number % 3),
          number};
}

void check_answers(Server& server, const FiveTuple& asker, ByteView packet) {
  const auto request = stun::Message::parse(packet);
  int answers = 0;
  while (const auto command = server.poll_command()) {
    const auto* send = std::get_if<SendToClient>(&*command);
    require(send != nullptr, "nothing is bound or closed");
    require(send->client == asker, "who asked is answered");
    require(request.has_value(), "and only a message");
    const auto answer = stun::Message::parse(send->bytes);
    require(answer.has_value(), "with a message");
    require(answer->transaction_id() == request->transaction_id(), "of the same transaction");
    if (request->method() == stun::Method::kBinding) {
      require(send->bytes.size() <= 3 * packet.size(), "that amplifies nothing");
    } else {
      require(answer->message_class() == stun::Class::kError, "that lets nobody in");
      require(send->bytes.size() <= kUnauthenticatedBytesMax, "and is small");
    }
    require(++answers == 1, "once");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  turn::testing::SeededRandom random;
  Server server(options(data[0]), random);
  ByteView rest = ByteView(data, size).subspan(1);
  Clock at{Instant(minutes(100)), std::chrono::sys_seconds(std::chrono::seconds(1'700'000'000))};
  while (rest.size() >= 3) {
    const FiveTuple from = client(rest[0]);
    const std::size_t length = std::min<std::size_t>(load_u16(rest.subspan(1)), rest.size() - 3);
    const ByteView packet = rest.subspan(3, length);
    const Forward forward = server.on_client_packet(from, packet, at);
    require(std::holds_alternative<std::monostate>(forward), "data reaches nobody");
    check_answers(server, from, packet);
    require(server.counters().allocations == 0, "nobody gets an allocation");
    require(!server.next_timeout(), "and nothing is to come");
    rest = rest.subspan(3 + length);
    at.now += milliseconds(1);
  }
  return 0;
}

// A relay in fake time with a few clients that have credentials, watched: what it forwards, binds
// and closes is checked against what calls and operators may rely on.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/turn/server.h"
#include "core/turn/test_support.h"

namespace visavis::fuzz {

class TurnWorld {
 public:
  static constexpr std::size_t kClients = 6;

  explicit TurnWorld(bool open);

  // Signed with the client's key; realm and nonce are those it has been told.
  void ask(std::size_t client, stun::Method method, const std::vector<turn::testing::Fill>& fills);
  void ask_again(std::size_t client);
  void say(std::size_t client, ByteView packet);
  void leave(std::size_t client);
  void renew(std::size_t client);
  void peer_sends(std::uint64_t relay, const TransportAddress& peer, ByteView data);
  void peer_icmp(std::uint64_t relay, const TransportAddress& peer);
  // The oldest socket that is asked for.
  void bind(bool succeeds);
  void hairpin_from_elsewhere(std::size_t client, std::uint16_t port, ByteView data);
  void end_call(bool other, bool participant);
  void pass(Duration duration, bool timer);
  // Everybody has gone: nothing is left.
  void end();

  // Addresses that somebody was given.
  const std::vector<TransportAddress>& relayed() const { return relayed_; }
  std::optional<std::uint64_t> token() const { return token_; }

 private:
  enum class RelayState : std::uint8_t { kAsked, kBound, kClosed };

  static turn::ServerOptions options(bool open);
  turn::Clock clock() const;
  void check(const turn::Forward& forward, const std::string& call);
  void on_answer(const turn::SendToClient& send);
  void on_bind(const turn::BindRelay& bind);
  void on_take(const turn::TakeRelay& take);
  void on_close(const turn::CloseRelay& close);
  void take_commands();

  bool open_;
  turn::testing::SeededRandom random_;
  turn::ServerOptions options_;
  turn::Server server_;
  Instant now_{minutes(100)};
  std::uint64_t links_ = 0;
  std::vector<turn::testing::Client> clients_;
  std::map<turn::FiveTuple, std::string> calls_;  // of every client that there ever was
  std::vector<std::vector<std::uint8_t>> last_requests_;
  std::vector<std::uint8_t> packet_;
  std::map<std::uint64_t, RelayState> relays_;
  std::vector<turn::BindRelay> asked_;
  std::vector<TransportAddress> relayed_;
  std::optional<std::uint64_t> token_;
};

}  // namespace visavis::fuzz

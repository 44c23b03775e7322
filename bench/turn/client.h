// A TURN client that asks one thing at a time and waits for the answer. Data goes past it, over its
// link.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/turn/accounts.h"
#include "bench/turn/link.h"
#include "core/stun/long_term.h"
#include "core/stun/message.h"
#include "core/stun/message_builder.h"

namespace visavis::bench {

// A request that the server refused.
class Refused : public std::runtime_error {
 public:
  Refused(stun::Method method, std::uint16_t code);
  std::uint16_t code() const { return code_; }

 private:
  std::uint16_t code_;
};

class TurnClient {
 public:
  TurnClient(std::unique_ptr<Link> link, Credential credential);

  void allocate();
  void permit(const TransportAddress& peer);
  void bind_channel(std::uint16_t channel, const TransportAddress& peer);
  void release();

  // As the server says. Precondition: allocate() was called.
  const TransportAddress& relayed() const { return relayed_; }
  Link& link() { return *link_; }

 private:
  using AddAttributes = std::function<void(stun::MessageBuilder&)>;
  using OnSuccess = std::function<void(const stun::Message&)>;

  // Throws Refused unless the server grants it. A 401 or 438 with a new nonce is answered once.
  void request(stun::Method method, const AddAttributes& add, const OnSuccess& on_success = {});
  std::vector<std::uint8_t> transact(stun::Method method, const AddAttributes& add);
  std::vector<std::uint8_t> build(stun::Method method, const AddAttributes& add);
  void take_challenge(const stun::Message& error);
  bool receive_answer(const stun::TransactionId& id, std::vector<std::uint8_t>& answer);

  std::unique_ptr<Link> link_;
  Credential credential_;
  std::string realm_;
  std::string nonce_;
  stun::LongTermKey key_;
  TransportAddress relayed_;
};

// A message that carries application data to `peer`, `payload_bytes` of it, which stand last in it:
// ChannelData where `channel` is not 0, else a Send indication.
std::vector<std::uint8_t> data_message(std::uint16_t channel, const TransportAddress& peer,
                                       std::size_t payload_bytes);

// The application data of ChannelData or a Data indication; empty: it is neither.
ByteView payload_of(ByteView message);

}  // namespace visavis::bench

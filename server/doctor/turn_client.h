// A STUN and TURN client (RFC 8489, RFC 8656) on a RelayLink, for one allocation. Blocks. One
// thread.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/stun/message.h"
#include "core/stun/message_builder.h"
#include "server/doctor/relay_link.h"

namespace visavis::doctor {

class TurnClient {
 public:
  static constexpr std::uint16_t kChannel = 0x4000;  // the only one it binds
  static constexpr std::size_t kSendsMax = 4;        // of a request in datagrams
  // RFC 8489 sections 14.3, 14.9 and 14.10; more would not fit into a message.
  static constexpr std::size_t kUsernameBytesMax = 508;
  static constexpr std::size_t kChallengeBytesMax = 763;
  // Messages of the channel that are kept while an answer is waited for; the others are dropped.
  static constexpr std::size_t kDataMax = 256;

  // `random` must outlive it. `username` has kUsernameBytesMax at most.
  TurnClient(std::unique_ptr<RelayLink> link, std::string username, std::string password,
             Random& random);

  struct Answer {
    bool came = false;
    int error_code = 0;  // 0: success
    std::string reason;
    std::vector<std::uint8_t> bytes;  // the whole message

    bool is_success() const { return came && error_code == 0; }
    std::optional<TransportAddress> address(stun::AttributeType type) const;
    std::string text(stun::AttributeType type) const;
  };

  Answer bind();                // what address it has
  Answer allocate_as_nobody();  // 401 from a TURN server that is there
  Answer allocate();            // takes a challenge up
  Answer permit_and_bind(const TransportAddress& peer);
  void release();  // Refresh with 0; does not wait

  // After allocate().
  const std::optional<TransportAddress>& relayed() const { return relayed_; }

  bool send_data(ByteView data);
  // Data of the channel, if some comes until then.
  std::optional<std::vector<std::uint8_t>> receive_data(Instant deadline);

  RelayLink& link() { return *link_; }
  // Datagrams to this server were not answered before: two of a request are enough.
  void expect_silence();

 private:
  using Fill = std::function<void(stun::MessageBuilder&)>;
  std::vector<std::uint8_t> build(stun::Method method, const stun::TransactionId& id,
                                  const Fill& fill) const;
  Answer ask(stun::Method method, const Fill& fill);
  Answer ask_once(stun::Method method, const Fill& fill);
  std::optional<Answer> wait_for(const stun::TransactionId& id, Instant deadline);

  std::unique_ptr<RelayLink> link_;
  const std::string username_;
  const std::string password_;
  Random& random_;
  std::size_t sends_max_ = kSendsMax;
  std::string realm_{};
  std::string nonce_{};
  std::optional<TransportAddress> relayed_{};
  std::deque<std::vector<std::uint8_t>> data_;  // came while an answer was waited for
};

}  // namespace visavis::doctor

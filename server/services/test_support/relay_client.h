// For tests: a TURN client with a real socket, over UDP, TCP or TLS. Every wait ends after a while,
// as an exception.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/turn/test_support.h"
#include "server/net/test_support/test_client.h"
#include "server/net/test_support/test_peer.h"

namespace visavis::services::test {

class RelayClient {
 public:
  // `receive_buffer_bytes` of a stream, 0: the system's.
  RelayClient(turn::Transport transport, const TransportAddress& server,
              turn::Credential credential, int receive_buffer_bytes = 0);

  // As a client does: takes a challenge up. ChannelData and indications that come meanwhile wait.
  turn::testing::Heard ask(stun::Method method, const std::vector<turn::testing::Fill>& attributes);
  turn::testing::Heard allocate(std::vector<turn::testing::Fill> more = {});
  std::string permit(const TransportAddress& peer);
  std::string bind(std::uint16_t channel, const TransportAddress& peer);

  void send(std::string_view bytes);
  void send_channel_data(std::uint16_t channel, std::string_view data);
  void send_indication(const TransportAddress& peer, std::string_view data);
  // Over UDP as one burst; all are of one size.
  void send_burst(std::uint16_t channel, const std::vector<std::string>& data);

  // The next ChannelData or Data indication: "CHANNEL: DATA" or "ADDRESS: DATA".
  std::string receive();
  // The next whole message of any kind.
  std::string receive_message();

  bool is_stream() const { return stream_ != nullptr; }
  net::test::TestClient& stream() { return *stream_; }
  const net::test::TestPeer& datagrams() const { return *datagrams_; }

 private:
  std::vector<std::uint8_t> signed_request(stun::Method method,
                                           const std::vector<turn::testing::Fill>& attributes);
  std::string channel_data(std::uint16_t channel, std::string_view data) const;

  const TransportAddress server_;
  const turn::Credential credential_;
  std::string realm_;
  std::string nonce_;
  std::uint64_t transactions_ = 0;
  std::unique_ptr<net::test::TestClient> stream_;
  std::unique_ptr<net::test::TestPeer> datagrams_;
  std::deque<std::string> waiting_;
};

}  // namespace visavis::services::test

// Feeds datagrams to core/stun and sends back what it answers.
#pragma once

#include <cstdint>
#include <vector>

#include "server/net/udp_socket.h"

namespace visavis::services {

// Answers Binding requests; everything else is silence: whoever sent it may not be who they say.
class StunService : public net::DatagramHandler {
 public:
  explicit StunService(unsigned loops);

  void on_datagram(net::UdpSocket& socket, const net::Datagram& datagram) override;
  void on_batch_end(unsigned /*loop*/) override {}

 private:
  // Apart from each other, each on cache lines of its own.
  struct alignas(128) LoopState {
    std::vector<std::uint8_t> answer;
  };
  std::vector<LoopState> loops_;
};

}  // namespace visavis::services

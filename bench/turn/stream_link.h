// A TURN client's connection over TCP or TLS.
#pragma once

#include <cstdint>
#include <vector>

#include "bench/generator/stream.h"
#include "bench/turn/link.h"

namespace visavis::bench {

class StreamLink : public Link {
 public:
  explicit StreamLink(const Endpoint& endpoint);

  int descriptor() const override { return stream_.descriptor(); }
  // Precondition: each message is as long as its frame, that is a multiple of 4 bytes.
  void send(ByteView messages, std::size_t stride) override;
  // All there is: of what TLS has in its own buffer the descriptor tells nothing.
  void receive(const OnMessage& on_message) override;

 private:
  void hand_out(const OnMessage& on_message);

  Stream stream_;
  std::vector<std::uint8_t> buffer_;
  std::size_t filled_ = 0;
};

}  // namespace visavis::bench

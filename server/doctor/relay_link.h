// How a STUN or TURN client reaches its server: datagrams, or messages on a stream. Blocks no
// longer than it is told to. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/transport_address.h"
#include "core/turn/types.h"
#include "server/doctor/stream.h"

namespace visavis::doctor {

class RelayLink {
 public:
  virtual ~RelayLink() = default;

  // False: it is broken; error() says how.
  virtual bool send(ByteView message) = 0;
  // One whole message, if it comes until then.
  virtual std::optional<std::vector<std::uint8_t>> receive(Instant deadline) = 0;
  virtual bool is_stream() const = 0;
  virtual int descriptor() const = 0;
  virtual TransportAddress local_address() const = 0;
  // Why nothing more comes; kReached while nothing is known to be wrong.
  virtual NotReached trouble() const = 0;

  static Result<std::unique_ptr<RelayLink>, NotReached> open_udp(const TransportAddress& server);
  static std::unique_ptr<RelayLink> over(std::unique_ptr<Stream> stream);
};

}  // namespace visavis::doctor

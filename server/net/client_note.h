// What the log may tell of a client that was refused something, beside the count: how it came, from
// where, and what it asked for. Views: used at once, not kept.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "core/base/ip_address.h"

namespace visavis::net {

// How a client comes to us.
enum class Via : std::uint8_t {
  kDirect,
  kTrustedProxy,    // its address is the forwarded one
  kUntrustedProxy,  // with forwarded fields that nobody believes: many people may share the address
};

// The word in the log and in metrics.
constexpr std::string_view name_of(Via via) {
  switch (via) {
    case Via::kTrustedProxy:
      return "proxy";
    case Via::kUntrustedProxy:
      return "untrusted_proxy";
    case Via::kDirect:
      break;
  }
  return "direct";
}

struct NoteDetail {
  std::string_view key;    // static
  std::string_view value;  // whatever the client wrote
};

struct ClientNote {
  std::string_view kind;  // static: the name of a Refusal, or of something else that is counted
  Via via = Via::kDirect;
  std::optional<IpAddress> client;  // none: it is not known
  std::span<const NoteDetail> details;
};

// Called on any loop, several at a time; must be quick.
using NoteSink = std::function<void(const ClientNote&)>;

}  // namespace visavis::net

#include "server/services/stun_service.h"

#include "core/stun/binding.h"
#include "core/stun/message.h"

namespace visavis::services {

StunService::StunService(unsigned loops) : loops_(loops) {}

ByteView StunService::answer(unsigned loop, ByteView datagram, const TransportAddress& client) {
  const auto message = stun::Message::parse(datagram);
  if (!message || message->message_class() != stun::Class::kRequest ||
      message->method() != stun::Method::kBinding) {
    return {};
  }
  std::vector<std::uint8_t>& out = loops_[loop].answer;
  stun::answer_binding(*message, client, out);
  return out;
}

}  // namespace visavis::services

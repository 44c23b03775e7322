#include "server/services/stun_service.h"

#include "core/stun/binding.h"
#include "core/stun/message.h"

namespace visavis::services {

StunService::StunService(unsigned loops) : loops_(loops) {}

void StunService::on_datagram(net::UdpSocket& socket, const net::Datagram& datagram) {
  const auto message = stun::Message::parse(datagram.bytes);
  if (!message || message->message_class() != stun::Class::kRequest ||
      message->method() != stun::Method::kBinding) {
    return;
  }
  std::vector<std::uint8_t>& answer = loops_[socket.loop().index()].answer;
  stun::answer_binding(*message, datagram.path.remote, answer);
  socket.send_copy(datagram.path, answer);
}

}  // namespace visavis::services

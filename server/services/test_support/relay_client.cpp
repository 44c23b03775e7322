#include "server/services/test_support/relay_client.h"

#include <cstring>
#include <utility>

#include "core/base/byte_order.h"

namespace visavis::services::test {
namespace {

using stun::AttributeType;
using turn::testing::Heard;

bool is_answer(std::string_view message) {
  const auto parsed = stun::Message::parse(as_bytes(message));
  return parsed && parsed->message_class() != stun::Class::kIndication;
}

Heard to_heard(std::string_view message) {
  const ByteView bytes = as_bytes(message);
  return Heard({bytes.begin(), bytes.end()});
}

}  // namespace

RelayClient::RelayClient(turn::Transport transport, const TransportAddress& server,
                         turn::Credential credential, int receive_buffer_bytes)
    : server_(server), credential_(std::move(credential)) {
  if (transport == turn::Transport::kUdp) {
    const bool v4 = server.address.is_v4();
    datagrams_ = std::make_unique<net::test::TestPeer>(*IpAddress::parse(v4 ? "127.0.0.1" : "::1"));
    return;
  }
  stream_ = std::make_unique<net::test::TestClient>(
      server.port, net::test::TestClient::Options{.tls = transport == turn::Transport::kTls,
                                                  .receive_buffer_bytes = receive_buffer_bytes,
                                                  .alpn = {"stun.turn"}});
}

void RelayClient::send(std::string_view bytes) {
  if (stream_) {
    stream_->send(bytes);
  } else {
    datagrams_->send(bytes, server_);
  }
}

std::string RelayClient::receive_message() {
  if (!stream_) return datagrams_->receive_datagram().bytes;
  std::string message = stream_->read_exactly(4);
  const std::size_t length = load_u16(as_bytes(message).subspan(2));
  const bool is_channel_data = (message[0] & 0xC0) == 0x40;
  if (!is_channel_data) return message + stream_->read_exactly(16 + length);
  message += stream_->read_exactly(length);
  stream_->read_exactly((4 - length % 4) % 4);
  return message;
}

std::vector<std::uint8_t> RelayClient::signed_request(
    stun::Method method, const std::vector<turn::testing::Fill>& attributes) {
  std::vector<std::uint8_t> out;
  stun::TransactionId id{};
  ++transactions_;
  std::memcpy(id.data(), &transactions_, sizeof transactions_);
  stun::MessageBuilder builder(out, stun::Class::kRequest, method, id);
  for (const auto& fill : attributes) fill(builder);
  if (nonce_.empty()) return out;
  builder.add(AttributeType::kUsername, as_bytes(credential_.username));
  builder.add(AttributeType::kRealm, as_bytes(realm_));
  builder.add(AttributeType::kNonce, as_bytes(nonce_));
  const auto key = stun::long_term_key(stun::PasswordAlgorithm::kMd5, credential_.username, realm_,
                                       credential_.password);
  stun::add_integrity(builder, stun::Integrity::kSha1, key.view());
  return out;
}

Heard RelayClient::ask(stun::Method method, const std::vector<turn::testing::Fill>& attributes) {
  while (true) {
    send(as_text(signed_request(method, attributes)));
    std::string answer = receive_message();
    for (; !is_answer(answer); answer = receive_message()) waiting_.push_back(answer);
    Heard heard = to_heard(answer);
    if (heard.what() != "401" || !nonce_.empty()) return heard;
    realm_ = heard.text(AttributeType::kRealm);
    nonce_ = heard.text(AttributeType::kNonce);
  }
}

Heard RelayClient::allocate(std::vector<turn::testing::Fill> more) {
  more.insert(more.begin(), turn::testing::udp());
  return ask(stun::Method::kAllocate, more);
}

std::string RelayClient::permit(const TransportAddress& peer) {
  return ask(stun::Method::kCreatePermission, {turn::testing::peer(peer)}).what();
}

std::string RelayClient::bind(std::uint16_t channel, const TransportAddress& peer) {
  return ask(stun::Method::kChannelBind,
             {turn::testing::channel(channel), turn::testing::peer(peer)})
      .what();
}

std::string RelayClient::channel_data(std::uint16_t channel, std::string_view data) const {
  std::string bytes(4, '\0');
  const MutableByteView header{reinterpret_cast<std::uint8_t*>(bytes.data()), 4};
  store_u16(header, channel);
  store_u16(header.subspan(2), static_cast<std::uint16_t>(data.size()));
  bytes += data;
  if (stream_) bytes.append((4 - data.size() % 4) % 4, '\0');
  return bytes;
}

void RelayClient::send_channel_data(std::uint16_t channel, std::string_view data) {
  send(channel_data(channel, data));
}

void RelayClient::send_burst(std::uint16_t channel, const std::vector<std::string>& data) {
  std::string bytes;
  for (const std::string& one : data) bytes += channel_data(channel, one);
  if (stream_) return send(bytes);
  datagrams_->send_segments(bytes, bytes.size() / data.size(), server_);
}

void RelayClient::send_indication(const TransportAddress& peer, std::string_view data) {
  std::vector<std::uint8_t> out;
  stun::MessageBuilder builder(out, stun::Class::kIndication, stun::Method::kSend, {});
  turn::testing::peer(peer)(builder);
  builder.add(AttributeType::kData, as_bytes(data));
  send(as_text(out));
}

std::string RelayClient::receive() {
  std::string message;
  if (waiting_.empty()) {
    message = receive_message();
  } else {
    message = std::move(waiting_.front());
    waiting_.pop_front();
  }
  if ((message[0] & 0xC0) == 0x40) {
    return std::to_string(load_u16(as_bytes(message))) + ": " + message.substr(4);
  }
  const Heard heard = to_heard(message);
  const auto from = heard.addresses(AttributeType::kXorPeerAddress);
  if (from.empty()) return "not data: " + heard.what();
  return from[0].to_string() + ": " + std::string(heard.text(AttributeType::kData));
}

}  // namespace visavis::services::test

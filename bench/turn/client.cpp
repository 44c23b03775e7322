#include "bench/turn/client.h"

#include <fmt/format.h>
#include <poll.h>

#include <array>
#include <random>

#include "core/base/byte_order.h"
#include "core/stun/attributes/address.h"
#include "core/stun/attributes/error_code.h"
#include "core/stun/attributes/message_integrity.h"

namespace visavis::bench {
namespace {

using stun::AttributeType;

constexpr std::uint32_t kUdp = 17U << 24U;  // REQUESTED-TRANSPORT (RFC 8656 section 18.7)
constexpr int kRetransmitMs = 500;
constexpr int kTries = 8;

stun::TransactionId next_transaction_id() {
  static std::mt19937_64 engine{std::random_device{}()};
  stun::TransactionId id{};
  for (auto& byte : id) byte = static_cast<std::uint8_t>(engine());
  return id;
}

std::uint16_t error_code_of(const stun::Message& message) {
  const auto attribute = message.find(AttributeType::kErrorCode);
  const auto value = attribute ? stun::parse_error_code(attribute->value) : std::nullopt;
  return value ? value->code : 0;
}

}  // namespace

Refused::Refused(stun::Method method, std::uint16_t code)
    : std::runtime_error(fmt::format("method {} answered with {}", static_cast<int>(method), code)),
      code_(code) {}

TurnClient::TurnClient(std::unique_ptr<Link> link, Credential credential)
    : link_(std::move(link)), credential_(std::move(credential)) {}

void TurnClient::allocate() {
  request(
      stun::Method::kAllocate,
      [](stun::MessageBuilder& message) {
        message.add_u32(AttributeType::kRequestedTransport, kUdp);
      },
      [this](const stun::Message& answer) {
        const auto attribute = answer.find(AttributeType::kXorRelayedAddress);
        const auto value = attribute
                               ? stun::parse_xor_address(attribute->value, answer.transaction_id())
                               : std::nullopt;
        if (!value) throw std::runtime_error("an Allocate success response without an address");
        relayed_ = value->address;
      });
}

void TurnClient::permit(const TransportAddress& peer) {
  request(stun::Method::kCreatePermission, [&](stun::MessageBuilder& message) {
    stun::add_xor_address(message, AttributeType::kXorPeerAddress, peer);
  });
}

void TurnClient::bind_channel(std::uint16_t channel, const TransportAddress& peer) {
  request(stun::Method::kChannelBind, [&](stun::MessageBuilder& message) {
    message.add_u32(AttributeType::kChannelNumber, std::uint32_t{channel} << 16U);
    stun::add_xor_address(message, AttributeType::kXorPeerAddress, peer);
  });
}

void TurnClient::release() {
  request(stun::Method::kRefresh,
          [](stun::MessageBuilder& message) { message.add_u32(AttributeType::kLifetime, 0); });
}

void TurnClient::request(stun::Method method, const AddAttributes& add,
                         const OnSuccess& on_success) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto bytes = transact(method, add);
    const auto answer = stun::Message::parse(bytes);
    if (!answer) throw std::runtime_error("an answer that is not STUN");
    if (answer->message_class() == stun::Class::kSuccess) {
      if (on_success) on_success(*answer);
      return;
    }
    const std::uint16_t code = error_code_of(*answer);
    const bool challenged = code == 401 || code == 438;
    if (!challenged || attempt > 0) throw Refused(method, code);
    take_challenge(*answer);
  }
}

std::vector<std::uint8_t> TurnClient::transact(stun::Method method, const AddAttributes& add) {
  const auto message = build(method, add);
  const auto id = stun::Message::parse(message)->transaction_id();
  std::vector<std::uint8_t> answer;
  for (int attempt = 0; attempt < kTries; ++attempt) {
    link_->send(message);
    pollfd entry{link_->descriptor(), POLLIN, 0};
    while (poll(&entry, 1, kRetransmitMs) > 0)
      if (receive_answer(id, answer)) return answer;
  }
  throw std::runtime_error(fmt::format("no answer to method {}", static_cast<int>(method)));
}

std::vector<std::uint8_t> TurnClient::build(stun::Method method, const AddAttributes& add) {
  std::vector<std::uint8_t> bytes;
  stun::MessageBuilder message(bytes, stun::Class::kRequest, method, next_transaction_id());
  add(message);
  if (!nonce_.empty()) {
    message.add(AttributeType::kUsername, as_bytes(credential_.username));
    message.add(AttributeType::kRealm, as_bytes(realm_));
    message.add(AttributeType::kNonce, as_bytes(nonce_));
    stun::add_integrity(message, stun::Integrity::kSha1, key_.view());
  }
  return bytes;
}

void TurnClient::take_challenge(const stun::Message& error) {
  const auto realm = error.find(AttributeType::kRealm);
  const auto nonce = error.find(AttributeType::kNonce);
  if (!realm || !nonce) throw std::runtime_error("a challenge without realm and nonce");
  realm_ = as_text(realm->value);
  nonce_ = as_text(nonce->value);
  key_ = stun::long_term_key(stun::PasswordAlgorithm::kMd5, credential_.username, realm_,
                             credential_.password);
}

bool TurnClient::receive_answer(const stun::TransactionId& id, std::vector<std::uint8_t>& answer) {
  bool found = false;
  link_->receive([&](ByteView bytes) {
    const auto message = stun::Message::parse(bytes);
    if (!message || message->transaction_id() != id) return;
    answer.assign(bytes.begin(), bytes.end());
    found = true;
  });
  return found;
}

std::vector<std::uint8_t> data_message(std::uint16_t channel, const TransportAddress& peer,
                                       std::size_t payload_bytes) {
  std::vector<std::uint8_t> bytes;
  if (channel != 0) {
    bytes.resize(4 + payload_bytes);
    store_u16(bytes, channel);
    store_u16(MutableByteView(bytes).subspan(2), static_cast<std::uint16_t>(payload_bytes));
    return bytes;
  }
  stun::MessageBuilder message(bytes, stun::Class::kIndication, stun::Method::kSend,
                               next_transaction_id());
  stun::add_xor_address(message, AttributeType::kXorPeerAddress, peer);
  message.add(AttributeType::kData, std::vector<std::uint8_t>(payload_bytes));
  return bytes;
}

ByteView payload_of(ByteView message) {
  if (message.size() < 4) return {};
  if (message[0] >= 0x40) {
    const std::size_t length = load_u16(message.subspan(2));
    return length + 4 <= message.size() ? message.subspan(4, length) : ByteView{};
  }
  const auto parsed = stun::Message::parse(message);
  if (!parsed || parsed->method() != stun::Method::kData) return {};
  const auto data = parsed->find(AttributeType::kData);
  return data ? data->value : ByteView{};
}

}  // namespace visavis::bench

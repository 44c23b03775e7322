#include "server/doctor/turn_client.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/byte_order.h"
#include "core/stun/attributes/address.h"
#include "core/stun/attributes/error_code.h"
#include "core/stun/attributes/message_integrity.h"
#include "core/stun/long_term.h"
#include "server/net/clock.h"
#include "server/ops/printable.h"

namespace visavis::doctor {
namespace {

using stun::AttributeType;
using stun::Method;

// RFC 8489 section 6.2.1, with fewer repetitions: 0, 0.5, 1.5, 3.5 s, and two more for the answer.
constexpr std::array kRepeatAfter = {milliseconds(500), milliseconds(1'000), milliseconds(2'000),
                                     milliseconds(2'000)};
static_assert(kRepeatAfter.size() == TurnClient::kSendsMax);
constexpr std::size_t kSendsMaxInSilence = 2;
constexpr Duration kStreamPatience = seconds(5);
constexpr std::size_t kChannelHeaderBytes = 4;
constexpr std::uint32_t kUdp = 17U << 24U;

bool is_channel_data(ByteView message) {
  return message.size() >= kChannelHeaderBytes && (message[0] & 0xC0U) == 0x40U;
}

}  // namespace

TurnClient::TurnClient(std::unique_ptr<RelayLink> link, std::string username, std::string password,
                       Random& random)
    : link_(std::move(link)),
      username_(std::move(username)),
      password_(std::move(password)),
      random_(random) {}

std::optional<TransportAddress> TurnClient::Answer::address(AttributeType type) const {
  const auto message = stun::Message::parse(bytes);
  const auto attribute = message ? message->find(type) : std::nullopt;
  if (!attribute) return std::nullopt;
  const auto value = stun::parse_xor_address(attribute->value, message->transaction_id());
  if (!value) return std::nullopt;
  return value->address;
}

std::string TurnClient::Answer::text(AttributeType type) const {
  const auto message = stun::Message::parse(bytes);
  const auto attribute = message ? message->find(type) : std::nullopt;
  return attribute ? std::string(as_text(attribute->value)) : std::string();
}

std::vector<std::uint8_t> TurnClient::build(Method method, const stun::TransactionId& id,
                                            const Fill& fill) const {
  std::vector<std::uint8_t> out;
  stun::MessageBuilder builder(out, stun::Class::kRequest, method, id);
  if (fill) fill(builder);
  if (nonce_.empty()) return out;
  builder.add(AttributeType::kUsername, as_bytes(username_));
  builder.add(AttributeType::kRealm, as_bytes(realm_));
  builder.add(AttributeType::kNonce, as_bytes(nonce_));
  const auto key = stun::long_term_key(stun::PasswordAlgorithm::kMd5, username_, realm_, password_);
  stun::add_integrity(builder, stun::Integrity::kSha1, key.view());
  return out;
}

std::optional<TurnClient::Answer> TurnClient::wait_for(const stun::TransactionId& id,
                                                       Instant deadline) {
  // Somebody may send so much that there is always something to receive.
  while (net::monotonic_now() < deadline) {
    auto bytes = link_->receive(deadline);
    if (!bytes) break;
    if (is_channel_data(*bytes)) {
      if (data_.size() < kDataMax) data_.push_back(std::move(*bytes));
      continue;
    }
    const auto message = stun::Message::parse(*bytes);
    if (!message || message->transaction_id() != id) continue;
    Answer answer{.came = true, .error_code = 0, .reason = {}, .bytes = {}};
    if (message->message_class() == stun::Class::kError) {
      const auto attribute = message->find(AttributeType::kErrorCode);
      const auto value = attribute ? stun::parse_error_code(attribute->value) : std::nullopt;
      answer.error_code = value ? value->code : 500;
      if (value) answer.reason = ops::printable(value->reason);
    }
    answer.bytes = std::move(*bytes);
    return answer;
  }
  return std::nullopt;
}

TurnClient::Answer TurnClient::ask_once(Method method, const Fill& fill) {
  stun::TransactionId id{};
  random_.fill(id);
  const std::vector<std::uint8_t> request = build(method, id, fill);
  if (link_->is_stream()) {
    if (!link_->send(request)) return {};
    return wait_for(id, net::monotonic_now() + kStreamPatience).value_or(Answer{});
  }
  for (std::size_t i = 0; i < sends_max_; ++i) {
    if (!link_->send(request)) return {};
    const Instant until = net::monotonic_now() + kRepeatAfter[i];
    if (auto answer = wait_for(id, until)) return std::move(*answer);
  }
  return {};
}

void TurnClient::expect_silence() { sends_max_ = kSendsMaxInSilence; }

TurnClient::Answer TurnClient::ask(Method method, const Fill& fill) {
  Answer answer = ask_once(method, fill);
  constexpr int kAttemptsMax = 2;  // a challenge, and one more where its nonce has grown old
  for (int i = 0; i < kAttemptsMax && (answer.error_code == 401 || answer.error_code == 438); ++i) {
    const bool is_second_401 = answer.error_code == 401 && !nonce_.empty();
    if (is_second_401 || username_.empty()) return answer;
    realm_ = answer.text(AttributeType::kRealm);
    nonce_ = answer.text(AttributeType::kNonce);
    if (realm_.size() > kChallengeBytesMax || nonce_.size() > kChallengeBytesMax) {
      answer.reason = "with a challenge that is longer than TURN allows";
      return answer;
    }
    answer = ask_once(method, fill);
  }
  return answer;
}

TurnClient::Answer TurnClient::bind() { return ask_once(Method::kBinding, {}); }

TurnClient::Answer TurnClient::allocate_as_nobody() {
  return ask_once(Method::kAllocate,
                  [](auto& message) { message.add_u32(AttributeType::kRequestedTransport, kUdp); });
}

TurnClient::Answer TurnClient::allocate() {
  Answer answer = ask(Method::kAllocate, [](auto& message) {
    message.add_u32(AttributeType::kRequestedTransport, kUdp);
  });
  if (answer.is_success()) relayed_ = answer.address(AttributeType::kXorRelayedAddress);
  return answer;
}

TurnClient::Answer TurnClient::permit_and_bind(const TransportAddress& peer) {
  // Binding a channel installs the permission, too (RFC 8656 section 12.1).
  return ask(Method::kChannelBind, [&peer](auto& message) {
    message.add_u32(AttributeType::kChannelNumber, std::uint32_t{kChannel} << 16U);
    stun::add_xor_address(message, AttributeType::kXorPeerAddress, peer);
  });
}

void TurnClient::release() {
  if (!relayed_) return;
  stun::TransactionId id{};
  random_.fill(id);
  link_->send(build(Method::kRefresh, id,
                    [](auto& message) { message.add_u32(AttributeType::kLifetime, 0); }));
  relayed_.reset();
}

bool TurnClient::send_data(ByteView data) {
  std::vector<std::uint8_t> message(kChannelHeaderBytes);
  store_u16(message, kChannel);
  store_u16(MutableByteView(message).subspan(2), static_cast<std::uint16_t>(data.size()));
  message.insert(message.end(), data.begin(), data.end());
  return link_->send(message);
}

std::optional<std::vector<std::uint8_t>> TurnClient::receive_data(Instant deadline) {
  while (true) {
    std::optional<std::vector<std::uint8_t>> message;
    if (!data_.empty()) {
      message = std::move(data_.front());
      data_.pop_front();
    } else {
      message = link_->receive(deadline);
    }
    if (!message) return std::nullopt;
    if (!is_channel_data(*message)) continue;
    const std::size_t size = std::min<std::size_t>(load_u16(ByteView(*message).subspan(2)),
                                                   message->size() - kChannelHeaderBytes);
    return std::vector<std::uint8_t>(
        message->begin() + kChannelHeaderBytes,
        message->begin() + static_cast<std::ptrdiff_t>(kChannelHeaderBytes + size));
  }
}

}  // namespace visavis::doctor

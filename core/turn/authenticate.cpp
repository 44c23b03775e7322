// Answers to requests of nobody we know. They are small, and not many go to one address: whoever
// asks in somebody else's name shall gain nothing by it.
#include "core/stun/attributes/error_code.h"
#include "core/stun/attributes/fingerprint.h"
#include "core/turn/server_impl.h"

namespace visavis::turn {

using stun::AttributeType;
using stun::ErrorCode;

void Server::Impl::refuse_unauthenticated(const FiveTuple& client, const stun::Message& message,
                                          ErrorCode code, Instant now) {
  if (!challenges_.take(client.client.address, now)) return count(Refusal::kChallengesLimited);
  count_unauthenticated(client, message, code, now);
  std::vector<std::uint8_t> bytes;
  stun::MessageBuilder builder(bytes, stun::Class::kError, message.method(),
                               message.transaction_id());
  stun::add_error_code(builder, code);
  if (code != ErrorCode::kBadRequest) {
    credentials_.add_challenge(builder, client.client.address, now);
  }
  if (message.has(AttributeType::kFingerprint)) stun::add_fingerprint(builder);
  send(client, std::move(bytes));
}

void Server::Impl::count_unauthenticated(const FiveTuple& client, const stun::Message& message,
                                         ErrorCode code, Instant now) {
  if (code == ErrorCode::kBadRequest) return count(Refusal::kMalformed);
  if (code == ErrorCode::kStaleNonce) {
    const auto nonce = message.find(AttributeType::kNonce);
    const bool grew_old =
        nonce && credentials_.is_ours(as_text(nonce->value), client.client.address, now);
    if (!grew_old) return count(Refusal::kStaleNonce);
  } else if (message.has(AttributeType::kMessageIntegrity) ||
             message.has(AttributeType::kMessageIntegritySha256)) {
    return count(Refusal::kUnauthenticated);
  }
  ++counters_.challenges;
}

}  // namespace visavis::turn

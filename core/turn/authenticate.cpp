// Answers to requests of nobody we know. They are small, and not many go to one address: whoever
// asks in somebody else's name shall gain nothing by it, and take nothing from them: who has proven
// to be at an address is not counted with those who may not be there.
#include "core/stun/attributes/error_code.h"
#include "core/stun/attributes/fingerprint.h"
#include "core/turn/server_impl.h"

namespace visavis::turn {

using stun::AttributeType;
using stun::ErrorCode;

void Server::Impl::refuse_unauthenticated(const FiveTuple& client, const stun::Message& message,
                                          const Denial& denial, Instant now) {
  const bool nonce_is_ours = credentials_.has_our_nonce(message, client.client.address, now);
  const bool proven = client.transport != Transport::kUdp || nonce_is_ours;
  if (denial.logins_limited) count(Refusal::kLoginsLimited);
  if (!ledger_.take_challenge(proven ? Asker::kProven : Asker::kStranger, client, now)) {
    return count(Refusal::kChallengesLimited);
  }
  if (!denial.logins_limited) count_unauthenticated(message, denial, nonce_is_ours);
  std::vector<std::uint8_t> bytes;
  stun::MessageBuilder builder(bytes, stun::Class::kError, message.method(),
                               message.transaction_id());
  stun::add_error_code(
      builder, denial.code,
      denial.logins_limited ? "Too Many Failures" : stun::reason_phrase(denial.code));
  if (denial.code != ErrorCode::kBadRequest) {
    credentials_.add_challenge(builder, client.client.address, now);
  }
  if (message.has(AttributeType::kFingerprint)) stun::add_fingerprint(builder);
  send(client, std::move(bytes));
}

void Server::Impl::count_unauthenticated(const stun::Message& message, const Denial& denial,
                                         bool nonce_is_ours) {
  if (denial.code == ErrorCode::kBadRequest) return count(Refusal::kMalformed);
  if (denial.code == ErrorCode::kStaleNonce) {
    if (!nonce_is_ours) return count(Refusal::kStaleNonce);
  } else if (message.has(AttributeType::kMessageIntegrity) ||
             message.has(AttributeType::kMessageIntegritySha256)) {
    return count(Refusal::kUnauthenticated);
  }
  ++counters_.challenges;  // grown old, or the first one
}

}  // namespace visavis::turn

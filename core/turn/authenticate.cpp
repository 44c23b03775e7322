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
  const auto username = message.find(AttributeType::kUsername);
  const std::string_view user = username ? as_text(username->value) : std::string_view{};
  if (denial.logins_limited) count(Refusal::kLoginsLimited);
  if (!ledger_.take_challenge(proven ? Asker::kProven : Asker::kStranger, client, now)) {
    return count(Refusal::kChallengesLimited);
  }
  if (denial.logins_limited) {
    report_refused(client, Refusal::kLoginsLimited, user);
  } else if (const auto why = why_refused(message, denial, nonce_is_ours)) {
    count(*why);
    if (proven) report_refused(client, *why, user);
  } else {
    ++counters_.challenges;
  }
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

std::optional<Refusal> Server::Impl::why_refused(const stun::Message& message, const Denial& denial,
                                                 bool nonce_is_ours) {
  if (denial.code == ErrorCode::kBadRequest) return Refusal::kMalformed;
  if (denial.code == ErrorCode::kStaleNonce) {
    if (!nonce_is_ours) return Refusal::kStaleNonce;
  } else if (message.has(AttributeType::kMessageIntegrity) ||
             message.has(AttributeType::kMessageIntegritySha256)) {
    return denial.was_good ? Refusal::kExpired : Refusal::kUnauthenticated;
  }
  return std::nullopt;  // grown old, or the first one
}

}  // namespace visavis::turn

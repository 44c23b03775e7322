#include "core/turn/response.h"

#include "core/stun/attributes/error_code.h"
#include "core/stun/attributes/fingerprint.h"
#include "core/stun/attributes/unknown_attributes.h"

namespace visavis::turn {

using stun::AttributeType;

ReplyTo::ReplyTo(const Request& request)
    : method(request.message.method()),
      transaction_id(request.message.transaction_id()),
      key(request.who.key),
      integrity(request.who.integrity),
      fingerprint(request.message.has(AttributeType::kFingerprint)) {}

ReplyTo::ReplyTo(const Allocation& allocation)
    : method(stun::Method::kAllocate),
      transaction_id(allocation.transaction_id),
      key(allocation.key),
      integrity(allocation.integrity),
      fingerprint(allocation.fingerprint) {}

void seal(stun::MessageBuilder& response, const ReplyTo& to) {
  stun::add_integrity(response, to.integrity, to.key.view());
  if (to.fingerprint) stun::add_fingerprint(response);
}

ErrorResponse error(const ReplyTo& to, stun::ErrorCode code, Refusal why) {
  ErrorResponse response{{}, why};
  stun::MessageBuilder builder(response.bytes, stun::Class::kError, to.method, to.transaction_id);
  stun::add_error_code(builder, code);
  seal(builder, to);
  return response;
}

std::vector<AttributeType> unknown_attributes(const stun::Message& message) {
  return stun::unknown_attributes(
      message,
      {AttributeType::kUsername, AttributeType::kUserhash, AttributeType::kRealm,
       AttributeType::kNonce, AttributeType::kPasswordAlgorithm, AttributeType::kMessageIntegrity,
       AttributeType::kMessageIntegritySha256, AttributeType::kChannelNumber,
       AttributeType::kLifetime, AttributeType::kXorPeerAddress, AttributeType::kData,
       AttributeType::kRequestedAddressFamily, AttributeType::kEvenPort,
       AttributeType::kRequestedTransport, AttributeType::kDontFragment,
       AttributeType::kReservationToken});
}

ErrorResponse unknown_attributes_error(const Request& request,
                                       const std::vector<AttributeType>& unknown) {
  ErrorResponse response{{}, Refusal::kMalformed};
  const ReplyTo to(request);
  stun::MessageBuilder builder(response.bytes, stun::Class::kError, to.method, to.transaction_id);
  stun::add_error_code(builder, stun::ErrorCode::kUnknownAttribute);
  stun::add_unknown_attributes(builder, unknown);
  seal(builder, to);
  return response;
}

}  // namespace visavis::turn

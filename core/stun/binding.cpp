#include "core/stun/binding.h"

#include <cassert>

#include "core/stun/attributes/address.h"
#include "core/stun/attributes/error_code.h"
#include "core/stun/attributes/fingerprint.h"
#include "core/stun/attributes/unknown_attributes.h"
#include "core/stun/message_builder.h"

namespace visavis::stun {

void answer_binding(const Message& request, const TransportAddress& client,
                    std::vector<std::uint8_t>& out) {
  assert(request.message_class() == Class::kRequest && request.method() == Method::kBinding);
  // A request may be authenticated; nobody here asks for it, so what it brings is understood but
  // not looked at.
  const auto unknown = unknown_attributes(
      request, {AttributeType::kUsername, AttributeType::kUserhash, AttributeType::kRealm,
                AttributeType::kNonce, AttributeType::kPasswordAlgorithm,
                AttributeType::kMessageIntegrity, AttributeType::kMessageIntegritySha256});
  const Class answer_class = unknown.empty() ? Class::kSuccess : Class::kError;
  MessageBuilder answer(out, answer_class, Method::kBinding, request.transaction_id());
  if (unknown.empty()) {
    add_xor_address(answer, AttributeType::kXorMappedAddress, client);
  } else {
    add_error_code(answer, ErrorCode::kUnknownAttribute);
    add_unknown_attributes(answer, unknown);
  }
  if (request.has(AttributeType::kFingerprint)) add_fingerprint(answer);
}

}  // namespace visavis::stun

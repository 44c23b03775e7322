// What handlers of requests return: the success response, or the error response itself.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/result.h"
#include "core/stun/long_term.h"
#include "core/stun/message_builder.h"
#include "core/turn/allocation.h"
#include "core/turn/counters.h"

namespace visavis::turn {

// An authenticated request.
struct Request {
  const stun::Message& message;
  const FiveTuple& client;
  Clock at;
  stun::Authenticated who;
  Allocation* allocation = nullptr;  // of the client's 5-tuple; null: none
};

struct SuccessResponse {
  std::vector<std::uint8_t> bytes;  // empty: it will come later
};
struct ErrorResponse {
  std::vector<std::uint8_t> bytes;
  Refusal why{};
};
using Outcome = Result<SuccessResponse, ErrorResponse>;

// What a response has in common with its request, and what protects it.
struct ReplyTo {
  explicit ReplyTo(const Request& request);
  // To the request that made the allocation, later.
  explicit ReplyTo(const Allocation& allocation);

  stun::Method method{};
  stun::TransactionId transaction_id{};
  const stun::LongTermKey& key;
  stun::Integrity integrity{};
  bool fingerprint = false;
};

// Behind all other attributes.
void seal(stun::MessageBuilder& response, const ReplyTo& to);

// `fill` adds the attributes.
template <typename Fill>
SuccessResponse success(const ReplyTo& to, const Fill& fill) {
  SuccessResponse response;
  stun::MessageBuilder builder(response.bytes, stun::Class::kSuccess, to.method, to.transaction_id);
  fill(builder);
  seal(builder, to);
  return response;
}

ErrorResponse error(const ReplyTo& to, stun::ErrorCode code, Refusal why);
inline Failure<ErrorResponse> refuse(const Request& request, stun::ErrorCode code, Refusal why) {
  return {error(ReplyTo(request), code, why)};
}

// The comprehension-required attributes that no request of TURN has.
std::vector<stun::AttributeType> unknown_attributes(const stun::Message& message);
ErrorResponse unknown_attributes_error(const Request& request,
                                       const std::vector<stun::AttributeType>& unknown);

}  // namespace visavis::turn

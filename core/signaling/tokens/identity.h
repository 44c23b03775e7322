// Identity tokens: the server's signature under a user id, so that the same browser is the same
// person tomorrow without the server remembering anybody.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/signaling/model/ids.h"
#include "core/signaling/tokens/signed_token.h"

namespace visavis::signaling {

// "v1.USER.SIGNATURE"
std::string sign_identity(const TokenSigner& signer, const UserId& user);

// Nothing when none of our keys signed it.
std::optional<UserId> verify_identity(const TokenSigner& signer, std::string_view token);

}  // namespace visavis::signaling

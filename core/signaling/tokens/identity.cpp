#include "core/signaling/tokens/identity.h"

namespace visavis::signaling {
namespace {

constexpr TokenKind kIdentity{"v1", "visavis identity v1:"};

}  // namespace

std::string sign_identity(const TokenSigner& signer, const UserId& user) {
  return signer.sign(kIdentity, user.bytes);
}

std::optional<UserId> verify_identity(const TokenSigner& signer, std::string_view token) {
  UserId user;
  if (!signer.verify(kIdentity, token, user.bytes)) return std::nullopt;
  return user;
}

}  // namespace visavis::signaling

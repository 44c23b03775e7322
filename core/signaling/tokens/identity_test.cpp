#include "core/signaling/tokens/identity.h"

#include <gtest/gtest.h>

namespace visavis::signaling {
namespace {

const std::string kOld(32, 'o');
const std::string kNew(32, 'n');

TEST(Identity, VerifiesWhatItSignedAndNothingElse) {
  const TokenSigner signer({kNew});
  const UserId user{{1, 2, 3}};
  const std::string token = sign_identity(signer, user);
  EXPECT_EQ(verify_identity(signer, token), user);
  EXPECT_EQ(verify_identity(signer, ""), std::nullopt);
  EXPECT_EQ(verify_identity(signer, "v1."), std::nullopt);
  EXPECT_EQ(verify_identity(signer, token + "A"), std::nullopt);
  EXPECT_EQ(verify_identity(signer, token.substr(0, token.size() - 1)), std::nullopt);
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string forged = token;
    forged[i] = forged[i] == 'B' ? 'C' : 'B';
    EXPECT_EQ(verify_identity(signer, forged), std::nullopt) << i;
  }
}

TEST(Identity, RotationKeepsOldTokensValid) {
  const UserId user{{7}};
  const std::string token = sign_identity(TokenSigner({kOld}), user);
  EXPECT_EQ(verify_identity(TokenSigner({kNew, kOld}), token), user);
  EXPECT_EQ(verify_identity(TokenSigner({kNew}), token), std::nullopt);
}

}  // namespace
}  // namespace visavis::signaling

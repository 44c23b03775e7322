#include "core/signaling/identity.h"

#include <gtest/gtest.h>

namespace visavis::signaling {
namespace {

const std::string kOld(32, 'o');
const std::string kNew(32, 'n');

TEST(Identity, VerifiesWhatItSignedAndNothingElse) {
  const IdentitySigner signer({kNew});
  const UserId user{{1, 2, 3}};
  const std::string token = signer.sign(user);
  EXPECT_EQ(signer.verify(token), user);
  EXPECT_EQ(signer.verify(""), std::nullopt);
  EXPECT_EQ(signer.verify("v1."), std::nullopt);
  EXPECT_EQ(signer.verify(token + "A"), std::nullopt);
  EXPECT_EQ(signer.verify(token.substr(0, token.size() - 1)), std::nullopt);
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string forged = token;
    forged[i] = forged[i] == 'B' ? 'C' : 'B';
    EXPECT_EQ(signer.verify(forged), std::nullopt) << i;
  }
}

TEST(Identity, RotationKeepsOldTokensValid) {
  const UserId user{{7}};
  const std::string token = IdentitySigner({kOld}).sign(user);
  EXPECT_EQ(IdentitySigner({kNew, kOld}).verify(token), user);
  EXPECT_EQ(IdentitySigner({kNew}).verify(token), std::nullopt);
}

}  // namespace
}  // namespace visavis::signaling

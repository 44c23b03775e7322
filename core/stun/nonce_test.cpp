#include "core/stun/nonce.h"

#include <gtest/gtest.h>

namespace visavis::stun {
namespace {

constexpr NonceIssuer::Key kKey = {1, 2, 3};
constexpr auto kFeatures = static_cast<std::uint32_t>(SecurityFeature::kPasswordAlgorithms);
const IpAddress kAna = *IpAddress::parse("203.0.113.7");
const IpAddress kBen = *IpAddress::parse("203.0.113.8");
constexpr Instant kStart = Instant(seconds(1'000));

TEST(Nonce, IsFreshForItsClientForItsLifetime) {
  const NonceIssuer issuer(kKey, minutes(10), kFeatures);
  const std::string nonce = issuer.issue(kAna, kStart);
  EXPECT_EQ(nonce.size(), 35U);
  EXPECT_TRUE(issuer.is_fresh(nonce, kAna, kStart));
  EXPECT_TRUE(issuer.is_fresh(nonce, kAna, kStart + minutes(10)));
  EXPECT_FALSE(issuer.is_fresh(nonce, kAna, kStart + minutes(10) + seconds(1)));
  EXPECT_FALSE(issuer.is_fresh(nonce, kAna, kStart - seconds(1))) << "from the future";
  EXPECT_FALSE(issuer.is_fresh(nonce, kBen, kStart));
}

TEST(Nonce, CannotBeMadeOrChangedByOthers) {
  const NonceIssuer issuer(kKey, minutes(10), kFeatures);
  const std::string nonce = issuer.issue(kAna, kStart);
  EXPECT_FALSE(NonceIssuer({9}, minutes(10), kFeatures).is_fresh(nonce, kAna, kStart));
  for (std::size_t i = 0; i < nonce.size(); ++i) {
    std::string changed = nonce;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(issuer.is_fresh(changed, kAna, kStart)) << i;
    EXPECT_FALSE(issuer.is_fresh(nonce.substr(0, i), kAna, kStart)) << i;
  }
  EXPECT_FALSE(issuer.is_fresh(nonce + "A", kAna, kStart));
}

TEST(Nonce, AnnouncesItsFeatures) {
  const NonceIssuer issuer(kKey, minutes(10), kFeatures);
  const std::string nonce = issuer.issue(kAna, kStart);
  EXPECT_TRUE(nonce.starts_with("obMatJos2AAAB"));
  EXPECT_TRUE(announces(nonce, SecurityFeature::kPasswordAlgorithms));
  EXPECT_FALSE(announces(nonce, SecurityFeature::kUsernameAnonymity));
  EXPECT_FALSE(announces("f//499k954d6OL34oL9FSTvy64sA", SecurityFeature::kPasswordAlgorithms));
  EXPECT_FALSE(announces("obMatJos2", SecurityFeature::kPasswordAlgorithms));
  EXPECT_FALSE(announces("obMatJos2?AAB", SecurityFeature::kPasswordAlgorithms));
}

}  // namespace
}  // namespace visavis::stun

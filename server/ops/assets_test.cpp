#include "server/ops/assets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace visavis::ops {
namespace {

TEST(AssetsTest, FindsByWholePath) {
  const std::array<Asset, 3> assets = {Asset{.path = "/a"}, Asset{.path = "/b/c"},
                                       Asset{.path = "/d"}};
  for (const Asset& asset : assets) EXPECT_EQ(find_asset(assets, asset.path), &asset);
  for (const char* path : {"", "/", "/b", "/b/", "/b/c/", "/e", "a"}) {
    EXPECT_EQ(find_asset(assets, path), nullptr) << path;
  }
  EXPECT_EQ(find_asset({}, "/a"), nullptr);
}

// Whatever was embedded: the web app, or the page that stands for it.
TEST(AssetsTest, AreEmbedded) {
  const auto assets = embedded_assets();
  EXPECT_TRUE(std::is_sorted(assets.begin(), assets.end(),
                             [](const Asset& a, const Asset& b) { return a.path < b.path; }));
  const Asset* document = find_asset(assets, "/index.html");
  ASSERT_NE(document, nullptr);
  EXPECT_THAT(document->content_type, ::testing::StartsWith("text/html"));
  EXPECT_THAT(as_text(document->identity), ::testing::StartsWith("<!doctype html>"));
  EXPECT_THAT(as_text(document->identity), ::testing::HasSubstr("Vis-à-vis"));
  EXPECT_FALSE(document->immutable);
  for (const Asset& asset : assets) {
    EXPECT_EQ(asset.content_hash.size(), 32U) << asset.path;
    EXPECT_LE(asset.gzip.size(), asset.identity.size()) << asset.path;
    EXPECT_LE(asset.brotli.size(), asset.identity.size()) << asset.path;
  }
}

}  // namespace
}  // namespace visavis::ops

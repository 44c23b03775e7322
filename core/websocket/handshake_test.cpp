#include "core/websocket/handshake.h"

#include <gtest/gtest.h>

#include <string>

namespace visavis::websocket {
namespace {

// The request of RFC 6455 section 1.3.
HandshakeRequest example() {
  return {.method = "GET",
          .http_version = 11,
          .upgrade = "websocket",
          .connection = "Upgrade",
          .key = "dGhlIHNhbXBsZSBub25jZQ==",
          .version = "13",
          .protocols = "chat, superchat"};
}

int status(const HandshakeRequest& request) {
  const auto result = accept_handshake(request, "chat");
  return result ? 101 : result.error().http_status;
}

std::string code(const HandshakeRequest& request) {
  const auto result = accept_handshake(request, "chat");
  return result ? "" : std::string(result.error().code);
}

TEST(Handshake, ExampleOfTheStandard) {
  const auto accept = accept_handshake(example(), "superchat");
  ASSERT_TRUE(accept);
  EXPECT_EQ(*accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(Handshake, NeedsGet) {
  auto request = example();
  request.method = "POST";
  EXPECT_EQ(status(request), 405);
  EXPECT_EQ(code(request), "method_not_allowed");
  request.method = "get";
  EXPECT_EQ(status(request), 405) << "methods are case-sensitive (RFC 9110 section 9.1)";
}

TEST(Handshake, NeedsHttp11) {
  auto request = example();
  request.http_version = 10;
  EXPECT_EQ(status(request), 400);
  EXPECT_EQ(code(request), "upgrade_required");
}

TEST(Handshake, NeedsUpgrade) {
  for (const char* upgrade : {"", "h2c", "websocket2", "web socket"}) {
    auto request = example();
    request.upgrade = upgrade;
    EXPECT_EQ(status(request), 426) << upgrade;
    EXPECT_EQ(code(request), "upgrade_required");
  }
  for (const char* upgrade : {"WebSocket", "h2c, websocket", " websocket\t"}) {
    auto request = example();
    request.upgrade = upgrade;
    EXPECT_EQ(status(request), 101) << upgrade;
  }
}

TEST(Handshake, NeedsConnectionUpgrade) {
  auto request = example();
  request.connection = "keep-alive";
  EXPECT_EQ(status(request), 426);
  request.connection = "keep-alive, Upgrade";  // Firefox
  EXPECT_EQ(status(request), 101);
}

TEST(Handshake, NeedsVersion13) {
  for (const char* version : {"", "8", "14", "13, 8", "013"}) {
    auto request = example();
    request.version = version;
    EXPECT_EQ(status(request), 426) << version;
    EXPECT_EQ(code(request), "bad_request");
  }
}

TEST(Handshake, NeedsAKeyOfSixteenBytes) {
  for (const char* key :
       {"", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ=A",
        "dGhlIHNhbXBsZSBub25jZQAA", "dGhlIHNhbXBsZSBub25jZ===", "dGhlIHNhbXBsZSBub25jZ-==",
        "AAAAAAAAAAAAAAAAAAAAAA==, AAAAAAAAAAAAAAAAAAAAAA=="}) {
    auto request = example();
    request.key = key;
    EXPECT_EQ(status(request), 400) << key;
    EXPECT_EQ(code(request), "bad_request");
  }
  auto request = example();
  request.key = "+/+/+/+/+/+/+/+/+/+/+A==";
  EXPECT_EQ(status(request), 101);
}

TEST(Handshake, NeedsTheSubprotocolExactly) {
  for (const char* protocols : {"", "superchat", "chat2", "Chat", "chat superchat"}) {
    auto request = example();
    request.protocols = protocols;
    EXPECT_EQ(status(request), 400) << protocols;
    EXPECT_EQ(code(request), "unsupported_subprotocol");
  }
  for (const char* protocols : {"chat", "superchat,chat", "a ,\tchat , b"}) {
    auto request = example();
    request.protocols = protocols;
    EXPECT_EQ(status(request), 101) << protocols;
  }
}

TEST(Handshake, TokensOfAList) {
  EXPECT_TRUE(lists_token("keep-alive, Upgrade", "upgrade"));
  EXPECT_TRUE(lists_token(",, upgrade ,", "Upgrade"));
  EXPECT_FALSE(lists_token("", "upgrade"));
  EXPECT_FALSE(lists_token(",", "upgrade"));
  EXPECT_FALSE(lists_token("keep-alive Upgrade", "upgrade"));
  EXPECT_FALSE(lists_token("upgrades", "upgrade"));
}

}  // namespace
}  // namespace visavis::websocket

#include "server/net/websocket_connection.h"

#include <gtest/gtest.h>

#include <string>

#include "core/websocket/test_client.h"
#include "server/net/test_support/test_server.h"

namespace visavis::net::test {
namespace {

using websocket::Opcode;
using websocket::test::close_frame;
using websocket::test::frame;
using websocket::test::kFin;
using websocket::test::ping_frame;
using websocket::test::text_frame;

ReceivedFrame text(std::string payload) { return {Opcode::kText, std::move(payload)}; }

ReceivedFrame closing(std::uint16_t code, const std::string& reason = "") {
  return {Opcode::kClose, websocket::test::big_endian(code, 2) + reason};
}

TEST(WebSocketConnection, OpensAndEchoes) {
  TestServer server;
  TestClient client = server.connect();
  const HttpReply reply = client.open_websocket();
  EXPECT_EQ(reply.status, 101);
  EXPECT_EQ(reply.header("Sec-WebSocket-Accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(reply.header("Sec-WebSocket-Protocol"), "visavis.v1");
  EXPECT_EQ(server.handler().next_note(), "open 127.0.0.1");
  client.send(text_frame("hello"));
  EXPECT_EQ(client.read_frame(), text("hello"));
}

TEST(WebSocketConnection, TakesMessagesThatCameWithTheHandshake) {
  const TestServer server;
  TestClient client = server.connect();
  client.send("GET /ws HTTP/1.1\r\n" + handshake_headers() + "\r\n" + text_frame("early") +
              text_frame("too"));
  EXPECT_EQ(client.read_reply().status, 101);
  EXPECT_EQ(client.read_frame(), text("early"));
  EXPECT_EQ(client.read_frame(), text("too"));
}

TEST(WebSocketConnection, AgreesToNoCompression) {
  const TestServer server;
  TestClient client = server.connect();
  const HttpReply reply = client.open_websocket("Sec-WebSocket-Extensions: permessage-deflate\r\n");
  EXPECT_EQ(reply.status, 101);
  EXPECT_EQ(reply.header("Sec-WebSocket-Extensions"), "");
}

TEST(WebSocketConnection, RefusesWhatIsNoHandshake) {
  const TestServer server;
  EXPECT_EQ(server.connect().get("/ws").status, 426);
  TestClient without_protocol = server.connect();
  const HttpReply reply = without_protocol.get(
      "/ws",
      "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
  EXPECT_EQ(reply.status, 400);
  EXPECT_NE(reply.body.find("unsupported_subprotocol"), std::string::npos);
  EXPECT_EQ(without_protocol.get("/").status, 200);  // still HTTP
}

TEST(WebSocketConnection, ChecksTheOrigin) {
  const TestServer server({.allowed_origins = {"https://friend.example"}});
  EXPECT_EQ(server.connect().open_websocket("Origin: http://test\r\n").status, 101);
  EXPECT_EQ(server.connect().open_websocket("Origin: https://friend.example\r\n").status, 101);
  const HttpReply refused = server.connect().open_websocket("Origin: http://evil.example\r\n");
  EXPECT_EQ(refused.status, 403);
  EXPECT_NE(refused.body.find("forbidden_origin"), std::string::npos);
}

TEST(WebSocketConnection, ReassemblesFragmentsAndAnswersPingsBetweenThem) {
  const TestServer server;
  TestClient client = server.connect_websocket();
  client.send(frame(0x1, "Vis-") + ping_frame("?") + frame(0x0, "à-") + frame(kFin, "vis"));
  EXPECT_EQ(client.read_frame(), (ReceivedFrame{Opcode::kPong, "?"}));
  EXPECT_EQ(client.read_frame(), text("Vis-à-vis"));
}

TEST(WebSocketConnection, ReadsByteByByte) {
  const TestServer server;
  TestClient client = server.connect_websocket();
  for (const char byte : text_frame("patience") + ping_frame("")) client.send(std::string(1, byte));
  EXPECT_EQ(client.read_frame(), text("patience"));
  EXPECT_EQ(client.read_frame(), (ReceivedFrame{Opcode::kPong, ""}));
}

TEST(WebSocketConnection, EchoesLargeMessagesInOrder) {
  const TestServer server;
  TestClient client = server.connect_websocket();
  for (int i = 0; i < 40; ++i) {
    const std::string payload(static_cast<std::size_t>(60'000 + i),
                              static_cast<char>('a' + i % 26));
    ASSERT_TRUE(client.send(text_frame(payload)));
    EXPECT_EQ(client.read_frame(), text(payload));
  }
}

TEST(WebSocketConnection, AnswersTheClientsClose) {
  TestServer server;
  for (const auto& [code, note] :
       {std::pair(1000, "closed left"), {1001, "closed going_away"}, {4321, "closed lost"}}) {
    TestClient client = server.connect_websocket();
    EXPECT_EQ(server.handler().next_note(), "open 127.0.0.1");
    client.send(close_frame(static_cast<std::uint16_t>(code), "thanks"));
    EXPECT_EQ(client.read_frame(), closing(static_cast<std::uint16_t>(code)));
    EXPECT_TRUE(client.ended());
    EXPECT_EQ(server.handler().next_note(), note);
  }
}

TEST(WebSocketConnection, AnswersACloseWithoutACode) {
  const TestServer server;
  TestClient client = server.connect_websocket();
  client.send(frame(kFin | 0x8, ""));
  EXPECT_EQ(client.read_frame(), (ReceivedFrame{Opcode::kClose, ""}));
  EXPECT_TRUE(client.ended());
}

TEST(WebSocketConnection, ClosesWhenTheHandlerSaysSo) {
  const TestServer server;
  TestClient client = server.connect_websocket();
  client.send(text_frame("before") + text_frame("close") + text_frame("ignored"));
  EXPECT_EQ(client.read_frame(), text("before"));
  EXPECT_EQ(client.read_frame(), closing(4000, "bye"));
  client.send(close_frame(4000));
  EXPECT_TRUE(client.ended());
}

TEST(WebSocketConnection, DoesNotWaitLongForTheClientsClose) {
  const TestServer server({.limits = {.close_timeout = milliseconds(100)}});
  TestClient client = server.connect_websocket();
  client.send(text_frame("close"));
  EXPECT_EQ(client.read_frame(), closing(4000, "bye"));
  EXPECT_TRUE(client.ended());
}

TEST(WebSocketConnection, TellsTheHandlerOfALostClient) {
  TestServer server;
  {
    const TestClient client = server.connect_websocket();
  }
  EXPECT_EQ(server.handler().next_note(), "open 127.0.0.1");
  EXPECT_EQ(server.handler().next_note(), "closed lost");
}

TEST(WebSocketConnection, FailsAConnectionThatBreaksTheProtocol) {
  TestServer server;
  TestClient unmasked = server.connect_websocket();
  unmasked.send(std::string("\x81\x02hi", 4));
  EXPECT_TRUE(unmasked.read_frame().payload.starts_with(websocket::test::big_endian(1002, 2)));
  EXPECT_TRUE(unmasked.ended());

  TestClient not_utf8 = server.connect_websocket();
  not_utf8.send(text_frame("\xFF"));
  EXPECT_TRUE(not_utf8.read_frame().payload.starts_with(websocket::test::big_endian(1007, 2)));
  EXPECT_TRUE(not_utf8.ended());
}

TEST(WebSocketConnection, LetsTheHandlerAnswerMessagesItCannotTake) {
  TestServer server({.message_bytes_max = 1'000});
  TestClient binary = server.connect_websocket();
  EXPECT_EQ(server.handler().next_note(), "open 127.0.0.1");
  binary.send(frame(kFin | 0x2, "bytes") + text_frame("unread"));
  EXPECT_EQ(server.handler().next_note(), "refused binary");
  EXPECT_EQ(binary.read_frame(), text("refused"));
  EXPECT_EQ(binary.read_frame(), closing(1003));

  TestClient large = server.connect_websocket();
  EXPECT_EQ(server.handler().next_note(), "open 127.0.0.1");
  large.send(text_frame(std::string(5'000'000, 'x')));
  EXPECT_EQ(server.handler().next_note(), "refused too_large");
  EXPECT_EQ(large.read_frame(), text("refused"));
  EXPECT_EQ(large.read_frame(), closing(1009));
}

TEST(WebSocketConnection, ClosesAReaderThatIsTooSlow) {
  TestServer server;
  TestClient client = server.connect_websocket({.receive_buffer_bytes = 4'096});
  EXPECT_EQ(server.handler().next_note(), "open 127.0.0.1");
  client.send(text_frame("flood"));
  EXPECT_EQ(server.handler().next_note(), "closed lost");
  EXPECT_EQ(server.count(&Counters::slow_readers_closed), 1U);
  // What it does read is whole frames, and then why it was closed.
  ReceivedFrame received = client.read_frame();
  int frames = 0;
  for (; received.opcode == Opcode::kText; received = client.read_frame()) {
    ASSERT_EQ(received.payload.size(), EchoHandler::kFloodFrameBytes);
    ++frames;
  }
  EXPECT_LT(frames, EchoHandler::kFloodFrames);
  EXPECT_EQ(received, closing(1013, "too slow"));
  EXPECT_TRUE(client.ended());
}

std::uint64_t refusals(const TestServer& server, Refusal kind) {
  return server.server().refusal_counts()[static_cast<std::size_t>(kind)].count;
}

// Pings, pongs and messages in the other direction are no sign that anything is taken.
TEST(WebSocketConnection, ClosesWhoTakesNothingWhateverTheySend) {
  TestServer server({.limits = {.stall_timeout = milliseconds(800)}});
  TestClient client = server.connect_websocket({.receive_buffer_bytes = 4'096});
  EXPECT_EQ(server.handler().next_note(), "open 127.0.0.1");
  for (int i = 0; i < 5; ++i) client.send(text_frame(std::string(60'000, 'e')));
  const std::string chatter = ping_frame("") + frame(kFin | 0xA, "") + text_frame("still here");
  EXPECT_TRUE(TestServer::eventually([&] {
    if (server.count(&Counters::websocket_messages_read) < 100) client.send(chatter);
    return refusals(server, Refusal::kStalledWebsocket) == 1;
  }));
  EXPECT_EQ(server.handler().next_note(), "closed lost");
  EXPECT_EQ(server.count(&Counters::slow_readers_closed), 1U);
  // Whole frames, and then why.
  ReceivedFrame received = client.read_frame();
  while (received.opcode != Opcode::kClose) received = client.read_frame();
  EXPECT_EQ(received, closing(1013, "too slow"));
}

TEST(WebSocketConnection, KeepsASlowReaderThatGoesOn) {
  TestServer server({.limits = {.stall_timeout = milliseconds(800)}});
  TestClient client = server.connect_websocket({.receive_buffer_bytes = 4'096});
  EXPECT_EQ(server.handler().next_note(), "open 127.0.0.1");
  for (int i = 0; i < 5; ++i) client.send(text_frame(std::string(60'000, 'e')));
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 5; ++i) {
    // Each read is a step on the way; the steps together take longer than the patience.
    while (std::chrono::steady_clock::now() - begin < i * milliseconds(300)) {
      server.connect().get("/");
    }
    EXPECT_EQ(client.read_frame(), text(std::string(60'000, 'e')));
  }
  EXPECT_EQ(refusals(server, Refusal::kStalledWebsocket), 0U);
}

TEST(WebSocketConnection, ClosesWhoSendsTooManyControlFrames) {
  TestServer server(
      {.limits = {.websocket_control_frames_per_second = 1, .websocket_control_frames_burst = 3}});
  for (const std::string& control : {ping_frame(""), frame(kFin | 0xA, "")}) {
    TestClient client = server.connect_websocket();
    EXPECT_EQ(server.handler().next_note(), "open 127.0.0.1");
    for (int i = 0; i < 20; ++i) client.send(control);
    ReceivedFrame received = client.read_frame();
    while (received.opcode == Opcode::kPong) received = client.read_frame();
    EXPECT_EQ(received, closing(1008, "too many control frames"));
    EXPECT_EQ(server.handler().next_note(), "closed lost");
  }
  EXPECT_EQ(refusals(server, Refusal::kTooManyControlFrames), 2U);
}

TEST(WebSocketConnection, TakesNothingButAPongForAPong) {
  TestServer server({.limits = {.websocket_ping_interval = milliseconds(50),
                                .websocket_pong_timeout = milliseconds(300)}});
  TestClient client = server.connect_websocket();
  EXPECT_EQ(server.handler().next_note(), "open 127.0.0.1");
  EXPECT_EQ(client.read_frame(), (ReceivedFrame{Opcode::kPing, ""}));
  EXPECT_TRUE(TestServer::eventually([&] {
    client.send(text_frame("busy"));
    return refusals(server, Refusal::kPongTimeout) == 1;
  }));
  EXPECT_EQ(server.handler().next_note(), "closed lost");
}

TEST(WebSocketConnection, SurvivesAFloodOfPingsThatIsNotRead) {
  TestServer server({.limits = {.websocket_control_frames_per_second = 1'000'000,
                                .websocket_control_frames_burst = 1'000'000,
                                .outbox_bytes_max = 100'000}});
  TestClient client = server.connect_websocket({.receive_buffer_bytes = 4'096});
  EXPECT_EQ(server.handler().next_note(), "open 127.0.0.1");
  std::string pings;
  for (int i = 0; i < 1'000; ++i) pings += ping_frame(std::string(125, 'p'));
  for (int i = 0; i < 500 && server.count(&Counters::slow_readers_closed) == 0; ++i) {
    if (!client.send(pings)) break;
  }
  EXPECT_EQ(server.handler().next_note(), "closed lost");
}

TEST(WebSocketConnection, PingsASilentClientAndKeepsOneThatAnswers) {
  TestServer server({.limits = {.websocket_ping_interval = milliseconds(50),
                                .websocket_pong_timeout = seconds(10)}});
  TestClient client = server.connect_websocket();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(client.read_frame(), (ReceivedFrame{Opcode::kPing, ""}));
    client.send(frame(kFin | 0xA, ""));
  }
  client.send(text_frame("alive"));
  ReceivedFrame received = client.read_frame();
  while (received.opcode == Opcode::kPing) received = client.read_frame();
  EXPECT_EQ(received, text("alive"));
}

TEST(WebSocketConnection, DropsAClientThatDoesNotAnswerPings) {
  TestServer server({.limits = {.websocket_ping_interval = milliseconds(50),
                                .websocket_pong_timeout = milliseconds(50)}});
  TestClient client = server.connect_websocket();
  EXPECT_EQ(client.read_frame(), (ReceivedFrame{Opcode::kPing, ""}));
  EXPECT_TRUE(client.ended());
  EXPECT_EQ(server.handler().next_note(), "open 127.0.0.1");
  EXPECT_EQ(server.handler().next_note(), "closed lost");
}

TEST(WebSocketConnection, StopsReadingWhileTheHandlerIsBehind) {
  TestServer server({.threads = 1});
  TestClient client = server.connect_websocket();
  client.send(text_frame("one"));
  EXPECT_EQ(client.read_frame(), text("one"));
  server.handler().set_accepts_input(false);
  client.send(text_frame("two"));
  TestClient witness = server.connect();
  EXPECT_EQ(witness.get("/").status, 200);  // the loop has been round since
  EXPECT_EQ(server.count(&Counters::websocket_messages_read), 1U);

  server.handler().set_accepts_input(true);
  boost::asio::post(server.server().loop(0).context(),
                    [&] { server.server().worker(0).resume_reading(); });
  EXPECT_EQ(client.read_frame(), text("two"));
}

}  // namespace
}  // namespace visavis::net::test

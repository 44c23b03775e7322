// TLS on the descriptor, and the certificate's life.
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "core/websocket/test_client.h"
#include "server/net/test_support/test_certificate.h"
#include "server/net/test_support/test_server.h"
#include "server/net/tls_context.h"

namespace visavis::net::test {
namespace {

using websocket::Opcode;
using websocket::test::close_frame;
using websocket::test::text_frame;

class Tls : public testing::Test {
 protected:
  std::shared_ptr<TlsContext> load() const {
    auto context = TlsContext::load(certificate_.certificate(), certificate_.key());
    if (!context) throw std::runtime_error(context.error());
    return std::move(context).value();
  }

  TestCertificate certificate_{"first"};
};

TEST_F(Tls, ServesHttpAndWebSockets) {
  const TestServer server({.tls = load()});
  TestClient client(server.port(), {.tls = true});
  EXPECT_EQ(client.alpn(), "http/1.1");
  EXPECT_EQ(client.get("/a").body,
            "GET /a? host=test https client=127.0.0.1 private=false forwarded=false");
  ASSERT_EQ(client.open_websocket("Origin: https://test\r\n").status, 101);
  client.send(text_frame("hello"));
  EXPECT_EQ(client.read_frame(), (ReceivedFrame{Opcode::kText, "hello"}));
  client.send(close_frame(1000));
  EXPECT_EQ(client.read_frame().opcode, Opcode::kClose);
  EXPECT_TRUE(client.ended());
}

TEST_F(Tls, EchoesLargeMessagesByteForByte) {
  const TestServer server({.tls = load()});
  TestClient client = server.connect_websocket({.tls = true});
  std::string burst;
  for (int i = 0; i < 30; ++i)
    burst += text_frame(std::string(30'000, static_cast<char>('a' + i % 26)));
  ASSERT_TRUE(client.send(burst));
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(client.read_frame().payload, std::string(30'000, static_cast<char>('a' + i % 26)));
  }
}

TEST_F(Tls, ReadsByteByByte) {
  const TestServer server({.tls = load()});
  TestClient client(server.port(), {.tls = true});
  for (const char byte :
       "GET /ws HTTP/1.1\r\n" + handshake_headers() + "\r\n" + text_frame("slow")) {
    client.send(std::string(1, byte));
  }
  EXPECT_EQ(client.read_reply().status, 101);
  EXPECT_EQ(client.read_frame(), (ReceivedFrame{Opcode::kText, "slow"}));
}

TEST_F(Tls, SendsALargeBodyToASlowReader) {
  static const std::string body(2'000'000, 'b');
  TestServer::Options options;
  options.tls = load();
  options.http = [](const HttpRequest&) {
    HttpResponse response;
    response.static_body = as_bytes(body);
    return response;
  };
  const TestServer server(options);
  TestClient client(server.port(), {.tls = true, .receive_buffer_bytes = 4'096});
  EXPECT_EQ(client.get("/").body, body);
}

TEST_F(Tls, ClosesAReaderThatIsTooSlow) {
  TestServer server({.tls = load()});
  TestClient client = server.connect_websocket({.tls = true, .receive_buffer_bytes = 4'096});
  EXPECT_EQ(server.handler().next_note(), "open 127.0.0.1");
  client.send(text_frame("flood"));
  EXPECT_EQ(server.handler().next_note(), "closed lost");
  ReceivedFrame received = client.read_frame();
  while (received.opcode == Opcode::kText) {
    ASSERT_EQ(received.payload.size(), EchoHandler::kFloodFrameBytes);
    received = client.read_frame();
  }
  EXPECT_EQ(received.payload, websocket::test::big_endian(1013, 2) + "too slow");
}

TEST_F(Tls, RedirectsPlainHttpToHttps) {
  const TestServer server({.tls = load()});
  TestClient client = server.connect();
  const HttpReply reply = client.get("/a?b");
  EXPECT_EQ(reply.status, 308);
  EXPECT_EQ(reply.header("Location"), "https://test/a?b");
  EXPECT_TRUE(client.ended());
}

TEST_F(Tls, ServesPlainHttpToATrustedProxy) {
  const TestServer server({.trusted_proxies = {*IpNetwork::parse("127.0.0.1")}, .tls = load()});
  EXPECT_EQ(server.connect().get("/").status, 200);
}

TEST_F(Tls, SurvivesABrokenHandshakeAtEveryLength) {
  const TestServer server({.tls = load()});
  // The beginning of a ClientHello, then nonsense.
  const std::string hello("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 0123456789", 22);
  for (std::size_t i = 1; i <= hello.size(); ++i) {
    TestClient client = server.connect();
    client.send(hello.substr(0, i));
    client.finish_sending();
    client.read_to_end();
  }
  TestClient nonsense = server.connect();
  nonsense.send("\x16" + std::string(5'000, 'x'));
  nonsense.read_to_end();
  EXPECT_GT(server.count(&Counters::tls_handshakes_failed), 0U);
  EXPECT_EQ(TestClient(server.port(), {.tls = true}).get("/").status, 200);
}

TEST_F(Tls, EndsAHandshakeThatTakesTooLong) {
  const TestServer server({.limits = {.header_timeout = milliseconds(100)}, .tls = load()});
  TestClient client = server.connect();
  client.send("\x16");
  EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(Tls, EndsAHandshakeThatGoesOnByteByByte) {
  const TestServer server({.limits = {.header_timeout = milliseconds(300)}, .tls = load()});
  TestClient client = server.connect();
  const std::string hello = "\x16\x03\x01\x02" + std::string(512, '\0');
  std::size_t sent = 0;
  EXPECT_TRUE(TestServer::eventually([&] {
    if (sent < hello.size()) client.send(hello.substr(sent++, 1));
    const auto counts = server.server().refusal_counts();
    return counts[static_cast<std::size_t>(Refusal::kOpeningTimeout)].count +
               counts[static_cast<std::size_t>(Refusal::kTlsFailed)].count ==
           1;
  }));
}

TEST_F(Tls, ClosesWhoTakesNothingOfWhatWaits) {
  TestServer server({.limits = {.stall_timeout = milliseconds(400)}, .tls = load()});
  TestClient client = server.connect_websocket({.tls = true, .receive_buffer_bytes = 4'096});
  EXPECT_EQ(server.handler().next_note(), "open 127.0.0.1");
  for (int i = 0; i < 5; ++i) client.send(text_frame(std::string(60'000, 'e')));
  EXPECT_EQ(server.handler().next_note(), "closed lost");
  const auto counts = server.server().refusal_counts();
  EXPECT_EQ(counts[static_cast<std::size_t>(Refusal::kStalledWebsocket)].count, 1U);
}

TEST_F(Tls, EndsAClientThatAsksForNewKeysAllTheTime) {
  const TestServer server({.tls = load(), .threads = 1});
  TestClient client = server.connect_websocket({.tls = true});
  for (int i = 0; i < 32; ++i) ASSERT_TRUE(client.update_key());
  client.send(text_frame("still here"));
  EXPECT_EQ(client.read_frame().payload, "still here");
  EXPECT_TRUE(TestServer::eventually([&client] { return !client.update_key(); }));
  EXPECT_EQ(TestClient(server.port(), {.tls = true}).get("/").status, 200);
}

TEST_F(Tls, AnswersToTheNamesOfTheCertificate) {
  const auto context = load();
  const TestServer server({.allowed_hosts = {}, .tls = context});
  const auto status = [&server](const std::string& host) {
    TestClient client(server.port(), {.tls = true});
    client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    return client.read_reply().status;
  };
  for (const char* host : {"first", "FIRST:443", "a.rooms.example", "192.0.2.7", "localhost"}) {
    EXPECT_EQ(status(host), 200) << host;
  }
  for (const char* host : {"second", "rooms.example", "192.0.2.8"}) {
    EXPECT_EQ(status(host), 421) << host;
  }
  certificate_.renew("second");
  EXPECT_EQ(context->reload(), std::nullopt);
  EXPECT_EQ(status("second"), 200);
  EXPECT_EQ(status("first"), 421);
}

TEST_F(Tls, SendsNobodyOnToAnUnknownHost) {
  const TestServer server({.tls = load()});
  TestClient client = server.connect();
  client.send("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n");
  EXPECT_EQ(client.read_reply().status, 421);
}

TEST_F(Tls, ReloadsTheCertificateForNewConnections) {
  const auto context = load();
  const TestServer server({.tls = context});
  TestClient old_client = server.connect_websocket({.tls = true});
  EXPECT_EQ(old_client.peer_name(), "first");

  certificate_.renew("second");
  EXPECT_EQ(context->reload(), std::nullopt);
  EXPECT_EQ(TestClient(server.port(), {.tls = true}).peer_name(), "second");
  old_client.send(text_frame("still here"));
  EXPECT_EQ(old_client.read_frame().payload, "still here");
}

TEST_F(Tls, KeepsTheOldCertificateWhenTheNewOneIsBroken) {
  const auto context = load();
  const TestServer server({.tls = context});
  std::ofstream(certificate_.certificate()) << "no certificate";
  const auto error = context->reload();
  ASSERT_TRUE(error);
  EXPECT_NE(error->find(certificate_.certificate().string()), std::string::npos) << *error;
  EXPECT_EQ(TestClient(server.port(), {.tls = true}).peer_name(), "first");
}

TEST_F(Tls, NamesTheFileThatCannotBeUsed) {
  const auto missing = TlsContext::load("/nonexistent/cert.pem", certificate_.key());
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error(),
            "Cannot use the TLS certificate /nonexistent/cert.pem: No such file or directory.");
  const TestCertificate other("other");
  const auto mismatch = TlsContext::load(certificate_.certificate(), other.key());
  ASSERT_FALSE(mismatch);
  EXPECT_NE(mismatch.error().find(other.key().string()), std::string::npos) << mismatch.error();
}

}  // namespace
}  // namespace visavis::net::test

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "server/net/test_support/test_server.h"

namespace visavis::net::test {
namespace {

TEST(HttpConnection, AnswersARequestWithWhatTheHandlerSays) {
  const TestServer server;
  TestClient client = server.connect();
  const HttpReply reply = client.get("/people?sort=name");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.header("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_TRUE(reply.header("Date").ends_with(" GMT"));
  EXPECT_EQ(reply.body,
            "GET /people?sort=name host=test http client=127.0.0.1 private=false forwarded=false");
}

TEST(HttpConnection, AnswersHeadWithTheLengthAndNoBody) {
  const TestServer server;
  TestClient client = server.connect();
  client.send("HEAD / HTTP/1.1\r\nHost: test\r\n\r\n");
  const HttpReply head = client.read_reply(false);
  EXPECT_EQ(head.status, 200);
  // The next answer begins where the first one's body would have stood.
  EXPECT_EQ(std::stoul(head.header("Content-Length")), client.get("/").body.size() + 1);
}

TEST(HttpConnection, KeepsTheConnectionForFurtherRequests) {
  const TestServer server;
  TestClient client = server.connect();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.get("/").status, 200);
  EXPECT_EQ(server.count(&Counters::accepted), 1U);
}

TEST(HttpConnection, AnswersPipelinedRequestsInOrder) {
  constexpr int kRequests = 300;  // several rounds' worth
  const TestServer server;
  TestClient client = server.connect();
  std::string requests;
  for (int i = 0; i < kRequests; ++i) {
    requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: test\r\n\r\n";
  }
  ASSERT_TRUE(client.send(requests));
  for (int i = 0; i < kRequests; ++i) {
    EXPECT_TRUE(client.read_reply().body.starts_with("GET /" + std::to_string(i) + "? "));
  }
}

TEST(HttpConnection, ReadsARequestByteByByte) {
  const TestServer server;
  TestClient client = server.connect();
  for (const char byte : std::string("GET /slow HTTP/1.1\r\nHost: test\r\n\r\n")) {
    ASSERT_TRUE(client.send(std::string(1, byte)));
  }
  EXPECT_TRUE(client.read_reply().body.starts_with("GET /slow? "));
}

TEST(HttpConnection, ClosesWhenTheClientAsksForIt) {
  const TestServer server;
  TestClient client = server.connect();
  const HttpReply reply = client.get("/", "Connection: close\r\n");
  EXPECT_EQ(reply.header("Connection"), "close");
  EXPECT_TRUE(client.ended());
}

TEST(HttpConnection, ClosesAfterHttp10UnlessAskedToStay) {
  const TestServer server;
  TestClient leaves = server.connect();
  leaves.send("GET / HTTP/1.0\r\nHost: test\r\n\r\n");
  EXPECT_EQ(leaves.read_reply().status, 200);
  EXPECT_TRUE(leaves.ended());

  TestClient stays = server.connect();
  stays.send("GET / HTTP/1.0\r\nHost: test\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(stays.read_reply().header("Connection"), "keep-alive");
  EXPECT_EQ(stays.get("/").status, 200);
}

// RFC 9112 section 3.2.2: the Host field then says nothing.
TEST(HttpConnection, TakesTheAbsoluteFormOfATarget) {
  const TestServer server;
  const auto body = [&server](const char* target) { return server.connect().get(target).body; };
  EXPECT_TRUE(body("http://localhost:81/a?b").starts_with("GET /a?b host=localhost:81 "));
  EXPECT_TRUE(body("http://localhost").starts_with("GET /? host=localhost "));
  EXPECT_TRUE(body("http://localhost?x").starts_with("GET /? host=localhost "));
  EXPECT_NE(body("http://elsewhere:81/a?b").find("unknown_host"), std::string::npos);
  EXPECT_NE(body("http://localhost@elsewhere/").find("bad_request"), std::string::npos);
  EXPECT_NE(body("http:///a").find("unknown_host"), std::string::npos) << "it names no host";
}

// What the request says of its host, and the answer's status.
int asked(const TestServer& server, const std::string& line, const std::string& fields) {
  TestClient client = server.connect();
  client.send(line + "\r\n" + fields + "\r\n");
  return client.read_reply(!line.starts_with("HEAD")).status;
}

TEST(HttpConnection, AnswersToItsOwnNamesOnly) {
  const TestServer server({.public_url = "https://call.example", .allowed_hosts = {}});
  const auto page = [&server](const std::string& host) {
    return asked(server, "GET / HTTP/1.1", "Host: " + host + "\r\n");
  };
  for (const char* host :
       {"call.example", "CALL.example.:1", "localhost", "127.0.0.1:9", "[::1]"}) {
    EXPECT_EQ(page(host), 200) << host;
  }
  for (const char* host : {"evil.example", "192.0.2.1", "call.example.evil.example", ""}) {
    EXPECT_EQ(page(host), 421) << host;
  }
  for (const char* host : {"localhost:evil", "::1", "[fe80::1%25lo]", "a@localhost"}) {
    EXPECT_EQ(page(host), 400) << host;
  }
  EXPECT_EQ(asked(server, "GET / HTTP/1.0", ""), 421);
  EXPECT_EQ(asked(server, "GET / HTTP/1.0", "Host: localhost\r\n"), 200);
  EXPECT_EQ(asked(server, "GET / HTTP/1.0", "Host: localhost\r\nHost: localhost\r\n"), 400);
  EXPECT_EQ(asked(server, "GET / HTTP/1.1", "Host: localhost\r\nHost: localhost\r\n"), 400);
  EXPECT_EQ(asked(server, "GET /ws HTTP/1.1", "Host: evil.example\r\n"), 421);

  const auto counts = server.server().refusal_counts();
  const auto unknown = counts[static_cast<std::size_t>(Refusal::kUnknownHost)];
  EXPECT_EQ(unknown.kind, "unknown_host");
  EXPECT_EQ(unknown.count, 6U);
}

TEST(HttpConnection, SaysWhatToDoAboutAnUnknownHost) {
  const TestServer server;
  TestClient client = server.connect();
  client.send("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n");
  const HttpReply reply = client.read_reply();
  EXPECT_EQ(reply.header("Content-Type"), "application/json");
  EXPECT_TRUE(reply.body.starts_with(R"({"error":{"code":"unknown_host","message":")"));
  EXPECT_NE(reply.body.find("--allowed-host"), std::string::npos);
  EXPECT_EQ(client.get("/").status, 200);  // the connection is still good
}

TEST(HttpConnection, LetsProbesAskByAddressOrWithoutAHost) {
  const TestServer server;
  for (const char* line : {"GET /healthz", "HEAD /metrics", "OPTIONS /", "OPTIONS /ws"}) {
    const std::string request(line);
    EXPECT_EQ(asked(server, request + " HTTP/1.0", ""), request == "OPTIONS /ws" ? 405 : 200)
        << line;
    EXPECT_NE(asked(server, request + " HTTP/1.1", "Host: 192.0.2.1:80\r\n"), 421) << line;
    EXPECT_EQ(asked(server, request + " HTTP/1.1", "Host: evil.example\r\n"), 421) << line;
  }
}

TEST(HttpConnection, HoldsTheForwardedHostAgainstTheListBehindATrustedProxy) {
  const std::vector<IpNetwork> here = {*IpNetwork::parse("127.0.0.0/8")};
  const TestServer behind({.trusted_proxies = here, .public_url = "https://call.example"});
  const auto status = [&behind](const std::string& fields) {
    return asked(behind, "GET / HTTP/1.1", fields);
  };
  EXPECT_EQ(status("Host: backend:8080\r\nX-Forwarded-Host: call.example\r\n"), 200);
  EXPECT_EQ(status("Host: backend:8080\r\nForwarded: host=call.example\r\n"), 200);
  EXPECT_EQ(status("Host: call.example\r\n"), 200);
  EXPECT_EQ(status("Host: backend:8080\r\n"), 421);
  EXPECT_EQ(status("Host: call.example\r\nX-Forwarded-Host: evil.example\r\n"), 421);
  EXPECT_EQ(status("Host: call.example\r\nX-Forwarded-Host: \"evil\"\r\n"), 400);

  const TestServer alone({.public_url = "https://call.example"});
  EXPECT_EQ(
      asked(alone, "GET / HTTP/1.1", "Host: evil.example\r\nX-Forwarded-Host: call.example\r\n"),
      421);
}

TEST(HttpConnection, ResetsAClientThatDoesNotTakeItsAnswer) {
  static const std::string body(3'000'000, 'b');
  TestServer::Options options;
  options.limits.stall_timeout = milliseconds(400);
  options.http = [](const HttpRequest&) {
    HttpResponse response;
    response.static_body = as_bytes(body);
    return response;
  };
  const TestServer server(options);
  TestClient client(server.port(), {.receive_buffer_bytes = 4'096});
  client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
  const auto stalled = [&server] {
    const auto counts = server.server().refusal_counts();
    return counts[static_cast<std::size_t>(Refusal::kStalledHttp)].count;
  };
  EXPECT_TRUE(TestServer::eventually([&] { return stalled() == 1; }));
  EXPECT_TRUE(
      TestServer::eventually([&] { return server.count(&Counters::connections_http) == 0; }));
  EXPECT_LT(client.read_to_end().size(), body.size());
}

TEST(HttpConnection, ReadsAndDropsASmallBody) {
  const TestServer server;
  TestClient client = server.connect();
  client.send("POST /a HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nhello");
  EXPECT_TRUE(client.read_reply().body.starts_with("POST /a? "));
  client.send(
      "POST /b HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n0\r\n\r\n");
  EXPECT_TRUE(client.read_reply().body.starts_with("POST /b? "));
  EXPECT_EQ(client.get("/c").status, 200);
}

// RFC 9112 section 2.2: also where it is the first thing that a client sends.
TEST(HttpConnection, SkipsEmptyLinesBeforeARequest) {
  const TestServer server({.limits = {.header_bytes_max = 1'000}});
  TestClient client = server.connect();
  client.send(
      "\r\n\r\nGET /a HTTP/1.1\r\nHost: test\r\n\r\n\r\nGET /b HTTP/1.1\r\nHost: test\r\n\r\n\r\n");
  EXPECT_TRUE(client.read_reply().body.starts_with("GET /a? "));
  EXPECT_TRUE(client.read_reply().body.starts_with("GET /b? "));
  for (const char byte : std::string("\r\nGET /c HTTP/1.1\r\nHost: test\r\n\r\n")) {
    ASSERT_TRUE(client.send(std::string(1, byte)));
  }
  EXPECT_TRUE(client.read_reply().body.starts_with("GET /c? "));

  TestClient endless = server.connect();
  for (int i = 0; i < 600; ++i) endless.send("\r\n");
  EXPECT_EQ(endless.read_reply().status, 431);
  TestClient odd = server.connect();
  odd.send("\rGET / HTTP/1.1\r\nHost: test\r\n\r\n");
  EXPECT_EQ(odd.read_reply().status, 400);
}

// RFC 9110 section 10.1.1.
TEST(HttpConnection, TellsAClientThatWaitsWithItsBodyToContinue) {
  const TestServer server;
  TestClient client = server.connect();
  const std::string head = "POST /a HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\nExpect: ";
  constexpr auto kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  client.send(head + "100-Continue\r\n\r\n");
  EXPECT_EQ(client.read_to("\r\n\r\n"), kContinue);
  client.send("he");
  client.send("llo");
  EXPECT_TRUE(client.read_reply().body.starts_with("POST /a? "));
  // One that does not wait needs no telling.
  client.send(head + "100-continue\r\n\r\nhello");
  EXPECT_EQ(client.read_reply().status, 200);
  client.send("GET /b HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_reply().status, 200);
  client.send(
      "POST /c HTTP/1.0\r\nHost: test\r\nConnection: keep-alive\r\nContent-Length: 5\r\n"
      "Expect: 100-continue\r\n\r\n");
  client.send("hello");
  EXPECT_EQ(client.read_reply().status, 200);
  // What would be refused is refused before it comes.
  client.send(
      "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_reply().status, 413);
}

TEST(HttpConnection, TakesTheAsteriskOfOptionsOnly) {
  const TestServer server;
  EXPECT_TRUE(server.connect().get("/").body.starts_with("GET /? "));
  TestClient client = server.connect();
  client.send("OPTIONS * HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(client.read_reply().body.starts_with("OPTIONS *? "));
  EXPECT_EQ(server.connect().get("*").status, 400);
}

TEST(HttpConnection, RefusesALargeBody) {
  const TestServer server;
  TestClient client = server.connect();
  client.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 1000000\r\n\r\n");
  EXPECT_EQ(client.read_reply().status, 413);
  EXPECT_TRUE(client.ended());
}

TEST(HttpConnection, RefusesARequestThatNamesNoHostOrTwo) {
  const TestServer server;
  TestClient none = server.connect();
  none.send("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(none.read_reply().status, 400);
  EXPECT_EQ(server.connect().get("/", "Host: other\r\n").status, 400);
}

TEST(HttpConnection, RefusesAHeaderSectionThatIsTooLarge) {
  const TestServer server({.limits = {.header_bytes_max = 1'000}});
  TestClient one_long_field = server.connect();
  const HttpReply reply = one_long_field.get("/", "X-Long: " + std::string(2'000, 'x') + "\r\n");
  EXPECT_EQ(reply.status, 431);
  EXPECT_NE(reply.body.find(R"("code":"headers_too_large")"), std::string::npos);

  TestClient many_short_ones = server.connect();
  std::string fields;
  for (int i = 0; i < 200; ++i) fields += "X-Field: short\r\n";
  EXPECT_EQ(many_short_ones.get("/", fields).status, 431);
}

TEST(HttpConnection, GivesUpOnARequestThatDoesNotEnd) {
  const TestServer server({.limits = {.header_timeout = milliseconds(100)}});
  TestClient client = server.connect();
  client.send("GET / HTTP/1.1\r\nHost: ");
  EXPECT_EQ(client.read_reply().status, 408);
  EXPECT_TRUE(client.ended());
}

TEST(HttpConnection, ClosesConnectionsThatSayNothing) {
  const TestServer server(
      {.limits = {.header_timeout = milliseconds(100), .http_idle_timeout = milliseconds(100)}});
  EXPECT_EQ(server.connect().read_to_end(), "");
  TestClient idle = server.connect();
  EXPECT_EQ(idle.get("/").status, 200);
  EXPECT_EQ(idle.read_to_end(), "");
}

TEST(HttpConnection, ClosesAtOnceWhatIsNeitherHttpNorTls) {
  const TestServer server;
  for (const std::string first : {"\x16\x03\x01", "\x80", " GET", "\nGET"}) {
    TestClient client = server.connect();
    client.send(first);
    EXPECT_EQ(client.read_to_end(), "");
  }
}

TEST(HttpConnection, RefusesMalformedRequests) {
  const TestServer server;
  for (const std::string request :
       {"GET\r\n\r\n", "GET / HTTP/2.0\r\n\r\n", "GET / HTTP/1.1\r\nHost test\r\n\r\n",
        "GET / HTTP/1.1\r\n Host: test\r\n\r\n", "G@T / HTTP/1.1\r\nHost: test\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: test\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.0\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"}) {
    TestClient client = server.connect();
    client.send(request);
    const HttpReply reply = client.read_reply();
    EXPECT_EQ(reply.status, 400) << request;
    EXPECT_NE(reply.body.find(R"("code":"bad_request")"), std::string::npos);
    EXPECT_TRUE(client.ended());
  }
}

// A request cut anywhere, with anything in place of any byte: an answer or an end, and the server
// goes on.
TEST(HttpConnection, SurvivesDamageAtEveryByte) {
  const TestServer server;
  const std::string request = "GET /ws?a HTTP/1.1\r\n" + handshake_headers() + "\r\n";
  for (std::size_t i = 0; i < request.size(); ++i) {
    TestClient cut = server.connect();
    cut.send(request.substr(0, i));
    cut.finish_sending();
    EXPECT_EQ(cut.read_to_end(), "") << "cut at " << i;

    TestClient damaged = server.connect();
    std::string bytes = request;
    bytes[i] = static_cast<char>(i * 37 + 128);
    damaged.send(bytes + "\r\n\r\n");
    damaged.finish_sending();
    damaged.read_to_end();
  }
  EXPECT_EQ(server.connect().get("/").status, 200);
}

TEST(HttpConnection, SendsALargeBodyToASlowReader) {
  static const std::string body(3'000'000, 'b');
  TestServer::Options options;
  options.http = [](const HttpRequest&) {
    HttpResponse response;
    response.static_body = as_bytes(body);
    return response;
  };
  const TestServer server(options);
  TestClient client(server.port(), {.receive_buffer_bytes = 4'096});
  EXPECT_EQ(client.get("/").body, body);
  EXPECT_EQ(client.get("/again").body.size(), body.size());
}

TEST(HttpConnection, AnswersWithAnErrorWhenTheHandlerThrows) {
  TestServer::Options options;
  options.http = [](const HttpRequest&) -> HttpResponse { throw std::runtime_error("broken"); };
  const TestServer server(options);
  TestClient client = server.connect();
  EXPECT_EQ(client.get("/").status, 500);
  EXPECT_EQ(client.get("/").status, 500);
}

TEST(HttpConnection, BelievesProxyHeadersOfTrustedProxiesOnly) {
  const std::string headers =
      "X-Forwarded-For: 198.51.100.7\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: "
      "example.org\r\n";
  const TestServer behind(
      {.trusted_proxies = {*IpNetwork::parse("127.0.0.0/8")}, .allowed_hosts = {"example.org"}});
  EXPECT_EQ(behind.connect().get("/", headers).body,
            "GET /? host=example.org https client=198.51.100.7 private=false forwarded=true");
  const TestServer alone;
  EXPECT_EQ(alone.connect().get("/", headers).body,
            "GET /? host=test http client=127.0.0.1 private=false forwarded=true");
}

// Charging is another part's; here every failure is one too many.
TEST(HttpConnection, FailuresAreRefusedToWhoeverHasTooMany) {
  const TestServer server({.http =
                               [](const HttpRequest& request) {
                                 if (request.path == "/") return HttpResponse{};
                                 return http_error(404, "not_found", "Nothing is here.");
                               },
                           .charge_failed_request = [](const IpAddress&) { return false; }});
  TestClient client = server.connect();
  EXPECT_EQ(client.get("/").status, 200);
  const HttpReply refused = client.get("/nowhere");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.header("Retry-After"), "1");
  EXPECT_EQ(refused.header("Connection"), "close");
  EXPECT_TRUE(client.ended());
  TestClient broken = server.connect();
  broken.send("broken\r\n\r\n");
  EXPECT_EQ(broken.read_reply().status, 429);
  const auto counts = server.server().refusal_counts();
  EXPECT_EQ(counts[static_cast<std::size_t>(Refusal::kRateLimited)].count, 2U);
}

TEST(HttpConnection, ATrustedProxyDoesNotPayForBrokenRequests) {
  const TestServer server({.trusted_proxies = {*IpNetwork::parse("127.0.0.1")},
                           .charge_failed_request = [](const IpAddress&) { return false; }});
  TestClient broken = server.connect();
  broken.send("broken\r\n\r\n");
  EXPECT_EQ(broken.read_reply().status, 400);
}

}  // namespace
}  // namespace visavis::net::test

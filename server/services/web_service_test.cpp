#include "server/services/web_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>

#include "core/base/bytes.h"

namespace visavis::services {
namespace {

using net::HttpRequest;
using net::HttpResponse;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const std::array<ops::Asset, 3> kAssets = {
    ops::Asset{.path = "/assets/app-B1x2y3z4.js",
               .content_type = "text/javascript; charset=utf-8",
               .content_hash = "aaaa",
               .immutable = true,
               .identity = as_bytes("plain js"),
               .gzip = as_bytes("gz js"),
               .brotli = as_bytes("br js")},
    ops::Asset{.path = "/favicon.svg",
               .content_type = "image/svg+xml",
               .content_hash = "bbbb",
               .identity = as_bytes("<svg/>")},
    ops::Asset{.path = "/index.html",
               .content_type = "text/html; charset=utf-8",
               .content_hash = "cccc",
               .identity = as_bytes("<!doctype html>")},
};
constexpr auto kScript = "/assets/app-B1x2y3z4.js";

std::optional<std::string> header(const HttpResponse& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::string body(const HttpResponse& response) {
  return response.static_body.empty() ? response.body : std::string(as_text(response.static_body));
}

HttpRequest get(std::string path) {
  HttpRequest request;
  request.method = "GET";
  request.path = std::move(path);
  request.host = "call.example.org:8443";
  return request;
}

class WebServiceTest : public ::testing::Test {
 protected:
  WebServiceTest() {
    metrics_.add_source([](ops::MetricWriter& writer) { writer.gauge("some", "Some.", 1); });
  }

  HttpResponse answer(const HttpRequest& request) const { return service_.answer(request); }

  HttpResponse answer_coded(std::string accept, std::string if_none_match = "") const {
    auto request = get(kScript);
    request.accept_encoding = std::move(accept);
    request.if_none_match = std::move(if_none_match);
    return answer(request);
  }

  ops::Metrics metrics_;
  WebService service_{{}, kAssets, metrics_};
};

TEST_F(WebServiceTest, ServesTheAppAtItsAddresses) {
  for (const char* path : {"/", "/index.html", "/check", "/r/family", "/r/Amber-Otter-42"}) {
    const auto response = answer(get(path));
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_EQ(body(response), "<!doctype html>") << path;
    EXPECT_EQ(header(response, "Cache-Control"), "no-cache") << path;
    EXPECT_EQ(response.content_type, "text/html; charset=utf-8") << path;
  }
}

TEST_F(WebServiceTest, OnlyWhatCouldBeARoomIsOne) {
  for (const std::string path :
       {"/check/more", "/r", "/r/", "/r/ab", "/r/ab/", "/r/amber//", "/r/amber/otter",
        "/r/amber_otter", "/r/amber--otter", "/r/..", "/r/%61mber", "/R/amber"}) {
    EXPECT_EQ(answer(get(path)).status, 404) << path;
  }
  EXPECT_EQ(answer(get("/r/" + std::string(64, 'a'))).status, 200);
  EXPECT_EQ(answer(get("/r/" + std::string(65, 'a'))).status, 404);
}

TEST_F(WebServiceTest, ASlashBehindARoomLeadsToTheRoom) {
  auto request = get("/r/Amber-Otter/");
  EXPECT_EQ(answer(request).status, 308);
  EXPECT_EQ(header(answer(request), "Location"), "/r/Amber-Otter");
  request.query = "from=mail";
  request.method = "HEAD";
  EXPECT_EQ(header(answer(request), "Location"), "/r/Amber-Otter?from=mail");
  request.path = "//";
  EXPECT_EQ(answer(request).status, 404) << "and nowhere else";
}

TEST_F(WebServiceTest, TellsHealthChecksWhatItAnswers) {
  for (const char* path : {"*", "/", "/r/family"}) {
    auto request = get(path);
    request.method = "OPTIONS";
    EXPECT_EQ(answer(request).status, 204) << path;
    EXPECT_EQ(header(answer(request), "Allow"), "GET, HEAD, OPTIONS") << path;
    EXPECT_EQ(body(answer(request)), "") << path;
  }
  auto elsewhere = get("/nowhere");
  elsewhere.method = "OPTIONS";
  EXPECT_EQ(answer(elsewhere).status, 405);
}

TEST_F(WebServiceTest, CachesForeverWhatIsNamedByContent) {
  EXPECT_EQ(header(answer(get(kScript)), "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(header(answer(get("/favicon.svg")), "Cache-Control"), "no-cache");
}

TEST_F(WebServiceTest, NegotiatesTheCoding) {
  const auto coded = [this](const char* accept) { return body(answer_coded(accept)); };
  EXPECT_EQ(coded("gzip, deflate, br, zstd"), "br js");
  EXPECT_EQ(coded("gzip, deflate"), "gz js");
  EXPECT_EQ(coded("GZIP"), "gz js");
  EXPECT_EQ(coded(""), "plain js");
  EXPECT_EQ(coded("*"), "br js");
  EXPECT_EQ(coded("br;q=0, *"), "gz js");
  EXPECT_EQ(coded("br;q=0.5, gzip;q=0.8"), "gz js");
  EXPECT_EQ(coded("br;q=0.5, gzip;q=0.500"), "br js");
  EXPECT_EQ(coded("gzip;q=0.001"), "gz js");
  EXPECT_EQ(coded("gzip;q=0"), "plain js");
  EXPECT_EQ(coded("gzip;q=0.5, identity"), "plain js");
  EXPECT_EQ(coded("identity;q=0"), "plain js");  // nothing else is acceptable either
  EXPECT_EQ(coded("gzip;q=2, br;q=x, br;level=1"), "plain js");
  EXPECT_EQ(coded(",, ;q=1,gzip ; q=1 ,"), "gz js");
  EXPECT_EQ(coded("brotli, xgzip"), "plain js");
}

TEST_F(WebServiceTest, TellsCachesWhatItNegotiated) {
  const auto brotli = answer_coded("br");
  EXPECT_EQ(header(brotli, "Content-Encoding"), "br");
  EXPECT_EQ(header(brotli, "Vary"), "Accept-Encoding");
  EXPECT_EQ(header(brotli, "ETag"), "\"aaaa-br\"");
  const auto plain = answer_coded("");
  EXPECT_EQ(header(plain, "Content-Encoding"), std::nullopt);
  EXPECT_EQ(header(plain, "Vary"), "Accept-Encoding");
  EXPECT_EQ(header(plain, "ETag"), "\"aaaa\"");
  EXPECT_EQ(header(answer(get("/favicon.svg")), "Vary"), std::nullopt);
}

TEST_F(WebServiceTest, DoesNotSendWhatTheClientHas) {
  for (const char* tags : {"\"aaaa-br\"", "W/\"aaaa-br\"", "\"x\", \"aaaa-br\"", "*"}) {
    const auto response = answer_coded("br", tags);
    EXPECT_EQ(response.status, 304) << tags;
    EXPECT_EQ(body(response), "") << tags;
    EXPECT_EQ(header(response, "ETag"), "\"aaaa-br\"") << tags;
    EXPECT_EQ(header(response, "Vary"), "Accept-Encoding") << tags;
  }
  for (const char* tags : {"\"aaaa\"", "\"aaaa-gz\"", "aaaa-br", ",", "\"\""}) {
    EXPECT_EQ(answer_coded("br", tags).status, 200) << tags;
  }
}

TEST_F(WebServiceTest, ProtectsEveryAnswer) {
  for (const char* path : {"/", kScript, "/healthz", "/metrics", "/nowhere", "/api/nowhere"}) {
    const auto response = answer(get(path));
    const auto policy = header(response, "Content-Security-Policy").value_or("");
    EXPECT_THAT(policy, AllOf(StartsWith("default-src 'self'; "),
                              HasSubstr("frame-ancestors 'none'"), HasSubstr("base-uri 'none'"),
                              HasSubstr("form-action 'none'"), Not(HasSubstr("unsafe"))))
        << path;
    EXPECT_THAT(header(response, "Permissions-Policy").value_or(""),
                HasSubstr("camera=(self), microphone=(self), display-capture=(self)"));
    EXPECT_EQ(header(response, "Referrer-Policy"), "no-referrer");
    EXPECT_EQ(header(response, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(header(response, "Cross-Origin-Opener-Policy"), "same-origin");
  }
}

TEST_F(WebServiceTest, LetsThePageConnectToItsOwnHostOnly) {
  const auto connect = [this](std::string host, bool secure) {
    auto request = get("/");
    request.host = std::move(host);
    request.secure = secure;
    const auto policy = header(answer(request), "Content-Security-Policy").value_or("");
    return policy.substr(policy.find("connect-src"));
  };
  EXPECT_EQ(connect("[::1]:8080", false), "connect-src 'self' ws://[::1]:8080");
  EXPECT_EQ(connect("call.example.org", true), "connect-src 'self' wss://call.example.org");
  EXPECT_EQ(connect("", true), "connect-src 'self'");
  EXPECT_EQ(connect("x; script-src *", true), "connect-src 'self'");
  EXPECT_EQ(connect("x\r\nSet-Cookie: a", true), "connect-src 'self'");
}

TEST_F(WebServiceTest, InsistsOnHttpsOnlyWhereThatIsSafe) {
  const WebService strict({.strict_transport_security = true}, kAssets, metrics_);
  auto request = get("/");
  EXPECT_EQ(header(strict.answer(request), "Strict-Transport-Security"), std::nullopt);
  request.secure = true;
  EXPECT_EQ(header(strict.answer(request), "Strict-Transport-Security"), "max-age=31536000");
  EXPECT_EQ(header(answer(request), "Strict-Transport-Security"), std::nullopt);
}

TEST_F(WebServiceTest, RefusesOtherAddressesAndMethods) {
  const auto page = answer(get("/nowhere"));
  EXPECT_EQ(page.status, 404);
  EXPECT_EQ(page.content_type, "text/plain; charset=utf-8");
  EXPECT_THAT(body(page), HasSubstr("The app is at /"));
  const auto api = answer(get("/api/nowhere"));
  EXPECT_EQ(api.status, 404);
  EXPECT_THAT(body(api), StartsWith(R"({"error":{"code":"not_found","message":")"));

  auto post = get("/");
  post.method = "POST";
  EXPECT_EQ(answer(post).status, 405);
  EXPECT_EQ(header(answer(post), "Allow"), "GET, HEAD");
  EXPECT_EQ(answer(post).content_type, "text/plain; charset=utf-8");
  post.path = "/healthz";
  EXPECT_THAT(body(answer(post)), StartsWith(R"({"error":{"code":"method_not_allowed")"));
}

TEST_F(WebServiceTest, TellsItsHealth) {
  EXPECT_EQ(answer(get("/healthz")).status, 200);
  EXPECT_EQ(body(answer(get("/healthz"))), R"({"status":"ok"})");
  service_.drain();
  EXPECT_EQ(answer(get("/healthz")).status, 503);
  EXPECT_EQ(body(answer(get("/healthz"))), R"({"status":"draining"})");
}

TEST_F(WebServiceTest, ShowsMetricsOnThePrivateListenerAndNothingElseThere) {
  auto request = get("/metrics");
  EXPECT_EQ(answer(request).status, 403);
  EXPECT_THAT(body(answer(request)), HasSubstr("--metrics-listen"));
  // Behind a proxy on this machine everybody seems to be on it.
  request.client = *IpAddress::parse("127.0.0.1");
  EXPECT_EQ(answer(request).status, 403);
  request.authorization = "Bearer ";  // no token is configured: none opens the door
  EXPECT_EQ(answer(request).status, 403);

  request.on_private_listener = true;
  const auto shown = answer(request);
  EXPECT_EQ(shown.status, 200);
  EXPECT_EQ(shown.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(body(shown), HasSubstr("\nsome 1\n"));
  for (const char* path : {"/", "/ws", "/r/family", kScript}) {
    request.path = path;
    EXPECT_EQ(answer(request).status, 404) << path;
  }
  request.path = "/healthz";
  EXPECT_EQ(answer(request).status, 200);
}

TEST_F(WebServiceTest, ShowsMetricsToWhoeverBringsTheToken) {
  const WebService guarded({.metrics_token = "0123456789abcdef"}, kAssets, metrics_);
  const auto status = [&guarded](std::string authorization) {
    auto request = get("/metrics");
    request.authorization = std::move(authorization);
    return guarded.answer(request).status;
  };
  EXPECT_EQ(status("Bearer 0123456789abcdef"), 200);
  EXPECT_EQ(status("bearer 0123456789abcdef"), 200);
  for (const char* wrong :
       {"", "Bearer", "Bearer ", "Bearer 0123456789abcde", "Basic 0123456789abcdef",
        "0123456789abcdef", "Bearer 0123456789abcdef0"}) {
    EXPECT_EQ(status(wrong), 401) << wrong;
  }
  EXPECT_EQ(header(guarded.answer(get("/metrics")), "WWW-Authenticate"), "Bearer");
  auto request = get("/metrics");
  request.on_private_listener = true;
  EXPECT_EQ(guarded.answer(request).status, 200) << "there it takes no token";
}

}  // namespace
}  // namespace visavis::services

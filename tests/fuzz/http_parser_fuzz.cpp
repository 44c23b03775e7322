// HTTP/1.1 requests, in pieces as they come from a socket: where they are cut does not matter, nor
// do empty lines in front, and a client is told to go on with its body once, if it waits for that.
#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <string>
#include <vector>

#include "server/net/http_parser.h"
#include "server/net/text.h"
#include "tests/fuzz/require.h"

namespace {

using namespace visavis;  // NOLINT: a program, not a header
using fuzz::require;
using net::HttpParser;
using Outcome = HttpParser::Outcome;

// Larger than any input, so that no outcome depends on the pieces.
constexpr std::size_t kHeaderBytesMax = 65'536;

struct Parsed {
  Outcome outcome = Outcome::kNeedMore;
  std::string request;  // what of it matters, once it is whole
  std::string left;     // behind it
};

std::string describe(const HttpParser& parser) {
  std::string text(parser.method());
  text += ' ';
  text += parser.target();
  for (const char* name : {"Host", "Upgrade", "Expect", "X-Forwarded-For"}) {
    text += '|';
    text += parser.header(name);
  }
  return text + (parser.keep_alive() ? " stays" : " leaves");
}

void check_expectation(HttpParser& parser, int& told) {
  if (!parser.take_expectation()) return;
  require(++told == 1, "a client is told to go on once");
  require(parser.has_begun() && parser.is_header_done(), "when its header is whole");
  require(parser.http_version() == 11, "and it can know what that means");
  require(net::to_lower(parser.header("Expect")) == "100-continue", "and it waits for it");
}

// As HttpConnection does: what is not consumed is given again, with more behind it.
Parsed parse(const std::vector<std::string>& pieces) {
  HttpParser parser(kHeaderBytesMax);
  Parsed parsed;
  int told = 0;
  for (const std::string& piece : pieces) {
    parsed.left += piece;
    if (parsed.outcome != Outcome::kNeedMore || piece.empty()) continue;
    const HttpParser::Fed fed = parser.feed(parsed.left);
    require(fed.consumed <= parsed.left.size(), "no more is taken than came");
    parsed.left.erase(0, fed.consumed);
    parsed.outcome = fed.outcome;
    if (fed.outcome == Outcome::kNeedMore) check_expectation(parser, told);
    if (fed.outcome != Outcome::kDone) continue;
    require(!parser.take_expectation(), "a request that is whole waits for nothing");
    parsed.request = describe(parser);
  }
  return parsed;
}

// What is broken may be found so when more has come, and only then.
void require_same(const Parsed& one, const Parsed& other, const char* what) {
  if (one.outcome != Outcome::kDone && other.outcome != Outcome::kDone) return;
  require(one.outcome == other.outcome, what);
  require(one.request == other.request && one.left == other.left, what);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider provider(data, size);
  const auto cuts = provider.ConsumeIntegralInRange<std::size_t>(0, 4);
  std::vector<std::string> pieces;
  for (std::size_t i = 0; i < cuts; ++i) {
    pieces.push_back(
        provider.ConsumeBytesAsString(provider.ConsumeIntegralInRange<std::size_t>(0, 64)));
  }
  pieces.push_back(provider.ConsumeRemainingBytesAsString());
  std::string whole;
  for (const std::string& piece : pieces) whole += piece;
  if (whole.empty() || whole.size() > kHeaderBytesMax / 2) return 0;
  const Parsed at_once = parse({whole});
  require_same(at_once, parse({"\r\n\r\n" + whole}), "empty lines in front do not matter");
  require_same(at_once, parse(pieces), "nor where it is cut");
  return 0;
}

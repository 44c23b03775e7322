// The opening handshake on arbitrary header values: what is accepted is right in every part.
#include <fuzzer/FuzzedDataProvider.h>

#include <string>

#include "core/websocket/handshake.h"
#include "tests/fuzz/require.h"

namespace {

using namespace visavis;             // NOLINT: a program, not a header
using namespace visavis::websocket;  // NOLINT
using fuzz::require;

constexpr const char* kSubprotocol = "visavis.v1";

// One header value per line, so that seeds can be read and the mutator can splice them.
std::string take_line(FuzzedDataProvider& provider) {
  std::string line;
  while (provider.remaining_bytes() > 0) {
    const char c = provider.ConsumeBytesAsString(1)[0];
    if (c == '\n') break;
    line += c;
  }
  return line;
}

void check_accepted(const HandshakeRequest& request, const std::string& accept) {
  require(accept.size() == 28 && accept.back() == '=', "accept is the base64 of a SHA-1");
  require(request.method == "GET" && request.version == "13", "method and version");
  require(request.key.size() == 24 && request.key.substr(22) == "==", "key is 16 bytes in base64");
  require(lists_token(request.upgrade, "WEBSOCKET"), "upgrade lists websocket");
  require(lists_token(request.connection, "UPGRADE"), "connection lists upgrade");
  require(lists_token(request.protocols, kSubprotocol), "subprotocol was offered");
}

void check_refused(const HandshakeError& error) {
  require(error.http_status == 400 || error.http_status == 405 || error.http_status == 426,
          "status");
  require(!error.code.empty() && error.sentence.ends_with('.'), "code and sentence");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider provider(data, size);
  const std::string method = take_line(provider);
  const std::string upgrade = take_line(provider);
  const std::string connection = take_line(provider);
  const std::string key = take_line(provider);
  const std::string version = take_line(provider);
  const std::string protocols = take_line(provider);
  const HandshakeRequest request{.method = method,
                                 .http_version = 11,
                                 .upgrade = upgrade,
                                 .connection = connection,
                                 .key = key,
                                 .version = version,
                                 .protocols = protocols};
  const auto result = accept_handshake(request, kSubprotocol);
  if (result) {
    check_accepted(request, *result);
  } else {
    check_refused(result.error());
  }
  if (!protocols.empty()) {
    require(lists_token(protocols + ", x-last", "X-LAST"), "a token added to any list is found");
    require(lists_token("x-first," + protocols, "x-first"), "at either end");
  }
  return 0;
}

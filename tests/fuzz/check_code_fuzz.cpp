// Check codes, alone and in the request that brings them: only what was issued is taken, byte for
// byte, under whichever of our keys and until it ends; every answer is JSON, and has credentials
// only for such a code.
#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "server/services/check_code.h"
#include "server/services/check_service.h"
#include "tests/fuzz/counting_random.h"
#include "tests/fuzz/require.h"

namespace {

using namespace visavis;  // NOLINT: a program, not a header
using fuzz::require;
namespace json = boost::json;
using services::CheckService;

const std::string kKey(32, 'k');
const std::string kOlder(32, 'o');
const std::string kStrange(32, 's');
constexpr WallTime kNow{milliseconds(1'795'651'200'000)};

services::CheckOptions options(const std::vector<std::string>& keys) {
  services::CheckOptions made;
  made.identity_keys = keys;
  made.relay.issue_credential = [](auto call, auto, Duration) {
    return signaling::RelayCredential{.username = std::string(call), .credential = "secret"};
  };
  return made;
}

// Issued by the server now, and by it before its key was changed.
class Issued {
 public:
  Issued() : server_(options({kKey, kOlder}), random_) {
    CheckService before(options({kOlder}), random_);
    CheckService stranger(options({kStrange}), random_);
    good_ = {server_.issue({}, kNow).code, before.issue(minutes(5), kNow).code};
    others_ = {server_.issue(minutes(1), kNow - minutes(2)).code, stranger.issue({}, kNow).code};
  }
  CheckService& server() { return server_; }
  bool is_good(std::string_view text) const { return std::ranges::count(good_, text) > 0; }
  bool is_ours(std::string_view text) const { return is_good(text) || text == others_.front(); }
  const std::string& some(std::size_t index) const {
    return index < good_.size() ? good_[index] : others_.at(index - good_.size());
  }
  static constexpr std::size_t kCodes = 4;

 private:
  fuzz::CountingRandom random_;
  CheckService server_;
  std::vector<std::string> good_;
  std::vector<std::string> others_;  // the first has ended, the second is of another server
};

// One that was issued, and changed here and there.
std::string altered(FuzzedDataProvider& provider, const Issued& issued) {
  std::string text =
      issued.some(provider.ConsumeIntegralInRange<std::size_t>(0, Issued::kCodes - 1));
  for (int left = provider.ConsumeIntegralInRange<int>(0, 3); left > 0 && !text.empty(); --left) {
    const auto at = provider.ConsumeIntegralInRange<std::size_t>(0, text.size() - 1);
    switch (provider.ConsumeIntegralInRange<int>(0, 3)) {
      case 0:
        text[at] = static_cast<char>(provider.ConsumeIntegral<std::uint8_t>());
        break;
      case 1:
        text.insert(text.begin() + static_cast<std::ptrdiff_t>(at),
                    static_cast<char>(provider.ConsumeIntegral<std::uint8_t>()));
        break;
      case 2:
        text.resize(at);
        break;
      default: {  // spliced with another
        const auto other = provider.ConsumeIntegralInRange<std::size_t>(0, Issued::kCodes - 1);
        const std::string& rest = issued.some(other);
        text = text.substr(0, at) + rest.substr(std::min(at, rest.size()));
        break;
      }
    }
  }
  return text;
}

void check_alone(const Issued& issued, const std::string& text) {
  const services::CheckCodes codes({kKey, kOlder});
  const auto opened = codes.open(text);
  require(opened.has_value() == issued.is_ours(text), "what was issued opens, and nothing else");
  if (!opened) return;
  const auto again = services::CheckCodes({kKey}).sign(*opened);
  require(codes.open(again)->id == opened->id, "it can be signed again");
  require(codes.open(again)->expires == opened->expires, "and ends when it did");
}

// The code of a body that has one, as JSON's own reader sees it.
std::optional<std::string> code_of(const std::string& body) {
  boost::system::error_code error;
  const json::value value = json::parse(body, error);
  if (error || !value.is_object()) return std::nullopt;
  const json::value* code = value.as_object().if_contains("code");
  if (code == nullptr || !code->is_string()) return std::nullopt;
  return std::string(code->as_string());
}

void check_request(Issued& issued, const std::string& host, const std::string& body) {
  net::HttpRequest request;
  request.method = "POST";
  request.host = host;
  request.body = body;
  const net::HttpResponse response = issued.server().answer(request, kNow);
  boost::system::error_code error;
  const json::value value = json::parse(response.body, error);
  require(!error && value.is_object(), "the answer is one JSON object");
  const json::object& answer = value.as_object();
  if (response.status != 200) {
    require(!answer.at("error").at("code").as_string().empty(), "a refusal has a code");
    return;
  }
  const auto code = code_of(body);
  if (answer.at("relay").as_bool()) {
    require(code && issued.is_good(*code), "the relay is for those with a code");
  } else {
    for (const json::value& server : answer.at("ice_servers").as_array()) {
      require(!server.as_object().contains("credential"), "others get no credentials");
    }
  }
  require(!code || code->empty() || issued.is_good(*code), "a code that is not good is refused");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider provider(data, size);
  Issued issued;
  const bool of_an_issued_one = provider.ConsumeBool();
  const bool is_body_itself = provider.ConsumeBool();
  std::string host = "call.example.org";
  if (provider.ConsumeBool()) host = provider.ConsumeRandomLengthString(80);
  std::string text = of_an_issued_one ? altered(provider, issued) : "";
  if (!of_an_issued_one) text = provider.ConsumeRemainingBytesAsString();
  check_alone(issued, text);
  if (!is_body_itself) {
    check_request(issued, host, json::serialize(json::object{{"code", text}}));
  } else if (of_an_issued_one) {
    check_request(issued, host,
                  provider.ConsumeRandomLengthString(20) + R"({"code":")" + text + "\"}" +
                      provider.ConsumeRemainingBytesAsString());
  } else {
    check_request(issued, host, text);
  }
  return 0;
}

// The control socket's lines, with the command that a stranger's file could reach: every line is
// answered by one line of JSON, wherever the bytes are cut, and a check code comes out only of a
// request for one, good for no longer than may be.
#include <fuzzer/FuzzedDataProvider.h>

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "server/services/check_command.h"
#include "server/services/control_dialogue.h"
#include "tests/fuzz/counting_random.h"
#include "tests/fuzz/require.h"

namespace {

using namespace visavis;  // NOLINT: a program, not a header
using fuzz::require;
using services::ControlDialogue;
namespace json = boost::json;

constexpr WallTime kNow{milliseconds(1'795'651'200'000)};

class Server {
 public:
  Server() : checks_(options(), random_) {
    commands_.add("check.issue", [this](const json::object& request) {
      return services::issue_check_code(checks_, request, kNow);
    });
  }
  std::string answer(std::string_view line) const { return commands_.answer(line); }
  Duration lifetime_max() const { return checks_.limits().check_code_lifetime; }

 private:
  static services::CheckOptions options() {
    services::CheckOptions made;
    made.identity_keys = {std::string(32, 'k')};
    return made;
  }

  fuzz::CountingRandom random_;
  services::CheckService checks_;
  services::ControlCommands commands_;
};

struct Heard {
  std::vector<std::string> replies;
  bool over = false;
};

Heard hold(const std::vector<std::string>& pieces) {
  const Server server;
  const ControlDialogue::Answer answer = [&](auto line) { return server.answer(line); };
  ControlDialogue dialogue(answer);
  Heard heard;
  for (const std::string& piece : pieces) {
    dialogue.hear(piece);
    while (auto reply = dialogue.reply()) heard.replies.push_back(*std::move(reply));
  }
  heard.over = dialogue.is_over();
  return heard;
}

void check_code(const json::object& answer) {
  const auto left = answer.at("expires_in_ms").as_int64();
  const Duration longest = Server().lifetime_max();
  require(left > 0 && milliseconds(left) <= longest, "no code is good for longer than may be");
  require(answer.at("expires_at_ms").as_int64() == kNow.time_since_epoch().count() + left,
          "both times are the same");
}

void check_reply(const std::string& reply) {
  require(reply.find('\n') == reply.size() - 1, "an answer is one line");
  boost::system::error_code error;
  const json::value value = json::parse(std::string_view(reply).substr(0, reply.size() - 1), error);
  require(!error && value.is_object(), "of one JSON object");
  const json::object& answer = value.as_object();
  if (answer.at("ok").as_bool()) {
    check_code(answer);
  } else {
    require(answer.size() == 2, "a refusal has nothing else in it");
    const json::object& told = answer.at("error").as_object();
    require(!told.at("code").as_string().empty(), "it has a code");
    require(!told.at("message").as_string().empty(), "and a sentence");
  }
}

// What the lines ask for, seen without the dialogue.
std::size_t lines_in(std::string_view bytes) {
  std::size_t lines = 0;
  while (true) {
    const std::size_t end = bytes.find('\n');
    if (std::min(end, bytes.size()) >= ControlDialogue::kLineBytesMax) return lines + 1;
    if (end == bytes.npos) return lines;
    ++lines;
    bytes.remove_prefix(end + 1);
  }
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
  // So that a line can be too long, which the fuzzer would seldom find.
  const bool padded = provider.ConsumeIntegralInRange<int>(0, 15) == 15;
  if (padded) pieces.emplace_back(provider.ConsumeIntegralInRange<std::size_t>(3'900, 4'200), 'x');
  pieces.push_back(provider.ConsumeRemainingBytesAsString());
  std::string whole;
  for (const std::string& piece : pieces) whole += piece;

  const Heard heard = hold(pieces);
  for (const std::string& reply : heard.replies) check_reply(reply);
  require(heard.replies.size() == lines_in(whole), "each line is answered once");
  const Heard at_once = hold({whole});
  require(heard.replies == at_once.replies && heard.over == at_once.over,
          "where it is cut does not matter");
  return 0;
}

// STUN messages from anybody: whatever parses can be walked and written again, answers amplify
// nothing, and nobody is let in who does not know a password.
#include <vector>

#include "core/stun/attributes/address.h"
#include "core/stun/attributes/error_code.h"
#include "core/stun/attributes/fingerprint.h"
#include "core/stun/attributes/password_algorithm.h"
#include "core/stun/binding.h"
#include "core/stun/long_term.h"
#include "core/stun/message_builder.h"
#include "tests/fuzz/require.h"

namespace {

using namespace visavis;        // NOLINT: a program, not a header
using namespace visavis::stun;  // NOLINT
using fuzz::require;

const TransportAddress kClient{*IpAddress::parse("2001:db8::7"), 61'000};

// The password of the samples in RFC 5769, which are seeds; the fuzzer cannot sign anything else.
class Samples : public Accounts {
 public:
  std::optional<LongTermKey> key(std::string_view username,
                                 PasswordAlgorithm algorithm) const override {
    return long_term_key(algorithm, username, "example.org", "TheMatrIX");
  }
  std::optional<std::string> username(ByteView /*userhash*/) const override {
    return "マトリックス";
  }
};

void check_walk(const Message& message) {
  std::vector<std::uint8_t> copy;
  MessageBuilder builder(copy, message.message_class(), message.method(), message.transaction_id());
  std::size_t last = 0;
  for (const Attribute& attribute : message) {
    require(attribute.offset > last, "attributes come in order");
    last = attribute.offset;
    parse_xor_address(attribute.value, message.transaction_id());
    parse_error_code(attribute.value);
    parse_password_algorithm(attribute.value);
    verify_fingerprint(message, attribute);
    builder.add(attribute.type, attribute.value);
  }
  const auto again = Message::parse(copy);
  require(again.has_value(), "what counts of a message is a message");
  require(again->method() == message.method(), "of the same method");
  require(again->message_class() == message.message_class(), "and class");
}

void check_binding(const Message& message) {
  if (message.message_class() != Class::kRequest || message.method() != Method::kBinding) return;
  std::vector<std::uint8_t> answer;
  answer_binding(message, kClient, answer);
  require(answer.size() <= 3 * message.bytes().size(), "an answer amplifies nothing");
  require(Message::parse(answer).has_value(), "an answer is a message");
}

void check_authentication(const Message& message) {
  static const LongTermAuthenticator authenticator("example.org", NonceIssuer({7}, minutes(10), 1));
  const auto who =
      authenticator.authenticate(message, kClient.address, Samples{}, Instant(minutes(100)));
  require(!who, "nobody has a nonce of ours");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto message = Message::parse({data, size});
  if (!message) return 0;
  check_walk(*message);
  check_binding(*message);
  check_authentication(*message);
  return 0;
}

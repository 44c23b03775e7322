#include "bench/turn/accounts.h"

#include <openssl/evp.h>

#include <chrono>
#include <fstream>
#include <stdexcept>

#include "core/base/crypto.h"

namespace visavis::bench {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::chrono::hours kValidFor(1);

std::string base64(ByteView bytes) {
  std::string text((bytes.size() + 2) / 3 * 4, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(),
                  static_cast<int>(bytes.size()));
  return text;
}

}  // namespace

Accounts::Accounts(std::string secret, bool closed) : secret_(std::move(secret)), closed_(closed) {}

std::string Accounts::read_key(const std::string& file) {
  std::string key(kKeyBytes, '\0');
  if (!std::ifstream(file, std::ios::binary).read(key.data(), kKeyBytes))
    throw std::runtime_error("no key in " + file);
  return key;
}

Credential Accounts::of(std::size_t client) const {
  const auto expiry = std::chrono::system_clock::now() + kValidFor;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(expiry.time_since_epoch());
  const std::string who =
      closed_ ? "call-" + std::to_string(client / 2) + ":participant-" + std::to_string(client % 2)
              : "user-" + std::to_string(client);
  const std::string username = std::to_string(seconds.count()) + ":" + who;
  return {username, base64(hmac_sha1(as_bytes(secret_), as_bytes(username)))};
}

}  // namespace visavis::bench

#include "bench/turn/accounts.h"

#include <chrono>
#include <fstream>
#include <stdexcept>
#include <utility>

namespace visavis::bench {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::chrono::hours kValidFor(1);

}  // namespace

Accounts::Accounts(std::string secret, bool closed) : secret_(std::move(secret)), closed_(closed) {}

std::string Accounts::read_key(const std::string& file) {
  std::string key(kKeyBytes, '\0');
  if (!std::ifstream(file, std::ios::binary).read(key.data(), kKeyBytes))
    throw std::runtime_error("no key in " + file);
  return key;
}

Credential Accounts::of(std::size_t client) const {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const std::chrono::sys_seconds expiry = now + kValidFor;
  if (closed_) {
    return turn::issue_credential(secret_, expiry, "call-" + std::to_string(client / 2),
                                  "participant-" + std::to_string(client % 2));
  }
  std::string username = std::to_string(expiry.time_since_epoch().count());
  username += ":user-" + std::to_string(client);
  std::string password = turn::ephemeral_password(secret_, username);
  return {std::move(username), std::move(password)};
}

}  // namespace visavis::bench

// Check codes: what an operator gives to somebody who is to try the relay from elsewhere
// (PROTOCOL.md section 14). "v1.<base64url>": an id, the end, and a signature over both. The server
// keeps no list of them; they survive a restart, and end with the identity key that signed them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/ids.h"
#include "core/base/time.h"

namespace visavis::services {

using CheckCodeId = RandomId<struct CheckCodeTag, 12>;

struct CheckCode {
  CheckCodeId id;
  WallTime expires;
};

// Immutable, so any thread may use it.
class CheckCodes {
 public:
  // Of the data directory's identity keys, from each of which a key for this purpose alone is made.
  // The first signs, all verify. Precondition: at least one.
  explicit CheckCodes(const std::vector<std::string>& identity_keys);

  std::string sign(const CheckCode& code) const;
  // Nothing unless one of our keys signed it. Whether it has expired is for the caller to see.
  std::optional<CheckCode> open(std::string_view text) const;

 private:
  std::vector<std::string> keys_;
};

}  // namespace visavis::services

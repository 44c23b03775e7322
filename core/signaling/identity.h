// Identity tokens: the server's signature under a user id, so that the same browser is the same
// person tomorrow without the server remembering anybody.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/signaling/ids.h"

namespace visavis::signaling {

class IdentitySigner {
 public:
  // The first key signs, all of them verify. Precondition: at least one key, each of 32 bytes or
  // more.
  explicit IdentitySigner(std::vector<std::string> keys);

  // "v1.USER.SIGNATURE", both parts base64url.
  std::string sign(const UserId& user) const;

  // Nothing when none of our keys signed it.
  std::optional<UserId> verify(std::string_view token) const;

 private:
  std::vector<std::string> keys_;
};

}  // namespace visavis::signaling

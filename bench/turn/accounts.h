// Under which names the clients of a benchmark appear: ephemeral credentials made from the server's
// secret, in the form that ours and coturn's static-auth-secret share.
#pragma once

#include <cstddef>
#include <string>

#include "core/turn/ephemeral_credential.h"

namespace visavis::bench {

using turn::Credential;

class Accounts {
 public:
  // Closed mode: the name says which call a client is part of; clients 0 and 1 are the first
  // call's, 2 and 3 the second's. Otherwise everybody is somebody else.
  Accounts(std::string secret, bool closed);

  // The first key of a file of keys.
  static std::string read_key(const std::string& file);

  Credential of(std::size_t client) const;

 private:
  std::string secret_;
  bool closed_;
};

}  // namespace visavis::bench

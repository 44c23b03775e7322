// The keys that make this server the same server after a restart.
#pragma once

#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/base/result.h"
#include "server/ops/data_dir.h"
#include "server/ops/start_error.h"

namespace visavis::ops {

// A file of keys holds one to eight of 32 bytes, one after the other. The first signs, all verify;
// a key is rotated by putting a new one in front. A file that is missing is made, with one key from
// `random`. The lists are never empty.
inline constexpr std::size_t kServerKeyBytes = 32;
inline constexpr std::size_t kServerKeysMax = 8;

// What signs identity tokens, from `identity.key`.
Result<std::vector<std::string>, StartError> load_identity_keys(const DataDir& data_dir,
                                                                Random& random);
// What signs credentials for the relay, from `relay.key`.
Result<std::vector<std::string>, StartError> load_relay_keys(const DataDir& data_dir,
                                                             Random& random);

}  // namespace visavis::ops

// The keys that make this server the same server after a restart.
#pragma once

#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/base/result.h"
#include "server/ops/data_dir.h"
#include "server/ops/start_error.h"

namespace visavis::ops {

inline constexpr std::size_t kIdentityKeyBytes = 32;
inline constexpr std::size_t kIdentityKeysMax = 8;

// The keys that sign identity tokens, from the file `identity.key`: one to eight keys of 32 bytes
// one after the other. The first signs, all verify; a key is rotated by putting a new one in front.
// Makes the file with one key from `random` where it is missing. Never empty.
Result<std::vector<std::string>, StartError> load_identity_keys(const DataDir& data_dir,
                                                                Random& random);

}  // namespace visavis::ops

// The few digests we need, from libcrypto. Pure functions; all may be called from any thread.
#pragma once

#include <array>
#include <cstdint>

#include "core/base/bytes.h"

namespace visavis {

using Md5Digest = std::array<std::uint8_t, 16>;
using Sha1Digest = std::array<std::uint8_t, 20>;
using Sha256Digest = std::array<std::uint8_t, 32>;

// Only where a standard asks for it: MD5 keeps nothing secret.
Md5Digest md5(ByteView data);
Sha1Digest sha1(ByteView data);
Sha256Digest sha256(ByteView data);
Sha1Digest hmac_sha1(ByteView key, ByteView data);
Sha256Digest hmac_sha256(ByteView key, ByteView data);

// In time that depends on the sizes only.
bool equal_constant_time(ByteView a, ByteView b);

}  // namespace visavis

// Content negotiation by Accept-Encoding (RFC 9110 section 12.5.3).
#pragma once

#include <cstdint>
#include <string_view>

namespace visavis::services {

enum class Coding : std::uint8_t { kIdentity, kGzip, kBrotli };

struct Available {
  bool gzip = false;
  bool brotli = false;
};

// The coding that the client likes best; among equals Brotli, then gzip, since they are smaller.
// Identity where the client accepts nothing that is available: the RFC prefers that to an error.
Coding choose_coding(std::string_view accept_encoding, Available available);

}  // namespace visavis::services

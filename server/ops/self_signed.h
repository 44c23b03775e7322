// A certificate for servers that have none: made here, kept in the data directory, so that a
// browser's exception for it stays good.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "server/ops/data_dir.h"
#include "server/ops/start_error.h"

namespace visavis::ops {

struct CertificateFiles {
  std::filesystem::path certificate;  // PEM
  std::filesystem::path key;          // PEM
};

// What this host may be called in an address bar: its host name, `localhost`, the addresses of its
// interfaces (no link-local ones: they need a zone), and the host of `public_url`, which may be
// empty. Sorted, each once.
std::vector<std::string> host_names(std::string_view public_url);

// An ECDSA P-256 certificate (RFC 5480) that names exactly `names` (DNS names and IP addresses).
// The one in `data_dir` where it names the same and is good for another month, a new one else.
// `now` is wall time.
Result<CertificateFiles, StartError> keep_self_signed(const DataDir& data_dir,
                                                      const std::vector<std::string>& names,
                                                      std::chrono::system_clock::time_point now);

}  // namespace visavis::ops

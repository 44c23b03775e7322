#include "server/services/check_code.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "core/base/base64url.h"
#include "core/base/crypto.h"
#include "core/signaling/model/token_fields.h"

namespace visavis::services {
namespace {

constexpr std::string_view kVersion = "v1.";
constexpr std::string_view kPurpose = "visavis check code v1";
constexpr std::size_t kPayloadBytes = CheckCodeId::kSize + signaling::kTimeBytes;

}  // namespace

CheckCodes::CheckCodes(const std::vector<std::string>& identity_keys) {
  assert(!identity_keys.empty());
  for (const std::string& key : identity_keys) {
    keys_.emplace_back(as_text(hmac_sha256(as_bytes(key), as_bytes(kPurpose))));
  }
}

std::string CheckCodes::sign(const CheckCode& code) const {
  signaling::FieldWriter payload;
  payload.id(code.id).time(code.expires);
  const Sha256Digest signature = hmac_sha256(as_bytes(keys_.front()), payload.bytes());
  std::vector<std::uint8_t> bytes(payload.bytes().begin(), payload.bytes().end());
  bytes.insert(bytes.end(), signature.begin(), signature.end());
  return std::string(kVersion) + to_base64url(bytes);
}

std::optional<CheckCode> CheckCodes::open(std::string_view text) const {
  std::array<std::uint8_t, kPayloadBytes + Sha256Digest().size()> bytes{};
  if (!text.starts_with(kVersion) || !from_base64url(text.substr(kVersion.size()), bytes)) {
    return std::nullopt;
  }
  const ByteView payload = ByteView(bytes).first(kPayloadBytes);
  const ByteView signature = ByteView(bytes).subspan(kPayloadBytes);
  const bool ours = std::ranges::any_of(keys_, [&](const std::string& key) {
    return equal_constant_time(hmac_sha256(as_bytes(key), payload), signature);
  });
  if (!ours) return std::nullopt;
  signaling::FieldReader reader(payload);
  CheckCode code;
  code.id = reader.id<CheckCodeId>();
  code.expires = reader.time();
  return code;
}

}  // namespace visavis::services

#include "core/signaling/membership.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace visavis::signaling {
namespace {

constexpr TokenKind kMembership{"m1", "visavis membership v1:"};
constexpr std::size_t kBytes = EpochId::kSize + CallId::kSize + ParticipantId::kSize +
                               UserId::kSize + ParticipantId::kSize + 3;

using Payload = std::array<std::uint8_t, kBytes>;

// The ids one after the other; then what kind of call it is, and the order, high byte first.
template <typename Members, typename Visit>
std::size_t for_each_id(Members& membership, Visit visit) {
  std::size_t at = 0;
  const auto next = [&](auto& id) {
    visit(id.bytes, at);
    at += id.bytes.size();
  };
  next(membership.epoch);
  next(membership.call);
  next(membership.participant);
  next(membership.user);
  next(membership.caller);
  return at;
}

}  // namespace

std::string sign_membership(const TokenSigner& signer, const Membership& membership) {
  Payload payload{};
  const std::size_t rest = for_each_id(membership, [&](const auto& bytes, std::size_t at) {
    std::copy(bytes.begin(), bytes.end(), payload.begin() + static_cast<std::ptrdiff_t>(at));
  });
  payload[rest] = membership.video ? 1 : 0;
  payload[rest + 1] = static_cast<std::uint8_t>(membership.order >> 8);
  payload[rest + 2] = static_cast<std::uint8_t>(membership.order & 0xFF);
  return signer.sign(kMembership, payload);
}

std::optional<Membership> verify_membership(const TokenSigner& signer, std::string_view token) {
  Payload payload{};
  if (!signer.verify(kMembership, token, payload)) return std::nullopt;
  Membership membership;
  const std::size_t rest = for_each_id(membership, [&](auto& bytes, std::size_t at) {
    std::copy_n(payload.begin() + static_cast<std::ptrdiff_t>(at), bytes.size(), bytes.begin());
  });
  membership.video = payload[rest] != 0;
  membership.order = static_cast<std::uint16_t>((payload[rest + 1] << 8) | payload[rest + 2]);
  return membership;
}

}  // namespace visavis::signaling

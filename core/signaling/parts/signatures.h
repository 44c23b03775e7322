// What this server signs for clients, and whether what they bring back is still good. It knows the
// time by the calendar, which what it signs expires by.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/random.h"
#include "core/base/time.h"
#include "core/signaling/model/limits.h"
#include "core/signaling/model/model.h"
#include "core/signaling/tokens/identity.h"
#include "core/signaling/tokens/membership.h"
#include "core/signaling/tokens/room_token.h"
#include "core/signaling/tokens/signed_token.h"
#include "core/signaling/wire/encode.h"

namespace visavis::signaling {

class Signatures {
 public:
  // `limits` must outlive it. `keys` as TokenSigner's.
  Signatures(const Limits& limits, std::vector<std::string> keys, Random& random)
      : limits_(limits), signer_(std::move(keys)), epoch_(make_random_id<EpochId>(random)) {}

  // The life of this server.
  const EpochId& epoch() const { return epoch_; }
  void on_wall_time(WallTime wall, Instant now);
  // To be told before anything else is asked for what has happened at that time.
  void on_time(Instant now) { now_ = now; }
  WallTime wall_time() const;

  std::string identity_of(const UserId& user) const { return sign_identity(signer_, user); }
  std::optional<UserId> person_of(std::string_view identity) const {
    return verify_identity(signer_, identity);
  }
  // Both tokens of one who has joined.
  ForReceiver of_joined(const Call& call, const Participant& participant) const;
  // A new pair for each of the session's calls that wants one by now.
  std::vector<RenewedCall> renew(Session& session) const;

  // What a token says, or why it is of no use here, as a sentence.
  template <typename Token>
  struct Checked {
    std::optional<Token> token;
    std::string_view problem{};  // static
  };
  // Good where it is this person's, and from an earlier epoch.
  Checked<Membership> check_membership(const UserId& user, std::string_view text) const;
  // Good where it is this person's and this room's.
  Checked<RoomToken> check_room_token(const UserId& user, std::string_view room,
                                      std::string_view text) const;

 private:
  std::string membership_of(const Call& call, const Participant& participant) const;

  const Limits& limits_;
  TokenSigner signer_;
  EpochId epoch_;
  WallTime wall_{};  // as it was at wall_told_
  Instant wall_told_{};
  Instant now_{};
};

}  // namespace visavis::signaling

#include "core/signaling/parts/signatures.h"

#include <chrono>
#include <utility>

namespace visavis::signaling {
namespace {

// What a membership tells of a room; nothing where there is none.
std::optional<MembershipRoom> in_brief(const Room* room) {
  if (room == nullptr) return std::nullopt;
  MembershipRoom brief;
  brief.name = room->name;
  brief.rules.instance = room->rules.instance;
  brief.rules.created = room->rules.created;
  brief.rules.revision = room->rules.revision;
  brief.rules.knock = room->rules.knock;
  brief.rules.locked = room->rules.locked;
  brief.rules.creator = room->rules.creator;
  brief.rules.complete = false;
  return brief;
}

}  // namespace

void Signatures::on_wall_time(WallTime wall, Instant now) {
  wall_ = wall;
  wall_told_ = now;
  now_ = now;
}

WallTime Signatures::wall_time() const {
  return wall_ + std::chrono::floor<milliseconds>(now_ - wall_told_);
}

std::string Signatures::membership_of(const Call& call, const Participant& participant) const {
  return sign_membership(
      signer_, {epoch_, call.id, participant.id, participant.session->user->id, call.caller,
                call.video, participant.order,
                wall_time() + std::chrono::floor<milliseconds>(limits_.membership_lifetime),
                in_brief(call.room)});
}

ForReceiver Signatures::of_joined(const Call& call, const Participant& participant) const {
  ForReceiver own{{}, membership_of(call, participant), {}};
  if (call.room != nullptr && call.room->rules.complete) {
    own.room_token = sign_room_token(
        signer_, {call.room->name, call.room->rules, participant.session->user->id,
                  wall_time() + std::chrono::floor<milliseconds>(limits_.room_memory)});
  }
  return own;
}

std::vector<RenewedCall> Signatures::renew(Session& session) const {
  std::vector<RenewedCall> renewed;
  const auto age = now_ - session.memberships_told;
  if (session.calls.empty() || age < limits_.room_token_renewal) return renewed;
  for (Call* const call : session.calls) {
    const Participant& own = *call->find(session);
    if (own.state != ParticipantState::kJoined) continue;
    if (call->room == nullptr && age < limits_.membership_renewal) continue;
    ForReceiver tokens = of_joined(*call, own);
    renewed.push_back({call->id, std::move(tokens.membership), std::move(tokens.room_token)});
  }
  if (!renewed.empty()) session.memberships_told = now_;
  return renewed;
}

Signatures::Checked<Membership> Signatures::check_membership(const UserId& user,
                                                             std::string_view text) const {
  auto membership = verify_membership(signer_, text);
  if (!membership) return {{}, sentence(ErrorCode::kMembershipInvalid)};
  if (membership->user != user) return {{}, "This membership is somebody else's."};
  if (membership->epoch == epoch_) {
    return {{}, "The server has not restarted since: resume the session instead."};
  }
  if (membership->expires <= wall_time()) {
    return {{}, "This membership has expired: the call is over."};
  }
  return {std::move(membership)};
}

Signatures::Checked<RoomToken> Signatures::check_room_token(const UserId& user,
                                                            std::string_view room,
                                                            std::string_view text) const {
  auto token = verify_room_token(signer_, text);
  if (!token) return {{}, sentence(ErrorCode::kRoomTokenInvalid)};
  if (token->holder != user) return {{}, "This room token is somebody else's."};
  if (token->room != room) return {{}, "This room token is another room's."};
  if (token->expires <= wall_time()) {
    return {{}, "This room token has expired. Forget it and try again without it."};
  }
  return {std::move(token)};
}

}  // namespace visavis::signaling

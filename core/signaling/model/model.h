// The hub's state: people, their sessions, and the calls between them. Plain data; Hub::Impl keeps
// it consistent and owns it. Pointers between these never dangle, because a session leaves its
// calls before it goes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/ip_address.h"
#include "core/base/source.h"
#include "core/base/time.h"
#include "core/signaling/model/blocks.h"
#include "core/signaling/model/budget.h"
#include "core/signaling/model/command.h"
#include "core/signaling/model/ice_servers.h"
#include "core/signaling/model/ids.h"
#include "core/signaling/model/look_alikes.h"
#include "core/signaling/model/replay_buffer.h"
#include "core/signaling/model/ring_signals.h"
#include "core/signaling/model/room.h"
#include "core/signaling/model/silent_receiver.h"

namespace visavis::signaling {

// One person, on one or more devices.
struct User {
  UserId id;
  std::string name;             // clean
  std::string folded_name;      // for search; PeopleIndex reads it
  IpAddress site{};             // an IpAddress::site_key(): from where they came first
  std::uint32_t namesakes = 0;  // of that site, when they took their name; PeopleIndex sets it
  std::vector<Session*> sessions;
  std::uint64_t arrival = 0;  // order in the list of people
  bool listed = false;        // others see it in their list
  bool in_call = false;       // on any device; as last told to Presence
  bool confusable = false;    // somebody else had this name, or one that looks like it, before
  LookAlikes::Place look;
  Blocks blocks;  // whose calls do not ring here
};

// One device: a tab, and whichever socket it has now.
struct Session {
  SessionId id;
  ResumeSecret secret;
  User* user = nullptr;
  std::optional<ConnectionId> connection;  // none while it waits to be resumed
  Instant resume_deadline{};               // only while there is no connection
  ReplayBuffer replay;
  std::uint64_t received = 0;       // counted messages from the client
  std::uint32_t unacked_count = 0;  // of those, not yet acknowledged by us
  std::uint32_t unacked_bytes = 0;
  std::uint32_t refused = 0;  // messages over the rate since it last kept to it
  Budget budget;
  std::optional<Source> counted;  // in AddressSessions, as of its latest connection
  bool stranger = true;           // has shown no token: its address pays for it, too
  std::vector<Call*> calls;       // ringing or joined
  // Ring here as far as the others know; this session is told nothing of them
  // (Participant::silent).
  std::vector<Call*> silent_calls;
  Room* knocking = nullptr;    // waits there to be let in
  Reached reached;             // by its latest connection
  IpAddress address;           // of that connection
  Instant memberships_told{};  // when, all of them together

  Session(Budget full, SessionId session_id, ResumeSecret resume_secret, User& owner)
      : id(session_id), secret(resume_secret), user(&owner), budget(full) {}

  Source source() const { return {address.limit_key(), !stranger}; }
};

enum class ParticipantState : std::uint8_t { kInvited, kJoined };

// One session's part in one call.
struct Participant {
  ParticipantId id;
  Session* session = nullptr;
  ParticipantState state = ParticipantState::kInvited;
  std::uint16_t order = 0;  // of joining; counts from 0 in each call
  // While it is invited:
  ParticipantId inviter{};
  Instant ring_deadline{};
  UserId rung_by{};       // the person whose ring it counts as; nobody's: it does not ring
  IpAddress rung_from{};  // as limits count it
  // The person called has blocked who rings: their devices are told nothing, and all others see
  // what they would see of somebody who does not answer.
  bool silent = false;
  SilentReceiver unheard{};  // while it is silent

  // Names it in the replay buffers of others: what it has signaled in this call, and in no other.
  ReplayBuffer::Causer causer() const {
    const std::uint64_t number = std::hash<ParticipantId>{}(id);
    return std::max<std::uint64_t>(number, ReplayBuffer::kSearches + 1);
  }
};

struct Call {
  CallId id;
  bool video = true;
  bool answered = false;
  ParticipantId caller;
  Source maker;                // on whose account it is
  bool lost_its_room = false;  // came back without the room that it was of
  Room* room = nullptr;        // whose call this is; none for a call without a name
  Instant ring_deadline{};     // the first of those of its participants
  std::uint16_t next_order = 0;
  bool restored = false;  // from an earlier epoch
  // For the log.
  Instant began{};
  std::optional<Instant> answered_at;  // when there were two
  std::size_t people_max = 0;          // inside at the same time
  std::string caller_name;             // empty where it is not known
  IpAddress caller_address{};
  // Of a restored call, when it ends if too few are back. Without a room: until there are two.
  std::optional<Instant> restore_deadline;
  RingSignals ring_signals;
  std::vector<ParticipantId> departed;    // have left since it was restored: they cannot rejoin
  std::vector<Participant> participants;  // in the order in which they were added

  Participant* find(const ParticipantId& participant) {
    return find_if([&](const Participant& p) { return p.id == participant; });
  }
  Participant* find(const Session& session) {
    return find_if([&](const Participant& p) { return p.session == &session; });
  }
  template <typename Predicate>
  Participant* find_if(Predicate predicate) {
    const auto it = std::find_if(participants.begin(), participants.end(), predicate);
    return it == participants.end() ? nullptr : &*it;
  }
  std::size_t count(ParticipantState state) const {
    return static_cast<std::size_t>(
        std::count_if(participants.begin(), participants.end(),
                      [state](const Participant& p) { return p.state == state; }));
  }
  // Taken by who has joined, each device, and by each person who is invited.
  std::size_t seats() const {
    std::vector<const User*> invited;
    for (const Participant& p : participants) {
      const User* user = p.session->user;
      if (p.state == ParticipantState::kInvited &&
          std::find(invited.begin(), invited.end(), user) == invited.end()) {
        invited.push_back(user);
      }
    }
    return count(ParticipantState::kJoined) + invited.size();
  }
};

}  // namespace visavis::signaling

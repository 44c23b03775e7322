// The ids of the protocol. Random, because others see them and must not guess or count.
#pragma once

#include "core/base/ids.h"

namespace visavis::signaling {

using UserId = RandomId<struct UserTag, 16>;
using SessionId = RandomId<struct SessionTag, 12>;
using CallId = RandomId<struct CallTag, 12>;
using ParticipantId = RandomId<struct ParticipantTag, 9>;
using KnockId = RandomId<struct KnockTag, 9>;
using RoomInstance = RandomId<struct RoomInstanceTag, 16>;
using EpochId = RandomId<struct EpochTag, 9>;

// What makes a resume token hard to guess; secret, unlike the ids.
using ResumeSecret = RandomId<struct ResumeSecretTag, 16>;

}  // namespace visavis::signaling

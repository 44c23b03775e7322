// What each message can ask of the hub at most: one or more cases for every alternative of
// ClientMessage. One without a case does not compile.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/cost/world.h"
#include "core/signaling/wire/client_message.h"

namespace visavis::bench {

// One thing that is measured: something is prepared, the message comes, and all is as before.
struct Case {
  std::string type;  // of the message
  std::string name;
  struct Message {
    signaling::ConnectionId connection;
    std::string text;
  };
  std::function<Message()> prepare;
  // The type of the first message that answers, or the code of an error. What is refused otherwise
  // than expected was not measured.
  std::string answer;
  std::function<void()> tidy = [] {};
};

using Cases = std::vector<Case>;

template <typename Message>
struct Of {};

// Each adds the cases of its message. The world must outlive them.
void add_cases(Cases& cases, World& world, Of<signaling::Hello>);
void add_cases(Cases& cases, World& world, Of<signaling::Ping>);
void add_cases(Cases& cases, World& world, Of<signaling::Ack>);
void add_cases(Cases& cases, World& world, Of<signaling::PeopleSearch>);
void add_cases(Cases& cases, World& world, Of<signaling::NameSet>);
void add_cases(Cases& cases, World& world, Of<signaling::PeopleBlock>);
void add_cases(Cases& cases, World& world, Of<signaling::CallStart>);
void add_cases(Cases& cases, World& world, Of<signaling::CallInvite>);
void add_cases(Cases& cases, World& world, Of<signaling::CallAccept>);
void add_cases(Cases& cases, World& world, Of<signaling::CallDecline>);
void add_cases(Cases& cases, World& world, Of<signaling::CallEnd>);
void add_cases(Cases& cases, World& world, Of<signaling::CallRelayRequest>);
void add_cases(Cases& cases, World& world, Of<signaling::CallRejoin>);
void add_cases(Cases& cases, World& world, Of<signaling::RoomLook>);
void add_cases(Cases& cases, World& world, Of<signaling::RoomJoin>);
void add_cases(Cases& cases, World& world, Of<signaling::RoomLeave>);
void add_cases(Cases& cases, World& world, Of<signaling::RoomAdmit>);
void add_cases(Cases& cases, World& world, Of<signaling::RoomOpen>);
void add_cases(Cases& cases, World& world, Of<signaling::RoomRemove>);
void add_cases(Cases& cases, World& world, Of<signaling::RoomSet>);
void add_cases(Cases& cases, World& world, Of<signaling::RoomHost>);
void add_cases(Cases& cases, World& world, Of<signaling::RelayTestRequest>);
void add_cases(Cases& cases, World& world, Of<signaling::SignalOut>);
// What is no message.
void add_cases(Cases& cases, World& world, Of<std::nullptr_t>);

}  // namespace visavis::bench

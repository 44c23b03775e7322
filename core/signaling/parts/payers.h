// Who pays for what a client says: its session, its person, and its address where it has shown no
// token that says who it is (docs/operating.md, "Who pays for what").
#pragma once

#include <optional>

#include "core/base/ip_address.h"
#include "core/base/time.h"
#include "core/signaling/model/budget.h"
#include "core/signaling/model/ids.h"
#include "core/signaling/model/limits.h"
#include "core/signaling/wire/client_message.h"

namespace visavis::signaling {

// What a session may do by itself.
Allowance session_allowance(const Limits& limits);
// What the addresses of strangers may do, for whoever makes a ledger of them.
AddressBudgets::Options address_options(const Limits& limits);

// What such a message takes: it counts as more than one where others are looked for or told, and
// costs what it was seen to cost the hub.
Charge charge_for(const ClientMessage& message, std::size_t bytes, const Limits& limits);
// The same of what could not be read.
Charge charge_for_unreadable(std::size_t bytes);

// A session as its payers see it.
struct Purse {
  Budget& session;
  const UserId& person;
  const IpAddress& address;
  bool stranger;  // has shown no token: its address pays, too
};

class Payers {
 public:
  enum class Answer {
    kPaid,
    kSessionCannot,  // the session or its person has said too much
    kAddressCannot,  // others at its address may be the cause
  };

  // Both must outlive it.
  Payers(const Limits& limits, AddressLedger& addresses);

  // A hello that shows a token of this person; false: too many.
  bool pay_hello_of(const UserId& person, Instant now);
  // A hello or a look without a token, or something that failed; false: too many.
  bool pay_step_of(const IpAddress& address, Instant now);

  // A look at a room by somebody who has been welcomed; false: too many from this address.
  bool pay_look_of(const IpAddress& address, Instant now);

  Answer pay(const Purse& purse, const Charge& charge, Instant now);
  // After kSessionCannot: how long until such a charge can be paid.
  Duration wait_for(const Purse& purse, const Charge& charge, Instant now);

 private:
  struct Person {
    Budget budget;
    TokenBucket hellos;
  };
  Person& person(const UserId& id, Instant now);

  Allowance of_session_;
  Allowance of_person_;
  Rate hellos_of_person_;
  AddressLedger& addresses_;
  AccountBook<UserId, Person> persons_;
  Rate looks_;
  AccountBook<IpAddress, TokenBucket> looks_of_;
};

}  // namespace visavis::signaling

#include "core/signaling/parts/payers.h"

#include <algorithm>
#include <type_traits>
#include <variant>

namespace visavis::signaling {
namespace {

// In microseconds of the hub, as tests/abuse measures them at the limits' edge, rounded up.
constexpr float kCostOfMost = 5;
constexpr float kCostOfLook = 10;
constexpr float kCostOfSearch = 50;
constexpr float kCostOfEntering = 40;
constexpr float kCostOfRinging = 20;  // each person
constexpr float kCostOfKilobyte = 1;

template <typename Body, typename... Others>
constexpr bool kIsOneOf = (std::is_same_v<Body, Others> || ...);

struct ChargeFor {
  const Limits& limits;

  template <typename Body>
  Charge operator()(const Body& body) const {
    if constexpr (std::is_same_v<Body, PeopleSearch>) {
      return {static_cast<float>(limits.search_cost_messages), 0, kCostOfSearch};
    } else if constexpr (std::is_same_v<Body, RoomLook>) {
      return {static_cast<float>(limits.room_cost_messages), 0, kCostOfLook};
    } else if constexpr (std::is_same_v<Body, RoomJoin>) {
      return {static_cast<float>(limits.room_cost_messages), 0, kCostOfEntering};
    } else if constexpr (kIsOneOf<Body, CallStart, CallInvite>) {
      return {1, 0, kCostOfRinging * static_cast<float>(body.to.size())};
    } else if constexpr (kIsOneOf<Body, CallAccept, CallEnd, CallRejoin>) {
      return {1, 0, kCostOfEntering};
    } else {
      return {1, 0, kCostOfMost};
    }
  }
};

Charge with_bytes(Charge charge, std::size_t bytes) {
  charge.bytes = static_cast<float>(bytes);
  charge.cost_us += kCostOfKilobyte * charge.bytes / 1'024;
  return charge;
}

}  // namespace

Allowance session_allowance(const Limits& limits) {
  return {{limits.messages_per_second, limits.messages_burst},
          {limits.message_bytes_per_second, limits.message_bytes_burst},
          {limits.cost_us_per_second, limits.cost_us_burst}};
}

AddressBudgets::Options address_options(const Limits& limits) {
  return {session_allowance(limits).times(limits.address_sessions_worth),
          {limits.hellos_per_second, limits.hellos_burst},
          limits.hello_addresses_max};
}

Charge charge_for(const ClientMessage& message, std::size_t bytes, const Limits& limits) {
  return with_bytes(std::visit(ChargeFor{limits}, message.body), bytes);
}

Charge charge_for_unreadable(std::size_t bytes) { return with_bytes({1, 0, kCostOfMost}, bytes); }

Payers::Payers(const Limits& limits, AddressLedger& addresses)
    : of_session_(session_allowance(limits)),
      of_person_(of_session_.times(limits.person_sessions_worth)),
      hellos_of_person_{limits.person_hellos_per_second, limits.person_hellos_burst},
      addresses_(addresses),
      persons_(limits.persons_remembered_max),
      looks_{limits.looks_per_second, limits.looks_burst},
      looks_of_(limits.hello_addresses_max) {}

Payers::Person& Payers::person(const UserId& id, Instant now) {
  persons_.forget_done([&](const Person& person) {
    return person.budget.is_full(of_person_, now) && person.hellos.is_full(hellos_of_person_, now);
  });
  return persons_.use(
      id, [&] { return Person{Budget(of_person_, now), TokenBucket(hellos_of_person_, now)}; });
}

bool Payers::pay_hello_of(const UserId& id, Instant now) {
  return person(id, now).hellos.take(hellos_of_person_, now);
}

bool Payers::pay_step_of(const IpAddress& address, Instant now) {
  return addresses_.take_step(address, now);
}

bool Payers::pay_look_of(const IpAddress& address, Instant now) {
  looks_of_.forget_done([&](const TokenBucket& looks) { return looks.is_full(looks_, now); });
  return looks_of_.use(address.limit_key(), [&] { return TokenBucket(looks_, now); })
      .take(looks_, now);
}

// Who has said too much by themselves takes nothing from the others who pay with them.
Payers::Answer Payers::pay(const Purse& purse, const Charge& charge, Instant now) {
  if (!purse.session.take(of_session_, now, charge)) return Answer::kSessionCannot;
  if (!person(purse.person, now).budget.take(of_person_, now, charge)) {
    return Answer::kSessionCannot;
  }
  if (purse.stranger && !addresses_.take(purse.address, now, charge)) {
    return Answer::kAddressCannot;
  }
  return Answer::kPaid;
}

Duration Payers::wait_for(const Purse& purse, const Charge& charge, Instant now) {
  return std::max(purse.session.wait_for(of_session_, now, charge),
                  person(purse.person, now).budget.wait_for(of_person_, now, charge));
}

}  // namespace visavis::signaling

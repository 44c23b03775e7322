// Calls, signals and the relay.
#include <fmt/format.h>

#include <memory>

#include "bench/cost/cases.h"

namespace visavis::bench {
namespace {

using namespace signaling;  // NOLINT: only this file

std::string of_call(std::string_view type, std::string_view call) {
  return fmt::format(R"({{"type":"{}","id":2,"call":"{}"}})", type, call);
}

// Who calls, and five people with as many devices as they may have: the most that can ring.
struct Company {
  World& world;
  Device caller;
  std::vector<Person> others;
  std::string call;
  std::string rung;  // a participant of the first of the others

  explicit Company(World& w)
      : world(w),
        caller(w.join(long_name())),
        others(w.people(long_name(), w.limits().participants_max - 1,
                        w.limits().sessions_per_user_max)) {}

  std::string names(std::size_t begin, std::size_t end) const {
    std::string to;
    for (std::size_t i = begin; i < end; ++i) {
      to += fmt::format("{}\"{}\"", to.empty() ? "" : ",", others[i].first().user);
    }
    return to;
  }
  std::string start(std::size_t count) const {
    return fmt::format(R"({{"type":"call.start","id":1,"to":[{}]}})", names(0, count));
  }
  void ring(std::size_t count) {
    const std::string ringing = world.ask(caller, start(count), "call.ringing");
    call = field(ringing, "call");
    const std::string incoming = world.heard(others[0].first().connection).front();
    rung = field(incoming, "participant");
  }
  // Each on the first device.
  void accept(std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      world.ask(others[i].first(), of_call("call.accept", call), "call.accepted");
    }
  }
  // Whoever is in it leaves.
  void end() {
    for (const Person& person : others) {
      world.say(person.first(), of_call("call.end", call));
      world.say(person.first(), of_call("call.decline", call));
    }
    world.say(caller, of_call("call.end", call));
  }
};

}  // namespace

void add_cases(Cases& cases, World& world, Of<CallStart>) {
  const auto company = std::make_shared<Company>(world);
  const std::size_t all = company->others.size();
  cases.push_back({"call.start", "5 people on 40 devices",
                   [=] { return Case::Message{company->caller.connection, company->start(all)}; },
                   "call.ringing",
                   [=, &world] {
                     company->call = field(world.heard(company->caller.connection).front(), "call");
                     company->end();
                   }});
  std::string strangers;
  for (int i = 0; i < 63; ++i) strangers += fmt::format("{}\"A{:023}\"", i > 0 ? "," : "", i);
  cases.push_back({"call.start", "63 people who are not there",
                   [=] {
                     return Case::Message{
                         company->caller.connection,
                         fmt::format(R"({{"type":"call.start","id":1,"to":[{}]}})", strangers)};
                   },
                   "call_full"});
}

void add_cases(Cases& cases, World& world, Of<PeopleBlock>) {
  const auto company = std::make_shared<Company>(world);
  const auto block = [](std::string_view user, bool blocked) {
    return fmt::format(R"({{"type":"people.block","id":1,"user":"{}","blocked":{}}})", user,
                       blocked);
  };
  // As many are blocked as may be, so that the oldest makes place.
  for (std::size_t i = 0; i < world.limits().blocks_max; ++i) {
    world.ask(company->others[0].first(), block(world.join("Mallory").user, true), "people.blocks");
    world.pass(seconds(1));
  }
  cases.push_back({"people.block", "the 65th, whose call rings here on 6 devices and on 24 others",
                   [=] {
                     company->ring(5);
                     return Case::Message{company->others[0].first().connection,
                                          block(company->caller.user, true)};
                   },
                   "people.blocks",
                   [=, &world] {
                     company->end();
                     world.say(company->others[0].first(), block(company->caller.user, false));
                   }});
}

void add_cases(Cases& cases, World& world, Of<CallInvite>) {
  const auto company = std::make_shared<Company>(world);
  cases.push_back({"call.invite", "4 people on 32 devices, into a call of 2",
                   [=] {
                     company->ring(1);
                     company->accept(0, 1);
                     return Case::Message{
                         company->caller.connection,
                         fmt::format(R"({{"type":"call.invite","id":1,"call":"{}","to":[{}]}})",
                                     company->call, company->names(1, 5))};
                   },
                   "call.ringing", [=] { company->end(); }});
}

void add_cases(Cases& cases, World& world, Of<CallAccept>) {
  const auto company = std::make_shared<Company>(world);
  cases.push_back({"call.accept", "one of 40 devices that ring",
                   [=] {
                     company->ring(5);
                     return Case::Message{company->others[0].first().connection,
                                          of_call("call.accept", company->call)};
                   },
                   "call.accepted", [=] { company->end(); }});
}

void add_cases(Cases& cases, World& world, Of<CallDecline>) {
  const auto company = std::make_shared<Company>(world);
  cases.push_back({"call.decline", "one of 5 people who ring on 40 devices",
                   [=] {
                     company->ring(5);
                     return Case::Message{company->others[0].first().connection,
                                          of_call("call.decline", company->call)};
                   },
                   "call.ended", [=] { company->end(); }});
}

void add_cases(Cases& cases, World& world, Of<CallEnd>) {
  const auto company = std::make_shared<Company>(world);
  cases.push_back({"call.end", "while 40 devices ring",
                   [=] {
                     company->ring(5);
                     return Case::Message{company->caller.connection,
                                          of_call("call.end", company->call)};
                   },
                   "call.ended"});
  cases.push_back({"call.end", "one of 6 who have joined",
                   [=] {
                     company->ring(5);
                     company->accept(0, 5);
                     return Case::Message{company->caller.connection,
                                          of_call("call.end", company->call)};
                   },
                   "call.ended", [=] { company->end(); }});
}

void add_cases(Cases& cases, World& world, Of<CallRelayRequest>) {
  const auto company = std::make_shared<Company>(world);
  cases.push_back({"call.relay", "of a call of 6",
                   [=] {
                     company->ring(5);
                     company->accept(0, 5);
                     return Case::Message{company->caller.connection,
                                          of_call("call.relay", company->call)};
                   },
                   "call.relay", [=] { company->end(); }});
}

void add_cases(Cases& cases, World& world, Of<CallRejoin>) {
  const auto device = std::make_shared<Device>(world.join("Ana"));
  cases.push_back({"call.rejoin", "a membership that nobody signed",
                   [=] {
                     return Case::Message{
                         device->connection,
                         fmt::format(R"({{"type":"call.rejoin","id":1,"membership":"m1.{}.{}"}})",
                                     std::string(100, 'A'), std::string(43, 'A'))};
                   },
                   "membership_invalid"});

  // Calls of an earlier life; each is over for good when it has been measured.
  constexpr int kCalls = 64;
  World before(2);
  const auto old_ana = before.join("Ana");
  const auto old_ben = before.join("Ben");
  const auto memberships = std::make_shared<std::vector<std::string>>();
  for (int i = 0; i < kCalls; ++i) {
    const std::string ringing = before.ask(
        old_ana, fmt::format(R"({{"type":"call.start","id":1,"to":["{}"]}})", old_ben.user),
        "call.ringing");
    memberships->push_back(field(ringing, "membership"));
    before.ask(old_ben, of_call("call.accept", field(ringing, "call")), "call.accepted");
    before.ask(old_ana, of_call("call.end", field(ringing, "call")), "call.ended");
    before.pass(seconds(5));
  }
  const auto ana = std::make_shared<Device>(world.join("Ana", old_ana.identity));
  const auto back = std::make_shared<std::size_t>(0);
  cases.push_back({"call.rejoin", "brings a call back",
                   [=] {
                     return Case::Message{
                         ana->connection,
                         fmt::format(R"({{"type":"call.rejoin","id":1,"membership":"{}"}})",
                                     memberships->at((*back)++ % kCalls))};
                   },
                   "call.rejoined",
                   [=, &world] {
                     const std::string call = field(world.heard(ana->connection).front(), "call");
                     world.say(*ana, of_call("call.end", call));
                   }});
}

void add_cases(Cases& cases, World& world, Of<RelayTestRequest>) {
  const auto device = std::make_shared<Device>(world.join("Ana"));
  cases.push_back(
      {"relay.test", "ends an earlier one",
       [=] { return Case::Message{device->connection, R"({"type":"relay.test","id":1})"}; },
       "relay.test"});
}

void add_cases(Cases& cases, World& world, Of<SignalOut>) {
  const auto company = std::make_shared<Company>(world);
  const auto signal = [=](std::string_view data) {
    return fmt::format(R"({{"type":"signal","call":"{}","to":"{}","data":{{{}}}}})", company->call,
                       company->rung, data);
  };
  const std::size_t most = world.limits().message_bytes_max - 200;
  const auto add = [&](std::string_view name, std::string data) {
    // Nothing answers a signal; that the receiver has it is seen by the count of messages.
    cases.push_back({"signal", std::string(name),
                     [=] {
                       company->ring(5);
                       return Case::Message{company->caller.connection, signal(data)};
                     },
                     "", [=] { company->end(); }});
  };
  add("64 KiB of text", R"("x":")" + std::string(most, 'a') + "\"");
  std::string numbers = "0";
  while (numbers.size() + 10 < most) numbers += ",1e9";
  add("64 KiB of numbers", R"("x":[)" + numbers + "]");
  std::string escapes;
  while (escapes.size() + 10 < most) escapes += R"(\u00e9)";
  add("64 KiB of escapes", R"("x":")" + escapes + "\"");
  std::string nested;
  while (nested.size() + 10 < most) nested += "[[[[[[[[]]]]]]]],";
  add("64 KiB of brackets", R"("x":[)" + nested + "0]");
}

}  // namespace visavis::bench

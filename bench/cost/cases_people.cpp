// Hello, counting, names and search.
#include <fmt/format.h>

#include <functional>
#include <memory>

#include "bench/cost/cases.h"
#include "core/signaling/model/replay_buffer.h"

namespace visavis::bench {
namespace {

using namespace signaling;  // NOLINT: only this file

constexpr std::string_view kPhrase = "صلى الله عليه وسلم";  // what U+FDFA folds to

std::string hello(std::string_view name, std::string_view more = "") {
  return fmt::format(R"({{"type":"hello","id":1,"name":"{}"{}}})", name, more);
}

// A letter with as many marks as fit in the longest name that is read, each of another combining
// class than the last, so that they have to be sorted.
std::string many_marks(std::size_t bytes) {
  std::string text = "a";
  for (bool above = false; text.size() + 2 <= bytes; above = !above) {
    text += above ? "\u0301" : "\u0316";
  }
  return text;
}

// So many bytes of small messages wait in the session's replay buffer.
std::size_t fill_replay(World& world, const Device& device) {
  std::size_t bytes = 0;
  std::size_t count = 0;
  while (true) {
    world.pass(seconds(1));
    for (int i = 0; i < 40; ++i) {
      const std::string error = world.ask(device, R"({"type":"x"})", "error");
      bytes += error.size();
      ++count;
      const bool full = bytes + error.size() > world.limits().replay_bytes_max;
      if (full || count >= ReplayBuffer::kFramesMax) return count;
    }
  }
}

void add_resuming(Cases& cases, World& world) {
  const auto slow = std::make_shared<Device>(world.join("Ben"));
  fill_replay(world, *slow);
  const auto resume = [=, &world](std::string_view received) {
    world.lose(*slow);
    world.pass(seconds(1));
    slow->connection = world.connect();
    return Case::Message{
        slow->connection,
        hello("Ben", fmt::format(R"(,"resume":{{"token":"{}"{}}})", slow->resume, received))};
  };
  cases.push_back({"hello", "resumes, with as many small messages to send again as are kept",
                   [=] { return resume(R"(,"received":0)"); }, "welcome"});
}

// `connect` makes `fresh` a connection, and `leave_again` ends what came of it.
void add_late_device(Cases& cases, World& world, const std::shared_ptr<ConnectionId>& fresh,
                     const std::function<void()>& connect,
                     const std::function<void()>& leave_again) {
  // Four others ring on all their devices, and so do all but one of this person.
  const auto caller = std::make_shared<Device>(world.join("Cleo"));
  const auto rung = std::make_shared<std::vector<Person>>(world.people(
      "Dan", world.limits().participants_max - 1, world.limits().sessions_per_user_max));
  world.leave(rung->front().devices.back());
  rung->front().devices.pop_back();
  const auto call = std::make_shared<std::string>();
  cases.push_back(
      {"hello", "a further device, while 5 people ring on all others",
       [=, &world] {
         std::string to;
         for (const Person& person : *rung) {
           to += fmt::format("{}\"{}\"", to.empty() ? "" : ",", person.first().user);
         }
         *call = field(
             world.ask(*caller, fmt::format(R"({{"type":"call.start","id":1,"to":[{}]}})", to),
                       "call.ringing"),
             "call");
         connect();
         return Case::Message{*fresh, hello("Dan", fmt::format(R"(,"identity":"{}")",
                                                               rung->front().first().identity))};
       },
       "welcome",
       [=, &world] {
         world.ask(*caller, fmt::format(R"({{"type":"call.end","id":2,"call":"{}"}})", *call),
                   "call.ended");
         leave_again();
       }});
}

}  // namespace

void add_cases(Cases& cases, World& world, Of<Hello>) {
  const auto fresh = std::make_shared<ConnectionId>();
  const auto renamed = std::make_shared<Device>(world.join("Ana"));
  const auto leave_again = [&world, fresh] { world.leave({.connection = *fresh}); };
  // The list of people has changed since the last hello, so that it is made anew.
  const auto connect = [&world, fresh, renamed] {
    world.say(*renamed, R"({"type":"name.set","id":1,"name":"Ana"})");
    world.pass(seconds(2));
    *fresh = world.connect();
  };
  cases.push_back({"hello", "a new person; the list has changed",
                   [=] {
                     connect();
                     return Case::Message{*fresh, hello(long_name())};
                   },
                   "welcome", leave_again});
  cases.push_back({"hello", "a name of marks",
                   [=] {
                     connect();
                     return Case::Message{*fresh, hello(many_marks(1'024))};
                   },
                   "welcome", leave_again});
  cases.push_back({"hello", "an identity that nobody signed",
                   [=, &world] {
                     connect();
                     std::string identity = renamed->identity;
                     identity.back() = identity.back() == 'A' ? 'B' : 'A';
                     return Case::Message{
                         *fresh, hello("Ana", fmt::format(R"(,"identity":"{}")", identity))};
                   },
                   "identity_invalid", leave_again});
  add_resuming(cases, world);
  add_late_device(cases, world, fresh, connect, leave_again);
}

void add_cases(Cases& cases, World& world, Of<Ping>) {
  const auto device = std::make_shared<Device>(world.join("Ana"));
  const auto count = std::make_shared<std::size_t>(0);
  cases.push_back({"ping", "acknowledges as many small messages as are kept",
                   [=, &world] {
                     *count += fill_replay(world, *device);
                     world.pass(seconds(10));
                     return Case::Message{
                         device->connection,
                         fmt::format(R"({{"type":"ping","received":{}}})", *count)};
                   },
                   "pong"});
}

void add_cases(Cases& cases, World& world, Of<Ack>) {
  const auto device = std::make_shared<Device>(world.join("Ana"));
  cases.push_back({"ack", "of more than was sent",
                   [=] {
                     return Case::Message{device->connection,
                                          R"({"type":"ack","received":9007199254740991})"};
                   },
                   "invalid_field"});
}

void add_cases(Cases& cases, World& world, Of<PeopleSearch>) {
  const auto device = std::make_shared<Device>(world.join("Ana"));
  const auto answered = std::make_shared<int>(0);
  const auto search = [&](std::string_view name, std::string query) {
    cases.push_back({"people.search", std::string(name),
                     [=, &world] {
                       world.say(*device,
                                 fmt::format(R"({{"type":"ack","received":{}}})", (*answered)++));
                       return Case::Message{
                           device->connection,
                           fmt::format(R"({{"type":"people.search","id":1,"query":"{}"}})", query)};
                     },
                     "people.found"});
  };
  search("finds 10,000 people", std::string(kPhrase));
  search("finds nobody, by what is almost in every name",
         std::string(kPhrase.substr(0, kPhrase.size() - 2)) + "ز");
  std::string letters;
  for (int i = 0; i < 32; ++i) letters += "ص ";
  search("32 words of one letter", letters);
  search("one letter", "ص");
  search("the widest query", long_name());
}

void add_cases(Cases& cases, World& world, Of<NameSet>) {
  const auto person =
      std::make_shared<Person>(world.person("Ana", world.limits().sessions_per_user_max));
  const auto even = std::make_shared<bool>(false);
  const auto set = [=](std::string_view name) {
    return Case::Message{person->first().connection,
                         fmt::format(R"({{"type":"name.set","id":1,"name":"{}"}})", name)};
  };
  cases.push_back({"name.set", "the widest name, on all devices",
                   [=] {
                     *even = !*even;
                     std::string name = long_name();
                     if (*even) name.replace(0, 3, "a");
                     return set(name);
                   },
                   "name.changed"});
  cases.push_back(
      {"name.set", "a name of marks", [=] { return set(many_marks(1'024)); }, "name.changed"});
}

void add_cases(Cases& cases, World& world, Of<std::nullptr_t>) {
  const auto device = std::make_shared<Device>(world.join("Ana"));
  const auto bad = [&](std::string_view name, std::string text, std::string_view code) {
    cases.push_back({"-", std::string(name),
                     [=] { return Case::Message{device->connection, text}; }, std::string(code)});
  };
  const std::size_t most = world.limits().message_bytes_max;
  bad("no JSON, 64 KiB", std::string(most, '['), "not_json");
  bad("an unknown type, 64 KiB", R"({"type":"x","a":")" + std::string(most - 40, 'a') + "\"}",
      "unknown_message");
  std::string fields;
  while (fields.size() + 20 < most) fields += R"("a":0,)";
  bad("10,000 fields", "{" + fields + R"("type":"x"})", "unknown_message");
  std::string numbers = "0";
  while (numbers.size() + 40 < most) numbers += ",1e9";
  bad("16,000 numbers", R"({"a":[)" + numbers + R"(],"type":"x"})", "unknown_message");
  std::string escapes;
  while (escapes.size() + 40 < most) escapes += R"(\u00e9)";
  bad("10,000 escapes", R"({"a":")" + escapes + R"(","type":"x"})", "unknown_message");
}

}  // namespace visavis::bench

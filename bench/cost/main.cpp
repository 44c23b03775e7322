// What each message costs the hub at the edge of the default limits: medians, as a table and as
// JSON. Fails where one is beyond the limit.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>
#include <variant>
#include <vector>

#include "bench/cost/cases.h"

namespace visavis::bench {
namespace {

using signaling::ClientMessage;

template <std::size_t... I>
void add_all(Cases& cases, World& world, std::index_sequence<I...>) {
  using Body = decltype(ClientMessage::body);
  (add_cases(cases, world, Of<std::variant_alternative_t<I, Body>>{}), ...);
}

struct Row {
  std::string type;
  std::string name;
  double median_us = 0;
  double worst_us = 0;
  std::size_t sent = 0;
  std::string problem{};
};

// What was refused otherwise than expected was not measured.
std::string problem_of(const Case& one, World& world, const Case::Message& message) {
  const auto& heard = world.heard(message.connection);
  if (one.answer.empty()) return world.sent() > 0 ? "" : "nothing was sent";
  if (heard.empty()) return fmt::format("no answer instead of {}", one.answer);
  for (const std::string& text : heard) {
    if (field(text, "type") == one.answer || field(text, "code") == one.answer) return "";
  }
  return fmt::format("{} instead of {}", heard.front().substr(0, 120), one.answer);
}

Row measure(const Case& one, World& world, int runs) {
  Row row{.type = one.type, .name = one.name};
  std::vector<double> times;
  for (int i = 0; i < runs && row.problem.empty(); ++i) {
    // Nothing that was done before counts any more.
    world.pass(seconds(200));
    const Case::Message message = one.prepare();
    times.push_back(world.time(message.connection, message.text));
    row.sent = world.sent();
    row.problem = problem_of(one, world, message);
    if (row.problem.empty()) one.tidy();
  }
  std::sort(times.begin(), times.end());
  row.median_us = times[times.size() / 2];
  row.worst_us = times.back();
  return row;
}

void print_json(const std::vector<Row>& rows) {
  fmt::print("[");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    fmt::print(R"({}{{"type":"{}","name":"{}","median_us":{:.1f},"sent":{},"measured":{}}})",
               i == 0 ? "" : ",\n", row.type, row.name, row.median_us, row.sent,
               row.problem.empty());
  }
  fmt::print("]\n");
}

void print_table(const std::vector<Row>& rows, double limit_us) {
  fmt::print("{:<14} {:<58} {:>9} {:>9} {:>6}\n", "message", "at the edge", "median µs", "worst µs",
             "sends");
  for (const Row& row : rows) {
    fmt::print("{:<14} {:<58} {:>9.1f} {:>9.1f} {:>6}  {}\n", row.type, row.name, row.median_us,
               row.worst_us, row.sent,
               !row.problem.empty()       ? "NOT MEASURED: " + row.problem
               : row.median_us > limit_us ? "TOO MUCH"
                                          : "");
  }
}

int run(int runs, double limit_us, bool json, const std::string& only) {
  World world(1);
  Cases cases;
  add_all(cases, world,
          std::make_index_sequence<std::variant_size_v<decltype(ClientMessage::body)>>());
  add_cases(cases, world, Of<std::nullptr_t>{});
  world.fill();
  const auto gauges = world.gauges();
  std::vector<Row> rows;
  for (const Case& one : cases) {
    if (only.empty() || one.type == only) rows.push_back(measure(one, world, runs));
  }
  if (json) {
    print_json(rows);
  } else {
    fmt::print("{} sessions, {} people, {} calls, {} rooms\n", gauges.sessions, gauges.people,
               gauges.calls, gauges.rooms);
    print_table(rows, limit_us);
  }
  const auto failed = std::count_if(rows.begin(), rows.end(), [limit_us](const Row& row) {
    return !row.problem.empty() || row.median_us > limit_us;
  });
  if (!json) {
    fmt::print("{} passed, {} failed\n", rows.size() - static_cast<std::size_t>(failed), failed);
  }
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace visavis::bench

int main(int argc, char** argv) {
  CLI::App app("What each message costs the hub at the edge of its limits");
  int runs = 31;
  double limit_us = 100;
  bool json = false;
  std::string only;
  app.add_option("--runs", runs, "How often each is measured");
  app.add_option("--limit", limit_us, "The median, in microseconds, beyond which it fails");
  app.add_option("--only", only, "Only messages of this type");
  app.add_flag("--json", json, "For programs");
  CLI11_PARSE(app, argc, argv);
  return visavis::bench::run(runs, limit_us, json, only);
}

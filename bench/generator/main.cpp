// The load generator of ./dev bench: one scenario against one running server, figures as one line
// of JSON.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>

#include "bench/generator/program.h"
#include "bench/generator/scenario.h"

namespace {

using namespace visavis::bench;  // NOLINT: a program, not a header
using std::chrono::milliseconds;

struct Options {
  std::string scenario;
  std::string dialect = "visavis";
  std::uint16_t port = 0;
  pid_t pid = 0;
  bool tls = false;
  std::size_t count = 1'000;
  std::size_t pairs = 50;
  std::size_t rate = 2'000;
  std::size_t joins = 20;
  int duration_ms = 2'000;
};

Figures measure(const Options& options, Dialect& dialect) {
  const Target target{{options.port, options.tls}, dialect, ServerProcess(options.pid)};
  const milliseconds duration(options.duration_ms);
  if (options.scenario == "one") {
    return measure_relay(target, Pattern::kOneInFlight, options.pairs, duration);
  }
  if (options.scenario == "burst")
    return measure_relay(target, Pattern::kBursts, options.pairs, duration);
  if (options.scenario == "latency")
    return measure_latency(target, options.pairs, options.rate, duration);
  if (options.scenario == "idle") return measure_idle(target, options.count, duration);
  if (options.scenario == "connect") return measure_connect(target, options.count);
  if (options.scenario == "join") return measure_join(target, options.count, options.joins);
  return measure_storm(target, options.count);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Load generator of ./dev bench");
  app.add_option("scenario", options.scenario)
      ->required()
      ->check(CLI::IsMember({"one", "burst", "latency", "idle", "connect", "join", "storm"}));
  app.add_option("--dialect", options.dialect)->check(CLI::IsMember({"visavis", "ws", "socketio"}));
  app.add_option("--port", options.port, "of the server on 127.0.0.1")->required();
  app.add_option("--pid", options.pid, "of the server")->required();
  app.add_flag("--tls", options.tls);
  app.add_option("--count", options.count, "connections or people");
  app.add_option("--pairs", options.pairs);
  app.add_option("--rate", options.rate, "messages per second, for latency");
  app.add_option("--joins", options.joins);
  app.add_option("--duration-ms", options.duration_ms);
  CLI11_PARSE(app, argc, argv);
  try {
    raise_file_limit();
    print(measure(options, *make_dialect(options.dialect)));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", options.scenario.c_str(), error.what());
    return 1;
  }
  return 0;
}

// The load generator of ./dev bench relay: one scenario against one running TURN server, figures as
// one line of JSON.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <map>
#include <string>

#include "bench/generator/program.h"
#include "bench/turn/scenario.h"

namespace {

using namespace visavis::bench;  // NOLINT: a program, not a header
using std::chrono::milliseconds;

const std::map<std::string, Leg> kLegs{{"udp", Leg::kUdp}, {"tcp", Leg::kTcp}, {"tls", Leg::kTls}};
const std::map<std::string, Sender> kSenders{{"plain", Sender::kPlain}, {"gso", Sender::kGso}};
const std::map<std::string, Route> kRoutes{{"peer", Route::kToPeer}, {"both", Route::kBothOnRelay}};
const std::map<std::string, Form> kForms{{"channel", Form::kChannelData},
                                         {"indication", Form::kIndications}};

struct Options {
  std::string scenario;
  Setting setting;
  pid_t pid = 0;
  std::string secret;
  std::string key_file;
  std::size_t in_flight = 96;
  std::size_t rate = 40'000;
  std::size_t count = 5'000;
  int duration_ms = 1'000;
};

void declare(CLI::App& app, Options& options) {
  app.add_option("scenario", options.scenario)
      ->required()
      ->check(CLI::IsMember({"relayed", "latency", "allocations"}));
  Setting& setting = options.setting;
  app.add_option("--port", setting.port, "of the server on 127.0.0.1")->required();
  app.add_option("--pid", options.pid, "of the server")->required();
  app.add_option("--secret", options.secret, "of ephemeral credentials");
  app.add_option("--key-file", options.key_file, "the same, and names say which call they are of");
  app.add_option("--leg", setting.leg)->transform(CLI::CheckedTransformer(kLegs));
  app.add_option("--sender", setting.sender)->transform(CLI::CheckedTransformer(kSenders));
  app.add_option("--route", setting.route)->transform(CLI::CheckedTransformer(kRoutes));
  app.add_option("--form", setting.form)->transform(CLI::CheckedTransformer(kForms));
  app.add_option("--clients", setting.clients);
  app.add_option("--payload-bytes", setting.payload_bytes)->check(CLI::Range(32, 1'400));
  app.add_option("--burst", setting.burst)->check(CLI::Range(1, 40));
  app.add_option("--in-flight", options.in_flight, "packets");
  app.add_option("--rate", options.rate, "packets per second, for latency");
  app.add_option("--count", options.count, "allocations");
  app.add_option("--duration-ms", options.duration_ms);
}

Figures measure(const Options& options) {
  const bool closed = !options.key_file.empty();
  const Accounts accounts(closed ? Accounts::read_key(options.key_file) : options.secret, closed);
  const RelayTarget target{ServerProcess(options.pid), accounts};
  const milliseconds duration(options.duration_ms);
  if (options.scenario == "relayed")
    return measure_relayed(target, options.setting, options.in_flight, duration);
  if (options.scenario == "latency")
    return measure_relay_latency(target, options.setting, options.rate, duration);
  return measure_allocations(target, options.setting, options.count);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Load generator of ./dev bench relay");
  declare(app, options);
  CLI11_PARSE(app, argc, argv);
  try {
    raise_file_limit();
    print(measure(options));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", options.scenario.c_str(), error.what());
    return 1;
  }
  return 0;
}

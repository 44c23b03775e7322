#include "server/doctor/arguments.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <string_view>
#include <vector>

#include "server/doctor/target.h"
#include "server/ops/nearest_name.h"

namespace visavis::doctor {
namespace {

constexpr auto kHelp =
    "visavis check: looks at a server as browsers do, and tells what is wrong and what to "
    "change.\n\n"
    "Usage:\n"
    "  visavis check                    the server of this machine, through its control socket\n"
    "  visavis check URL                any server, from here; --code CODE to try its relay, too\n"
    "  visavis check --issue            make a check code, and a link for people, for others to "
    "use\n\n"
    "Options:\n"
    "  --config FILE      The server's configuration, where it is not in the environment.\n"
    "  --data-dir DIR     The server's data directory, where its control socket is.\n"
    "  --code CODE        A check code of the server; VISAVIS_CHECK_CODE hides it from other "
    "users.\n"
    "  --json             One line of JSON.\n"
    "  --slow             Keep the WebSocket open for 70 s, as somebody called \"Connection "
    "check\".\n"
    "  --watch            Look again and again, and tell what changes.\n"
    "  --every SECONDS    With --watch: how often, 10 to 86400 (default 60).\n"
    "  --hours N          With --issue: how long the code is good, 1 to 24 (default 24).\n\n"
    "Exit code: 0 nothing fails (there may be warnings), 1 something fails, 2 wrong usage.\n";

// About the first argument that means nothing here.
std::string unexpected(const CLI::App& app) {
  const std::string argument = app.remaining().front();
  std::vector<std::string> known;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  }
  const std::string meant =
      ops::did_you_mean(std::string_view(argument).substr(0, argument.find('=')), known);
  return fmt::format("{} is not an option of visavis check{} visavis check --help tells more.",
                     argument, meant.empty() ? ";" : meant);
}

}  // namespace

Result<std::variant<Arguments, Help>, std::string> parse_arguments(int argc,
                                                                   const char* const* argv) {
  CLI::App app;
  app.set_help_flag();
  Arguments arguments;
  bool help = false;
  app.add_flag("-h,--help", help);
  app.add_option("url", arguments.url);
  app.add_option("--config", arguments.config);
  app.add_option("--data-dir", arguments.data_dir);
  app.add_option("--code", arguments.code);
  const CLI::Option* every =
      app.add_option("--every", arguments.every_s)->check(CLI::Range(10, 86'400));
  app.add_option("--hours", arguments.hours)->check(CLI::Range(1, 24));
  app.add_flag("--json", arguments.json);
  app.add_flag("--slow", arguments.slow);
  app.add_flag("--watch", arguments.watch);
  app.add_flag("--issue", arguments.issue);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ExtrasError&) {
    return Failure{unexpected(app)};
  } catch (const CLI::ParseError& error) {
    return Failure{fmt::format("{}; visavis check --help tells more.", error.what())};
  }
  if (help) return std::variant<Arguments, Help>(Help{kHelp});
  if (!arguments.url.empty() && !Target::parse(arguments.url)) {
    return Failure{fmt::format("{} is no URL of a server; it looks like https://call.example.org",
                               arguments.url)};
  }
  if (arguments.issue && (arguments.watch || arguments.slow || !arguments.code.empty())) {
    return Failure{std::string("--issue makes a code and looks at nothing: leave the others out.")};
  }
  if (every->count() > 0 && !arguments.watch) {
    return Failure{std::string("--every says how often --watch looks: give --watch, too.")};
  }
  if (arguments.hours != 0 && !arguments.issue) {
    return Failure{
        std::string("--hours says how long a code of --issue is good: give --issue, too.")};
  }
  if (arguments.watch && arguments.slow) {
    return Failure{std::string("--watch and --slow do not go together.")};
  }
  return std::variant<Arguments, Help>(std::move(arguments));
}

}  // namespace visavis::doctor

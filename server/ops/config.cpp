#include "server/ops/config.h"

#include <fmt/format.h>
#include <sched.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <optional>

#include "server/ops/ice_servers.h"
#include "server/ops/limit_table.h"
#include "server/ops/nearest_name.h"
#include "server/ops/option_table.h"
#include "server/ops/settings.h"

namespace visavis::ops {
namespace {

template <typename... Arguments>
Failure<ConfigError> failure(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  return Failure{ConfigError{fmt::format(format, std::forward<Arguments>(arguments)...)}};
}

struct CommandLine {
  std::optional<std::string> exit_text;  // of --help or --version
  Settings settings;                     // "config" may be among them
};

Result<CommandLine, ConfigError> too_often(const Option& option) {
  return failure("{} was given more than once; it takes {}.", option.flag(), option.takes);
}

// The end of the clause about an argument that is no option.
std::string meant_flag(std::string_view argument) {
  std::vector<std::string> flags;
  for (const Option& option : options()) flags.push_back(option.flag());
  const std::string meant = did_you_mean(argument.substr(0, argument.find('=')), flags);
  return meant.empty() ? ";" : meant;
}

// CLI11 splits the command line; what the values mean is the option table's business.
Result<CommandLine, ConfigError> parse_command_line(int argc, const char* const* argv) {
  CLI::App app;
  app.set_help_flag();
  bool help = false;
  bool version = false;
  CLI::App* serve = app.add_subcommand("serve");
  serve->set_help_flag();
  for (CLI::App* level : {&app, serve}) level->add_flag("-h,--help", help);
  app.add_flag("--version", version);
  app.allow_extras();
  serve->allow_extras();

  std::vector<std::vector<std::string>> values(options().size());
  for (std::size_t i = 0; i < options().size(); ++i) {
    const Option& option = options()[i];
    if (option.kind == OptionKind::kSwitch) {
      serve->add_flag(option.flag(), values[i]);
    } else {
      serve->add_option(option.flag(), values[i])->allow_extra_args(false);
    }
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return failure("{}; visavis --help tells more.", error.what());
  }

  CommandLine line;
  if (help || argc <= 1) line.exit_text = help_text();
  if (version) line.exit_text = fmt::format("visavis {}\n", VISAVIS_VERSION);
  if (line.exit_text) return line;
  const auto extras = app.remaining(true);
  if (!serve->parsed()) {
    return failure("{} is not a command; visavis --help lists them.",
                   extras.empty() ? std::string("(nothing)") : extras.front());
  }
  if (!extras.empty()) {
    return failure("{} is not an option of visavis serve{} visavis --help lists them.",
                   extras.front(), meant_flag(extras.front()));
  }
  for (std::size_t i = 0; i < options().size(); ++i) {
    const Option& option = options()[i];
    if (values[i].empty()) continue;
    if (!option.repeatable && values[i].size() > 1) return too_often(option);
    line.settings.emplace(option.toml_key(), Setting{std::move(values[i]), option.flag()});
  }
  return line;
}

std::string quoted(const Option& option, const std::string& value) {
  return option.secret ? std::string("the value") : fmt::format("\"{}\"", value);
}

std::optional<ConfigError> apply_option(const Option& option, const Setting& setting,
                                        Config& config) {
  for (const std::string& value : setting.values) {
    const std::string problem = value.empty() ? "is empty" : option.apply(config, value);
    if (problem.empty()) continue;
    return ConfigError{fmt::format("{}: {} {}; it takes {}.", setting.origin, quoted(option, value),
                                   problem, option.takes)};
  }
  return std::nullopt;
}

std::optional<ConfigError> apply_limit(const LimitKey& limit, const Setting& setting,
                                       Config& config) {
  const std::string& text = setting.values.front();
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool number = error == std::errc{} && end == text.data() + text.size();
  if (!number || value < limit.min || value > limit.max) {
    return ConfigError{
        fmt::format("{}: \"{}\" is out of range; it takes a whole number from {} to {}.",
                    setting.origin, text, limit.min, limit.max)};
  }
  limit.set(config, value);
  return std::nullopt;
}

std::string origin_of(const Settings& settings, std::string_view key) {
  const auto found = settings.find(key);
  return found == settings.end() ? std::string(key) : found->second.origin;
}

std::optional<ConfigError> check_relay(const Settings& settings, const RelayConfig& relay) {
  if (relay.mode != RelayMode::kOpen) {
    for (const char* key : {"relay_user", "relay_secret", "relay_allow", "external_ip"}) {
      if (!settings.contains(key)) continue;
      return ConfigError{fmt::format(
          "{}: only an open relay has a use for it; open it with --relay open, or leave this out.",
          origin_of(settings, key))};
    }
  }
  if (relay.mode == RelayMode::kOff && !own_server_urls(relay.urls).turn.empty()) {
    return ConfigError{fmt::format(
        "{}: it names a relay, but {} leaves none; name stun: URLs only, or the relay of others "
        "with --ice-server.",
        origin_of(settings, "relay_url"), origin_of(settings, "relay"))};
  }
  return std::nullopt;
}

// What no option alone can tell.
std::optional<ConfigError> check_together(const Settings& settings, const Config& config) {
  const auto origin = [&settings](std::string_view key) { return origin_of(settings, key); };
  if (config.tls_cert.empty() != config.tls_key.empty()) {
    const bool has_cert = !config.tls_cert.empty();
    return ConfigError{fmt::format("{}: {} is missing; a certificate and its key go together.",
                                   origin(has_cert ? "tls_cert" : "tls_key"),
                                   has_cert ? "--tls-key" : "--tls-cert")};
  }
  if (config.tls_self_signed && !config.tls_cert.empty()) {
    return ConfigError{fmt::format("{}: there is a certificate already ({}); use one or the other.",
                                   origin("tls_self_signed"), origin("tls_cert"))};
  }
  return check_relay(settings, config.relay);
}

std::filesystem::path default_data_dir(Environment environment) {
  const auto path = [environment](const char* name) -> std::optional<std::filesystem::path> {
    const char* value = environment(name);
    if (value == nullptr || *value == '\0') return std::nullopt;
    return std::filesystem::path(value);
  };
  // systemd gives several directories separated by colons where a unit asks for several; ours asks
  // for one.
  if (const auto state = path("STATE_DIRECTORY")) return *state;
  if (const auto data = path("XDG_DATA_HOME"); data && data->is_absolute())
    return *data / "visavis";
  if (const auto home = path("HOME")) return *home / ".local/share/visavis";
  return {};
}

unsigned usable_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;  // more CPUs than the set can tell
  return static_cast<unsigned>(std::max(1, CPU_COUNT(&set)));
}

std::optional<ConfigError> fill_defaults(Config& config, Environment environment) {
  if (config.listen.empty()) config.listen.push_back({IpAddress::v4({127, 0, 0, 1}), 8080});
  if (config.threads == 0) config.threads = std::min(usable_cpus(), kThreadsMax);
  if (config.data_dir.empty()) config.data_dir = default_data_dir(environment);
  if (config.data_dir.empty()) {
    return ConfigError{
        "--data-dir is missing, and there is no $HOME to find its default; it takes "
        "the name of a directory."};
  }
  return std::nullopt;
}

// The configuration that `settings`, already merged, describe.
Result<Config, ConfigError> build_config(const Settings& settings, Environment environment) {
  Config config;
  config.threads = 0;
  for (const Option& option : options()) {
    const auto setting = settings.find(option.toml_key());
    if (setting == settings.end() || option.apply == nullptr) continue;
    if (auto error = apply_option(option, setting->second, config)) return Failure{*error};
  }
  for (const LimitKey& limit : limit_keys()) {
    const auto setting = settings.find(fmt::format("limits.{}", limit.key));
    if (setting == settings.end()) continue;
    if (auto error = apply_limit(limit, setting->second, config)) return Failure{*error};
  }
  if (auto error = check_together(settings, config)) return Failure{*error};
  if (auto error = fill_defaults(config, environment)) return Failure{*error};
  return config;
}

using Loaded = Result<std::variant<Config, ShowAndExit>, ConfigError>;

// `settings` are what could be read, also where something is wrong.
Loaded load(int argc, const char* const* argv, Environment environment, Settings& settings) {
  auto line = parse_command_line(argc, argv);
  if (!line) return Failure{line.error()};
  if (line->exit_text) return std::variant<Config, ShowAndExit>(ShowAndExit{*line->exit_text});

  // std::map::merge keeps what is there: the strongest source goes first.
  settings = std::move(line->settings);
  settings.merge(settings_from_environment(environment));
  if (const auto file = settings.find("config"); file != settings.end()) {
    auto from_file = settings_from_file(file->second.values.front());
    if (!from_file) return Failure{from_file.error()};
    settings.merge(std::move(*from_file));
  }
  auto config = build_config(settings, environment);
  if (!config) return Failure{config.error()};
  return std::variant<Config, ShowAndExit>(std::move(*config));
}

// Also of a command line that cannot be read otherwise.
bool wants_json(int argc, const char* const* argv, Environment environment,
                const Settings& settings) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--log-format=json") return true;
    if (argument == "--log-format") return i + 1 < argc && std::string_view(argv[i + 1]) == "json";
  }
  if (const auto found = settings.find("log_format"); found != settings.end()) {
    return found->second.values.front() == "json";
  }
  const char* const variable = environment("VISAVIS_LOG_FORMAT");
  return variable != nullptr && std::string_view(variable) == "json";
}

}  // namespace

Result<std::variant<Config, ShowAndExit>, ConfigError> load_config(int argc,
                                                                   const char* const* argv,
                                                                   Environment environment) {
  Settings settings;
  Loaded loaded = load(argc, argv, environment, settings);
  if (loaded || !wants_json(argc, argv, environment, settings)) return loaded;
  return Failure{ConfigError{loaded.error().message, LogFormat::kJson}};
}

}  // namespace visavis::ops

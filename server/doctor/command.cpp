#include "server/doctor/command.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <set>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "server/doctor/arguments.h"
#include "server/doctor/control_client.h"
#include "server/doctor/diagnosis.h"
#include "server/doctor/examination.h"
#include "server/doctor/host_probe.h"
#include "server/doctor/report.h"
#include "server/doctor/web_probe.h"
#include "server/ops/control_place.h"
#include "server/ops/printable.h"

namespace visavis::doctor {
namespace {

namespace json = boost::json;

constexpr int kExitFine = 0;
constexpr int kExitFailure = 1;
constexpr int kExitUsage = 2;

// Long enough for one look.
constexpr std::int64_t kOwnCodeLifetimeMs = 600'000;
// What a check has relayed.
constexpr std::int64_t kBytesOfCheck = 6'500'000;

int wrong_usage(const std::string& message) {
  fmt::print(stderr, "visavis check: {}\n", message);
  return kExitUsage;
}

std::string text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}
std::int64_t number_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_int64() ? value->as_int64() : 0;
}

// Where nobody says, and no server has ever been in the place of one's own: that of the service
// (deploy/visavis.service), which may not be ours to look into.
std::filesystem::path data_dir_of_service(const std::filesystem::path& own) {
  static const std::filesystem::path kOfService = "/var/lib/visavis";
  std::error_code error;
  if (std::filesystem::exists(own / ops::ControlPlace::kFileName, error)) return own;
  // A link into a directory that only root may look into.
  return std::filesystem::exists(std::filesystem::symlink_status(kOfService, error)) ? kOfService
                                                                                     : own;
}

Result<ops::Config, std::string> load(const Arguments& arguments, ops::Environment environment) {
  std::vector<const char*> argv = {"visavis", "serve"};
  if (!arguments.config.empty()) argv.insert(argv.end(), {"--config", arguments.config.c_str()});
  if (!arguments.data_dir.empty())
    argv.insert(argv.end(), {"--data-dir", arguments.data_dir.c_str()});
  auto loaded = ops::load_config(static_cast<int>(argv.size()), argv.data(), environment);
  if (!loaded) return Failure{loaded.error().message};
  auto config = std::move(std::get<ops::Config>(*loaded));
  const bool says_where = !arguments.data_dir.empty() || !arguments.config.empty() ||
                          environment("VISAVIS_DATA_DIR") != nullptr;
  if (!says_where) config.data_dir = data_dir_of_service(config.data_dir);
  return config;
}

// A listener as one reaches it from this machine.
std::optional<Target> reach_listener(const IpAddress& address, std::uint16_t port, bool tls) {
  const bool any = address == IpAddress() || address == IpAddress::v4({0, 0, 0, 0});
  std::string host = address.to_string();
  if (any) host = address.is_v4() ? "127.0.0.1" : "::1";
  if (!address.is_v4()) host = fmt::format("[{}]", host);
  auto target = Target::parse(fmt::format("{}://{}:{}", tls ? "https" : "http", host, port));
  if (!target || !tls) return target;
  // A certificate is for a name, which is what people use.
  const auto bare = IpAddress::parse(target->host);
  const CertificateSeen certificate = try_certificate(*target, *bare);
  if (!certificate.name_matches) {
    for (const std::string& name : certificate.names) {
      if (name.find('*') == std::string::npos && !IpAddress::parse(name)) {
        target->host = name;
        break;
      }
    }
  }
  return target;
}

std::optional<Target> target_of(const ops::Config& config, const json::object& status) {
  std::string url = text_of(status, "public_url");
  if (url.empty()) url = config.public_url;
  if (!url.empty()) return Target::parse(url);
  const json::value* listeners = status.if_contains("listeners");
  if (listeners != nullptr && listeners->is_array()) {
    for (const json::value& listener : listeners->as_array()) {
      if (!listener.is_object()) continue;
      const auto address = IpAddress::parse(text_of(listener.as_object(), "address"));
      const auto port = static_cast<std::uint16_t>(number_of(listener.as_object(), "port"));
      const json::value* tls = status.if_contains("tls");
      const bool is_tls = tls != nullptr && tls->is_bool() && tls->as_bool();
      if (address && port != 0) return reach_listener(*address, port, is_tls);
    }
  }
  const ops::ListenAddress& listen = config.listen.front();
  if (listen.port == 0) return std::nullopt;
  return reach_listener(listen.address, listen.port, config.has_tls());
}

// What is to be looked at, made anew for each look.
class Planner {
 public:
  Planner(Arguments arguments, std::optional<ops::Config> config)
      : arguments_(std::move(arguments)), config_(std::move(config)) {}

  Result<Plan, std::string> plan() const {
    Plan plan;
    plan.slow = arguments_.slow;
    plan.code = arguments_.code;
    // A budget is not for watching.
    if (arguments_.watch) plan.throughput_for = Duration::zero();
    if (!arguments_.url.empty()) plan.target = *Target::parse(arguments_.url);
    if (!config_) return plan;
    auto status = ask_control(config_->data_dir, {{"command", "server.status"}});
    plan.host =
        status ? look_at_host(config_->data_dir, *status)
               : HostSeen{.control_error = status.error(), .data_dir = config_->data_dir.string()};
    if (arguments_.url.empty()) {
      const auto target = target_of(*config_, status ? *status : json::object());
      if (!target)
        return Failure{status ? std::string("The server listens nowhere.") : status.error()};
      plan.target = *target;
    }
    if (plan.code.empty() && status) {
      auto issued = ask_control(config_->data_dir,
                                {{"command", "check.issue"}, {"ttl_ms", kOwnCodeLifetimeMs}});
      if (issued) plan.code = text_of(*issued, "code");
      plan.code_is_own = true;
    }
    return plan;
  }

 private:
  const Arguments arguments_;
  const std::optional<ops::Config> config_;
};

Findings look(const Plan& plan, Random& random) {
  const bool tells = ::isatty(STDERR_FILENO) != 0;
  const auto progress = [tells](std::string_view what) {
    if (tells) fmt::print(stderr, "\r\033[K… {}", what);
  };
  const Observations seen = examine(plan, random, progress);
  if (tells) fmt::print(stderr, "\r\033[K");
  return diagnose(seen);
}

int check_once(const Planner& planner, const Arguments& arguments, Random& random) {
  const auto plan = planner.plan();
  if (!plan) {
    fmt::print(stderr, "visavis check: {}\n", plan.error());
    return kExitFailure;
  }
  const Findings findings = look(*plan, random);
  if (arguments.json) {
    fmt::print("{}", to_json(plan.value().target.text(), findings));
  } else {
    const bool colour = ::isatty(STDOUT_FILENO) != 0;
    fmt::print("{}\n\n", plan.value().target.text());
    for (const Finding& finding : findings) fmt::print("{}", to_text(finding, colour));
    fmt::print("\n{}", summary(findings));
  }
  return worst(findings) == Severity::kFailure ? kExitFailure : kExitFine;
}

std::string now_text() {
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now));
}

using Trouble = std::set<std::pair<std::string, std::string>>;  // check and code

// One line when something begins or ends to be wrong; for --json a line each time.
void tell_changes(const Findings& findings, Trouble& known) {
  Trouble now;
  for (const Finding& finding : findings) {
    if (finding.severity < Severity::kWarning) continue;
    now.emplace(finding.check, finding.code);
    if (known.contains({finding.check, finding.code})) continue;
    fmt::print("{} {}", now_text(), to_text(finding, false));
  }
  for (const auto& [check, code] : known) {
    if (!now.contains({check, code})) fmt::print("{} gone      {} ({})\n", now_text(), check, code);
  }
  known = std::move(now);
}

[[noreturn]] void watch(const Planner& planner, const Arguments& arguments, Random& random) {
  Trouble known;
  bool told = false;
  while (true) {
    const auto plan = planner.plan();
    if (!plan) {
      fmt::print(stderr, "{} visavis check: {}\n", now_text(), plan.error());
    } else {
      const Findings findings = look(*plan, random);
      if (arguments.json) {
        fmt::print("{}", to_json(plan.value().target.text(), findings));
      } else {
        tell_changes(findings, known);
        if (!std::exchange(told, true) && known.empty()) {
          fmt::print("{} ok        {}: nothing wrong; told when that changes\n", now_text(),
                     plan.value().target.text());
        }
      }
      std::fflush(stdout);
    }
    std::this_thread::sleep_for(std::chrono::seconds(arguments.every_s));
  }
}

int issue(const Arguments& arguments, const ops::Config& config) {
  json::object request{{"command", "check.issue"}};
  if (arguments.hours != 0) request["ttl_ms"] = std::int64_t{arguments.hours} * 3'600'000;
  const auto issued = ask_control(config.data_dir, request);
  if (!issued) {
    fmt::print(stderr, "visavis check: {}\n", issued.error());
    return kExitFailure;
  }
  const auto status = ask_control(config.data_dir, {{"command", "server.status"}});
  std::optional<Target> target;
  if (!arguments.url.empty()) target = Target::parse(arguments.url);
  if (!target) target = target_of(config, status ? status.value() : json::object());
  const std::string code = ops::printable(text_of(issued.value(), "code"));
  const std::string link =
      target ? fmt::format("{}/check#{}", target->origin(), code) : std::string();
  if (arguments.json) {
    json::object answer{{"code", code}, {"link", link}};
    for (const char* key : {"expires_at_ms", "expires_in_ms", "relay_bytes_max", "uses_max"}) {
      answer[key] = issued.value().at(key);
    }
    fmt::print("{}\n", json::serialize(answer));
    return kExitFine;
  }
  const auto until = static_cast<std::time_t>(number_of(issued.value(), "expires_at_ms") / 1'000);
  fmt::print(
      "{}\n\nFor a person, who opens it in their browser:\n  {}\nFrom another machine:\n  visavis "
      "check {} --code {}\n\nGood until {:%Y-%m-%d %H:%M} UTC, for about {} checks in all ({} MiB "
      "through the relay), {} of them at a time.\n",
      code, link, target ? target->origin() : "URL", code, fmt::gmtime(until),
      std::max<std::int64_t>(number_of(issued.value(), "relay_bytes_max") / kBytesOfCheck, 1),
      number_of(issued.value(), "relay_bytes_max") >> 20U, number_of(issued.value(), "uses_max"));
  return kExitFine;
}

}  // namespace

int run_check(int argc, const char* const* argv, ops::Environment environment, Random& random) {
  std::signal(SIGPIPE, SIG_IGN);
  auto parsed = parse_arguments(argc, argv);
  if (!parsed) return wrong_usage(parsed.error());
  if (const auto* help = std::get_if<Help>(&*parsed)) {
    fmt::print("{}", help->text);
    return kExitFine;
  }
  Arguments arguments = std::get<Arguments>(*parsed);
  if (const char* code = environment("VISAVIS_CHECK_CODE");
      arguments.code.empty() && code != nullptr) {
    arguments.code = code;
  }
  std::optional<ops::Config> config;
  if (arguments.is_local() || arguments.issue) {
    auto loaded = load(arguments, environment);
    if (!loaded) return wrong_usage(loaded.error());
    config = std::move(*loaded);
  }
  if (arguments.issue) return issue(arguments, *config);
  const Planner planner(arguments, std::move(config));
  if (arguments.watch) watch(planner, arguments, random);
  return check_once(planner, arguments, random);
}

}  // namespace visavis::doctor

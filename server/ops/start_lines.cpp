#include "server/ops/start_lines.h"

#include <fmt/format.h>
#include <spdlog/sinks/ostream_sink.h>

#include <memory>
#include <sstream>

#include "server/ops/log.h"

namespace visavis::ops {
namespace {

std::string log_line(LogLevel level, std::string_view message, Log::Fields fields) {
  std::ostringstream out;
  Log(LogOptions{.level = LogLevel::kTrace, .format = LogFormat::kJson, .personal_data = false},
      std::make_shared<spdlog::sinks::ostream_sink_mt>(out))
      .write(level, message, fields);
  return out.str();
}

}  // namespace

std::string ready_line(LogFormat format, std::string_view url) {
  if (format == LogFormat::kText) return fmt::format("listening on {}\n", url);
  return log_line(LogLevel::kInfo, "Listening.", {{"event", "ready"}, {"url", url}});
}

std::string metrics_line(LogFormat format, std::string_view url) {
  if (format == LogFormat::kText) return fmt::format("metrics on {}\n", url);
  return log_line(LogLevel::kInfo, "Listening for metrics.", {{"event", "metrics"}, {"url", url}});
}

std::string cannot_start_line(LogFormat format, std::string_view message, int exit_code) {
  if (format == LogFormat::kText) return fmt::format("visavis: {}\n", message);
  return log_line(LogLevel::kError, message, {{"event", "cannot_start"}, {"exit_code", exit_code}});
}

}  // namespace visavis::ops

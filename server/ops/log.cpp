#include "server/ops/log.h"

#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <utility>

#include "server/ops/printable.h"

namespace visavis::ops {
namespace {

constexpr std::size_t kQueueLines = 8'192;
constexpr std::size_t kValueBytesMax = 4'096;
constexpr std::string_view kRedacted = "[redacted]";

// As --log-level takes them.
std::string_view level_name(LogLevel level) {
  constexpr std::array<std::string_view, 6> kNames = {"trace", "debug", "info",
                                                      "warn",  "error", "off"};
  return kNames[static_cast<std::size_t>(level)];
}

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kTrace:
      return spdlog::level::trace;
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarn:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
    case LogLevel::kOff:
      break;
  }
  return spdlog::level::off;
}

// `value` cut to a bearable size, as valid UTF-8: what is not, and what steers, becomes U+FFFD.
std::string clean(std::string_view value) {
  value = value.substr(0, kValueBytesMax);
  std::string out;
  out.reserve(value.size());
  while (!value.empty()) {
    utf8proc_int32_t character = 0;
    const auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(value.data()),
                                       static_cast<utf8proc_ssize_t>(value.size()), &character);
    if (size <= 0 || steers(character)) {
      out += "\uFFFD";
      value.remove_prefix(size <= 0 ? 1 : static_cast<std::size_t>(size));
      continue;
    }
    out += value.substr(0, static_cast<std::size_t>(size));
    value.remove_prefix(static_cast<std::size_t>(size));
  }
  return out;
}

bool needs_escape(char c) {
  return static_cast<unsigned char>(c) < ' ' || c == 0x7F || c == '"' || c == '\\';
}

// Nothing that a client chose may end a line, steer a terminal or look like another field.
void append_text_value(std::string& out, std::string_view value) {
  const bool plain = !value.empty() && std::none_of(value.begin(), value.end(), [](char c) {
    return c == ' ' || c == '=' || needs_escape(c);
  });
  if (plain) {
    out += value;
    return;
  }
  out += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (needs_escape(c)) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  out += '"';
}

std::string json_string(std::string_view value) {
  return boost::json::serialize(boost::json::string_view(value.data(), value.size()));
}

void append_value(std::string& out, std::string_view value, LogFormat format) {
  const std::string cleaned = clean(value);
  if (format == LogFormat::kJson) {
    out += json_string(cleaned);
  } else {
    append_text_value(out, cleaned);
  }
}

void append_value(std::string& out, double value, LogFormat format) {
  // JSON has no infinities.
  const bool quoted = format == LogFormat::kJson && !std::isfinite(value);
  out += fmt::format(fmt::runtime(quoted ? "\"{}\"" : "{}"), value);
}

template <typename Plain>
void append_value(std::string& out, Plain value, LogFormat) {
  out += fmt::format("{}", value);  // true, false and integers look the same in both formats
}

std::unique_ptr<spdlog::formatter> make_formatter(LogFormat format) {
  const char* pattern = format == LogFormat::kJson ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ",%v})"
                                                   : "%Y-%m-%dT%H:%M:%S.%eZ %v";
  return std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc);
}

}  // namespace

// The writing thread and what waits for it.
class Log::Queue {
 public:
  std::shared_ptr<spdlog::details::thread_pool> pool =
      std::make_shared<spdlog::details::thread_pool>(kQueueLines, 1);
};

Log::Log(const LogOptions& options)
    : level_(options.level),
      format_(options.format),
      personal_data_(options.personal_data),
      queue_(std::make_unique<Queue>()) {
  auto logger = std::make_shared<spdlog::async_logger>(
      "visavis", std::make_shared<spdlog::sinks::stderr_sink_mt>(), queue_->pool,
      spdlog::async_overflow_policy::overrun_oldest);
  logger->flush_on(spdlog::level::trace);
  logger_ = std::move(logger);
  logger_->set_level(to_spdlog(level_));
  logger_->set_formatter(make_formatter(format_));
}

Log::Log(const LogOptions& options, std::shared_ptr<spdlog::sinks::sink> sink)
    : level_(options.level),
      format_(options.format),
      personal_data_(options.personal_data),
      logger_(std::make_shared<spdlog::logger>("visavis", std::move(sink))) {
  logger_->set_level(to_spdlog(level_));
  logger_->set_formatter(make_formatter(format_));
}

Log::~Log() {
  // First, so that what waits is written and the thread has ended before its logger goes.
  queue_.reset();
}

void Log::write(LogLevel level, std::string_view message, Fields fields) {
  write(level, message, std::span<const LogField>(fields.begin(), fields.size()));
}

void Log::write(LogLevel level, std::string_view message, std::span<const LogField> fields) {
  if (!enabled(level)) return;
  const bool json = format_ == LogFormat::kJson;
  std::string line = json ? fmt::format(R"("level":"{}","message":{})", level_name(level),
                                        json_string(clean(message)))
                          : fmt::format("{:<5} {}", level_name(level), message);
  for (const LogField& field : fields) {
    line += json ? fmt::format(",{}:", json_string(field.key_)) : fmt::format(" {}=", field.key_);
    if (field.personal_ && !personal_data_) {
      append_value(line, kRedacted, format_);
    } else {
      std::visit([&](auto value) { append_value(line, value, format_); }, field.value_);
    }
  }
  logger_->log(to_spdlog(level), spdlog::string_view_t(line));
}

std::uint64_t Log::lines_lost() const { return queue_ ? queue_->pool->overrun_counter() : 0; }

}  // namespace visavis::ops

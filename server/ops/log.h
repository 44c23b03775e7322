// The log: one line per event to stderr, a sentence and fields. Names and addresses of people
// appear only where the operator asked for them.
#pragma once

#include <spdlog/fwd.h>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "server/ops/config.h"

namespace visavis::ops {

// One key=value of a line. Views: used at once, not kept.
class LogField {
 public:
  LogField(std::string_view key, std::string_view value) : key_(key), value_(value) {}
  LogField(std::string_view key, const char* value) : key_(key), value_(std::string_view(value)) {}
  LogField(std::string_view key, const std::string& value)
      : key_(key), value_(std::string_view(value)) {}
  LogField(std::string_view key, bool value) : key_(key), value_(value) {}
  LogField(std::string_view key, double value) : key_(key), value_(value) {}
  template <std::integral Integer>
  LogField(std::string_view key, Integer value)
      : key_(key), value_(static_cast<std::int64_t>(value)) {}

  // A name, an address, anything that tells who somebody is.
  static LogField personal(std::string_view key, std::string_view value) {
    LogField field(key, value);
    field.personal_ = true;
    return field;
  }

 private:
  friend class Log;
  std::string_view key_;
  std::variant<std::string_view, bool, double, std::int64_t> value_;
  bool personal_ = false;
};

struct LogOptions {
  LogLevel level = LogLevel::kInfo;
  LogFormat format = LogFormat::kText;
  bool personal_data = false;
};

// Thread-safe. Lines go through a bounded queue to a thread that writes them: where the reader of
// stderr is slow, the oldest lines are lost (and counted), no caller waits. The destructor writes
// what is queued.
class Log {
 public:
  explicit Log(const LogOptions& options);
  // For tests: lines go to `sink` at once.
  Log(const LogOptions& options, std::shared_ptr<spdlog::sinks::sink> sink);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  bool enabled(LogLevel level) const { return level >= level_ && level != LogLevel::kOff; }
  void write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});
  void write(LogLevel level, std::string_view message, std::span<const LogField> fields);
  // Whether the operator wants names and addresses: lines about somebody can be left out else.
  bool names_people() const { return personal_data_; }

  using Fields = std::initializer_list<LogField>;
  void debug(std::string_view message, Fields fields = {}) {
    write(LogLevel::kDebug, message, fields);
  }
  void info(std::string_view message, Fields fields = {}) {
    write(LogLevel::kInfo, message, fields);
  }
  void warn(std::string_view message, Fields fields = {}) {
    write(LogLevel::kWarn, message, fields);
  }
  void error(std::string_view message, Fields fields = {}) {
    write(LogLevel::kError, message, fields);
  }

  // Lines lost to a slow reader since the start.
  std::uint64_t lines_lost() const;

 private:
  class Queue;

  LogLevel level_;
  LogFormat format_;
  bool personal_data_;
  std::unique_ptr<Queue> queue_;
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace visavis::ops

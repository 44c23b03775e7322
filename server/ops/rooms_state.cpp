#include "server/ops/rooms_state.h"

#include <fmt/format.h>

#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

namespace visavis::ops {
namespace {

constexpr std::string_view kFile = "rooms.state";
constexpr std::string_view kRules = "rooms-with-rules 1\n";
constexpr std::string_view kNoRules = "rooms-with-rules 0\n";

Result<bool, StartError> write(const DataDir& data_dir, bool any) {
  return data_dir.write_private(kFile, as_bytes(any ? kRules : kNoRules),
                                DataDir::WriteMode::kReplace);
}

}  // namespace

bool is_first_start(const DataDir& data_dir) {
  std::error_code error;
  return !std::filesystem::exists(data_dir.file("identity.key"), error);
}

Result<std::unique_ptr<RoomsState>, StartError> RoomsState::open(const DataDir& data_dir,
                                                                 bool first_start) {
  const auto content = data_dir.read_private(kFile, kRules.size());
  if (!content) return Failure{content.error()};
  // What cannot be written is of some life, but who knows of which.
  const bool known = content->has_value() && data_dir.writable();
  const bool had_rules = known ? **content != kNoRules : !first_start;
  // A life that ends before it knows better passes on what it was told.
  if (!content->has_value() && data_dir.writable()) {
    if (const auto written = write(data_dir, had_rules); !written) return Failure{written.error()};
  }
  return std::unique_ptr<RoomsState>(new RoomsState(data_dir, had_rules));
}

RoomsState::RoomsState(DataDir data_dir, bool had_rules)
    : data_dir_(std::move(data_dir)),
      had_rules_(had_rules),
      writer_([this] { write_until_stopped(); }) {}

RoomsState::~RoomsState() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  writer_.join();
}

void RoomsState::on_warning(Warn warn) {
  const std::lock_guard lock(mutex_);
  warn_ = std::move(warn);
}

void RoomsState::record(bool any) {
  if (!data_dir_.writable()) return;
  {
    const std::lock_guard lock(mutex_);
    waiting_ = any;
  }
  changed_.notify_one();
}

void RoomsState::write_until_stopped() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return waiting_ || stopping_; });
    if (!waiting_) return;
    const bool any = *std::exchange(waiting_, std::nullopt);
    lock.unlock();
    const auto written = write(data_dir_, any);
    lock.lock();
    if (!written && warn_) {
      warn_(fmt::format("{} The next start may let strangers into rooms first.",
                        written.error().message));
    }
  }
}

}  // namespace visavis::ops

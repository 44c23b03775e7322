// Whether the last life of this server had rooms whose rules keep somebody out, in the file
// `rooms.state` of the data directory. The next life needs no more than that: it opens rooms only
// to those who were there before, for its first moments.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "core/base/result.h"
#include "server/ops/data_dir.h"
#include "server/ops/start_error.h"

namespace visavis::ops {

// Nobody has used this data directory before. To be asked before the keys are loaded, which makes
// them.
bool is_first_start(const DataDir& data_dir);

// Writes on a thread of its own: a disk may take longer than a loop has. What is recorded last is
// written before the destructor returns.
class RoomsState {
 public:
  // Gets a sentence when the file cannot be written, on that thread.
  using Warn = std::function<void(const std::string&)>;

  // Where the file is missing, or holds what none of ours holds, or cannot be written, the last
  // life may have had such rooms; not on a first start. The file is there afterwards, unless the
  // directory cannot be written: then nothing is recorded.
  static Result<std::unique_ptr<RoomsState>, StartError> open(const DataDir& data_dir,
                                                              bool first_start);
  ~RoomsState();
  RoomsState(const RoomsState&) = delete;
  RoomsState& operator=(const RoomsState&) = delete;

  bool had_rules() const { return had_rules_; }
  void on_warning(Warn warn);
  // Returns at once. Any thread.
  void record(bool any);

 private:
  RoomsState(DataDir data_dir, bool had_rules);
  void write_until_stopped();

  const DataDir data_dir_;
  const bool had_rules_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<bool> waiting_;  // to be written
  bool stopping_ = false;
  Warn warn_;
  std::thread writer_;  // the last member: it uses the others
};

}  // namespace visavis::ops

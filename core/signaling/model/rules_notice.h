// When to tell the next life of this server that there are rooms whose rules restrict anybody: at
// once when there is the first, but that there is none only once that has been so for a while.
// Whoever makes and unmakes such rooms thereby causes one write to a disk, and tokens of the last
// one expire first.
#pragma once

#include <optional>

#include "core/base/time.h"

namespace visavis::signaling {

class RulesNotice {
 public:
  // `told`: what the last life told.
  RulesNotice(bool told, Duration patience) : told_(told), patience_(patience) {}

  // What is to be told now, if anything.
  std::optional<bool> update(bool any, Instant now) {
    if (any) {
      due_.reset();
      return tell(true);
    }
    if (!told_) return std::nullopt;
    if (!due_) due_ = now + patience_;
    if (*due_ > now) return std::nullopt;
    due_.reset();
    return tell(false);
  }

  // When to call update() again at the latest.
  std::optional<Instant> next() const { return due_; }

 private:
  std::optional<bool> tell(bool any) {
    if (told_ == any) return std::nullopt;
    told_ = any;
    return any;
  }

  bool told_;
  Duration patience_;
  std::optional<Instant> due_;
};

}  // namespace visavis::signaling

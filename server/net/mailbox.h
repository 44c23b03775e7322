// Hands batches from other threads to one event loop: one wake-up for everything that came
// meanwhile.
#pragma once

#include <boost/asio/post.hpp>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "server/net/event_loop.h"

namespace visavis::net {

// T is a batch: post one per round, not one per message. Bounding what is on its way is the
// poster's part.
template <typename T>
class Mailbox {
 public:
  // `handle` runs on `loop` for each batch, in the order of posting. The mailbox must outlive the
  // loop's run.
  Mailbox(EventLoop& loop, std::function<void(T&)> handle)
      : loop_(loop), handle_(std::move(handle)) {}

  // From any thread.
  void post(T batch) {
    {
      const std::lock_guard lock(mutex_);
      waiting_.push_back(std::move(batch));
      if (waiting_.size() > 1) return;  // its loop has been woken and has not looked yet
    }
    boost::asio::post(loop_.context(), [this] { deliver(); });
  }

 private:
  void deliver() {
    {
      const std::lock_guard lock(mutex_);
      delivering_.swap(waiting_);
    }
    for (T& batch : delivering_) handle_(batch);
    delivering_.clear();
  }

  EventLoop& loop_;
  std::function<void(T&)> handle_;
  std::mutex mutex_;
  std::vector<T> waiting_;
  std::vector<T> delivering_;  // of the loop's thread; keeps its capacity
};

}  // namespace visavis::net

// What the relay has carried for each call, until the call ends and is told of.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>

namespace visavis::services {

// Pure. Not thread-safe. Of calls that never end, as connection checks, the oldest are forgotten.
class RelayUse {
 public:
  static constexpr std::size_t kCallsMax = 4'096;

  struct Use {
    std::uint64_t bytes = 0;  // application data, in both directions
    std::uint64_t allocations = 0;
  };

  void add(const std::string& call, std::uint64_t bytes) {
    const auto [found, inserted] = calls_.try_emplace(call);
    found->second.bytes += bytes;
    ++found->second.allocations;
    if (!inserted) return;
    order_.push_back(call);
    while (order_.size() > kCallsMax) {
      calls_.erase(order_.front());
      order_.pop_front();
    }
  }

  // And forgets it.
  Use take(const std::string& call) {
    const auto found = calls_.find(call);
    if (found == calls_.end()) return {};
    const Use use = found->second;
    calls_.erase(found);
    std::erase(order_, call);
    return use;
  }

 private:
  std::unordered_map<std::string, Use> calls_;
  std::deque<std::string> order_;
};

}  // namespace visavis::services

#include <memory>
#include <vector>

#include "bench/turn/scenario.h"

namespace visavis::bench {
namespace {

// A server's first tables and pools are not an allocation's.
constexpr std::size_t kFirst = 512;

class Crowd {
 public:
  Crowd(const Setting& setting, const Accounts& accounts)
      : setting_(setting), accounts_(accounts) {}
  void add(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      clients_.push_back(open_client(setting_, accounts_.of(clients_.size())));
  }

 private:
  const Setting& setting_;
  const Accounts& accounts_;
  std::vector<std::unique_ptr<TurnClient>> clients_;
};

}  // namespace

Figures measure_allocations(const RelayTarget& target, const Setting& setting, std::size_t count) {
  Crowd crowd(setting, target.accounts);
  crowd.add(kFirst);
  const auto cpu_before = target.process.cpu_time();
  const auto bytes_before = target.process.resident_bytes();
  crowd.add(count);
  const auto cpu = target.process.cpu_time() - cpu_before;
  const auto bytes = target.process.resident_bytes() - bytes_before;
  const auto allocations = static_cast<double>(count);
  return {{"cpu_us_per_allocation", static_cast<double>(cpu.count()) / 1e3 / allocations},
          {"bytes_per_allocation", static_cast<double>(bytes) / allocations}};
}

}  // namespace visavis::bench

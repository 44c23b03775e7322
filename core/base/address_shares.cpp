#include "core/base/address_shares.h"

#include <algorithm>

namespace visavis {
namespace {

constexpr std::size_t kAddressesWorthOfSite = 10;

Source site_of(const Source& source) { return {source.address.site_key(), source.known}; }

using Counts = std::unordered_map<Source, std::size_t>;

std::size_t count_in(const Counts& counts, const Source& key) {
  const auto found = counts.find(key);
  return found == counts.end() ? 0 : found->second;
}

void subtract(Counts& counts, const Source& key) {
  const auto found = counts.find(key);
  if (--found->second == 0) counts.erase(found);
}

}  // namespace

std::size_t AddressShares::share() const {
  const std::size_t left = all_max_ - std::min(size_, all_max_);
  if (left > all_max_ / 4) return per_address_max_;
  // With the square of what is left: one address after the other that takes its share leaves a
  // part that shrinks ever more slowly. Not in integers, which such products could overflow.
  const double part = 4.0 * static_cast<double>(left) / static_cast<double>(all_max_);
  const auto shrunk = static_cast<std::size_t>(part * part * static_cast<double>(per_address_max_));
  return std::clamp<std::size_t>(shrunk, std::min<std::size_t>(1, per_address_max_),
                                 per_address_max_);
}

bool AddressShares::has_place(const Source& source, std::size_t to_be_freed) const {
  const std::size_t of_each = share();
  return size_ < all_max_ + to_be_freed && count_in(by_address_, source) < of_each + to_be_freed &&
         (source.address.is_v4() ||
          count_in(by_site_, site_of(source)) < of_each * kAddressesWorthOfSite + to_be_freed);
}

void AddressShares::add(const Source& source) {
  ++size_;
  ++by_address_[source];
  if (!source.address.is_v4()) ++by_site_[site_of(source)];
}

void AddressShares::remove(const Source& source) {
  --size_;
  subtract(by_address_, source);
  if (!source.address.is_v4()) subtract(by_site_, site_of(source));
}

std::size_t AddressShares::count(const Source& source) const {
  return count_in(by_address_, source);
}

}  // namespace visavis

// How much each address has of something that is kept for all of them, such as connections or
// rooms, so that no few addresses can have all of it. While less than three quarters of the whole
// are taken, an address (IPv4, or an IPv6 /64) may have its full share; from there on shares
// shrink, to one where nothing is left. An IPv6 /48, which is one customer of a provider with
// 65,536 networks of their own, has ten times the share of one address.
//
// Those of an address who have shown a token and those who have not have a share each.
//
// A plain value. Not thread-safe.
#pragma once

#include <cstddef>
#include <unordered_map>

#include "core/base/source.h"

namespace visavis {

class AddressShares {
 public:
  AddressShares(std::size_t all_max, std::size_t per_address_max)
      : all_max_(all_max), per_address_max_(per_address_max) {}

  bool is_full() const { return size_ >= all_max_; }
  bool has_place(const Source& source) const { return has_place(source, 0); }
  // The same, once one of its own has been removed.
  bool has_place_instead_of_one(const Source& source) const { return has_place(source, 1); }
  // Counts one, whether there is a place or not.
  void add(const Source& source);
  // Precondition: it has been added.
  void remove(const Source& source);

  // What one address may have as things are.
  std::size_t share() const;
  std::size_t count(const Source& source) const;
  std::size_t size() const { return size_; }

 private:
  bool has_place(const Source& source, std::size_t to_be_freed) const;

  std::size_t all_max_;
  std::size_t per_address_max_;
  std::size_t size_ = 0;
  std::unordered_map<Source, std::size_t> by_address_;
  std::unordered_map<Source, std::size_t> by_site_;  // IPv6 only
};

}  // namespace visavis

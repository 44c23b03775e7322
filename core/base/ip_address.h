// IP addresses and networks as values: parsing, printing, membership. No sockets.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace visavis {

// An IPv4 or IPv6 address. IPv4 is kept in its IPv4-mapped form (RFC 4291 section 2.5.5.2), so that
// one address never has two values.
class IpAddress {
 public:
  IpAddress() = default;  // ::
  static IpAddress v4(const std::array<std::uint8_t, 4>& bytes);
  static IpAddress v6(const std::array<std::uint8_t, 16>& bytes);
  // Dotted IPv4, or IPv6 with or without brackets; no port, no zone.
  static std::optional<IpAddress> parse(std::string_view text);

  bool is_v4() const;
  bool is_loopback() const;
  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
  std::string to_string() const;

  // What limits count as one client: the IPv4 address, or the IPv6 /64 (one household or host).
  IpAddress limit_key() const;
  // What one client can have many of: the IPv6 /48 around it. An IPv4 address is its own.
  IpAddress site_key() const;

  auto operator<=>(const IpAddress&) const = default;

 private:
  IpAddress with_first_bytes(std::ptrdiff_t count) const;  // the others are 0; IPv4 stays as it is

  std::array<std::uint8_t, 16> bytes_{};
};

// A network in CIDR notation. A bare address is a network of one.
class IpNetwork {
 public:
  static std::optional<IpNetwork> parse(std::string_view text);
  bool contains(const IpAddress& address) const;

 private:
  IpAddress base_;
  int prefix_bits_ = 128;  // counted in the IPv4-mapped form
};

}  // namespace visavis

template <>
struct std::hash<visavis::IpAddress> {
  std::size_t operator()(const visavis::IpAddress& address) const noexcept;
};

// Strong ids: a SessionId cannot be passed where a CallId is meant.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>

namespace visavis {

// A small number handed out by one process, never seen outside of it.
template <typename Tag>
struct Handle {
  std::uint64_t value = 0;
  auto operator<=>(const Handle&) const = default;
};

// A random id that others may see. Its text form is unpadded base64url (base64url.h).
template <typename Tag, std::size_t kBytes>
struct RandomId {
  static constexpr std::size_t kSize = kBytes;
  std::array<std::uint8_t, kBytes> bytes{};
  auto operator<=>(const RandomId&) const = default;
};

}  // namespace visavis

template <typename Tag>
struct std::hash<visavis::Handle<Tag>> {
  std::size_t operator()(const visavis::Handle<Tag>& handle) const noexcept {
    return std::hash<std::uint64_t>{}(handle.value);
  }
};

// The bytes are random already: their first eight are the hash.
template <typename Tag, std::size_t kBytes>
struct std::hash<visavis::RandomId<Tag, kBytes>> {
  static_assert(kBytes >= sizeof(std::uint64_t));
  std::size_t operator()(const visavis::RandomId<Tag, kBytes>& id) const noexcept {
    std::uint64_t front = 0;
    std::memcpy(&front, id.bytes.data(), sizeof front);
    return front;
  }
};

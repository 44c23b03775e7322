// Result<T, E>: either a value or the error that explains why there is none. A stand-in for C++23's
// std::expected, which g++ 12 does not have; only what we use.
#pragma once

#include <cassert>
#include <utility>
#include <variant>

namespace visavis {

template <typename E>
struct Failure {
  E error;
};
template <typename E>
Failure(E) -> Failure<E>;

template <typename T, typename E>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit
  Result(Failure<E> failure)                                             // NOLINT: implicit
      : state_(std::in_place_index<1>, std::move(failure.error)) {}

  explicit operator bool() const { return state_.index() == 0; }
  bool has_value() const { return state_.index() == 0; }

  // Precondition: has_value().
  T& value() & { return (assert(has_value()), *std::get_if<0>(&state_)); }
  const T& value() const& { return (assert(has_value()), *std::get_if<0>(&state_)); }
  T&& value() && { return (assert(has_value()), std::move(*std::get_if<0>(&state_))); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  // Precondition: !has_value().
  const E& error() const { return (assert(!has_value()), *std::get_if<1>(&state_)); }

 private:
  std::variant<T, E> state_;
};

}  // namespace visavis

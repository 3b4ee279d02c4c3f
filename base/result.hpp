// SPDX-License-Identifier: Apache-2.0
// A value, or the error in its place: the return type of a function whose failure can be expected.
// It is checked like a pointer, or opened with `value()`, which throws when there is none.
// Header-only and std-only; the SDK promises it to its users too.
//
// The R package's tarball holds this file twice, as base/result.hpp and as <farthing/result.hpp>,
// which `#pragma once` takes for two.
#ifndef FARTHING_RESULT_HPP
#define FARTHING_RESULT_HPP

#include <stdexcept>
#include <type_traits>
#include <utility>
#include <variant>

namespace farthing {

// Thrown by `value()` of a result that holds an error, and by nothing else.
class BadResultAccess : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

template <class T, class E>
class [[nodiscard]] BasicResult {
  static_assert(!std::is_same_v<T, E>);

 public:
  BasicResult(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  BasicResult(E error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  // Undefined without a value, like a pointer's.
  T& operator*() & { return *std::get_if<0>(&state_); }
  const T& operator*() const& { return *std::get_if<0>(&state_); }
  T&& operator*() && { return std::move(*std::get_if<0>(&state_)); }
  T* operator->() { return std::get_if<0>(&state_); }
  const T* operator->() const { return std::get_if<0>(&state_); }

  T& value() & {
    check();
    return **this;
  }
  const T& value() const& {
    check();
    return **this;
  }
  T&& value() && {
    check();
    return *std::move(*this);
  }

  // Undefined when there is a value.
  E& error() & { return *std::get_if<1>(&state_); }
  const E& error() const& { return *std::get_if<1>(&state_); }
  E&& error() && { return std::move(*std::get_if<1>(&state_)); }

 private:
  void check() const {
    if (!has_value()) throw BadResultAccess("the result holds an error");
  }

  std::variant<T, E> state_;
};

// The value of a successful function that returns none.
struct Done {};

}  // namespace farthing

#endif  // FARTHING_RESULT_HPP

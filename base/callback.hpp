// SPDX-License-Identifier: Apache-2.0
// A function to be called once, later, perhaps on another thread: like std::move_only_function of
// C++23, with room inside for the captures of a request's continuation, so that none is allocated
// on the hot path. Threads must not share a callback; one may hand it to another.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace farthing {

template <class Signature>
class Callback;

template <class... Args>
class Callback<void(Args...)> {
 public:
  Callback() = default;

  template <class F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, Callback> &&
             std::is_invocable_v<std::remove_cvref_t<F>&, Args...>)
  // The constraint above keeps it away from copies and moves.
  // NOLINTNEXTLINE(bugprone-forwarding-reference-overload)
  Callback(F&& function) {
    using Function = std::remove_cvref_t<F>;
    if constexpr (fits_inside<Function>()) {
      new (room_) Function(std::forward<F>(function));
      operations_ = &kInside<Function>;
    } else {
      new (room_) std::unique_ptr<Function>(std::make_unique<Function>(std::forward<F>(function)));
      operations_ = &kOutside<Function>;
    }
  }

  ~Callback() { reset(); }
  Callback(const Callback&) = delete;
  Callback& operator=(const Callback&) = delete;
  Callback(Callback&& other) noexcept { take(other); }
  Callback& operator=(Callback&& other) noexcept {
    if (this == &other) return *this;
    reset();
    take(other);
    return *this;
  }

  explicit operator bool() const { return operations_ != nullptr; }
  // Undefined when empty.
  void operator()(Args... args) { operations_->call(room_, std::forward<Args>(args)...); }

 private:
  static constexpr std::size_t kRoom = 112;

  struct Operations {
    void (*call)(void*, Args&&...);
    void (*move)(void* from, void* to) noexcept;  // leaves nothing at `from`
    void (*destroy)(void*) noexcept;
  };

  template <class F>
  static constexpr bool fits_inside() {
    // NOLINTNEXTLINE(misc-redundant-expression): true for most F, not for all
    return sizeof(F) <= kRoom && alignof(F) <= alignof(std::max_align_t) &&
           std::is_nothrow_move_constructible_v<F>;
  }

  template <class F>
  static constexpr Operations kInside = {
      [](void* at, Args&&... args) { (*static_cast<F*>(at))(std::forward<Args>(args)...); },
      [](void* from, void* to) noexcept {
        new (to) F(std::move(*static_cast<F*>(from)));
        static_cast<F*>(from)->~F();
      },
      [](void* at) noexcept { static_cast<F*>(at)->~F(); },
  };
  template <class F>
  static constexpr Operations kOutside = {
      [](void* at, Args&&... args) {
        (**static_cast<std::unique_ptr<F>*>(at))(std::forward<Args>(args)...);
      },
      [](void* from, void* to) noexcept {
        using Owner = std::unique_ptr<F>;
        new (to) Owner(std::move(*static_cast<Owner*>(from)));
        static_cast<Owner*>(from)->~Owner();
      },
      [](void* at) noexcept {
        using Owner = std::unique_ptr<F>;
        static_cast<Owner*>(at)->~Owner();
      },
  };

  void take(Callback& other) noexcept {
    if (other.operations_ == nullptr) return;
    other.operations_->move(other.room_, room_);
    operations_ = std::exchange(other.operations_, nullptr);
  }
  void reset() noexcept {
    if (operations_ != nullptr) std::exchange(operations_, nullptr)->destroy(room_);
  }

  const Operations* operations_ = nullptr;
  alignas(std::max_align_t) std::byte room_[kRoom];
};

}  // namespace farthing

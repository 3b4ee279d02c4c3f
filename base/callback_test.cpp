// SPDX-License-Identifier: Apache-2.0
#include "base/callback.hpp"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace farthing::callback_test {

// Captures of `Size` bytes that count how many of them live.
template <std::size_t Size>
struct Counted {
  explicit Counted(int& counter) : living(&counter) { ++*living; }
  Counted(Counted&& other) noexcept : living(other.living), filler(other.filler) { ++*living; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  Counted& operator=(Counted&&) = delete;
  ~Counted() { --*living; }

  int* living;
  std::array<char, Size> filler{};
};

template <class Size>
class CallbackOfSize : public testing::Test {};

// The first fits inside the callback, the second is kept on the heap.
using Sizes = testing::Types<std::integral_constant<std::size_t, 8>,
                             std::integral_constant<std::size_t, 4096>>;
TYPED_TEST_SUITE(CallbackOfSize, Sizes);

TYPED_TEST(CallbackOfSize, CallsWithItsArguments) {
  int living = 0;
  std::string seen;
  Callback<void(std::string, int)> callback = [&seen, captured = Counted<TypeParam::value>(living)](
                                                  const std::string& text, int times) {
    for (int i = 0; i < times; ++i) seen += text;
  };
  ASSERT_TRUE(callback);
  callback("ab", 2);
  EXPECT_EQ(seen, "abab");
  EXPECT_EQ(living, 1);
}

TYPED_TEST(CallbackOfSize, IsDestroyedUncalled) {
  int living = 0;
  {
    const Callback<void()> callback = [captured = Counted<TypeParam::value>(living)] {};
    EXPECT_EQ(living, 1);
  }
  EXPECT_EQ(living, 0);
}

TYPED_TEST(CallbackOfSize, MovesAndLeavesNothingBehind) {
  int living = 0;
  int calls = 0;
  Callback<void()> first = [&calls, captured = Counted<TypeParam::value>(living)] { ++calls; };
  Callback<void()> second = std::move(first);
  EXPECT_FALSE(first);  // NOLINT(bugprone-use-after-move): what a move leaves is promised
  ASSERT_TRUE(second);
  EXPECT_EQ(living, 1);
  second();
  EXPECT_EQ(calls, 1);
}

TYPED_TEST(CallbackOfSize, AssignmentDestroysWhatWasThere) {
  int living = 0;
  int calls = 0;
  Callback<void()> callback = [captured = Counted<TypeParam::value>(living)] {};
  callback = [&calls, captured = Counted<TypeParam::value>(living)] { ++calls; };
  EXPECT_EQ(living, 1);
  callback();
  EXPECT_EQ(calls, 1);
  callback = Callback<void()>();
  EXPECT_FALSE(callback);
  EXPECT_EQ(living, 0);
}

TYPED_TEST(CallbackOfSize, SurvivesAssignmentToItself) {
  int living = 0;
  int calls = 0;
  Callback<void()> callback = [&calls, captured = Counted<TypeParam::value>(living)] { ++calls; };
  Callback<void()>& same = callback;
  callback = std::move(same);
  ASSERT_TRUE(callback);
  callback();
  EXPECT_EQ(calls, 1);
}

TEST(Callback, IsEmptyByDefault) { EXPECT_FALSE(Callback<void()>()); }

TEST(Callback, TakesMoveOnlyCapturesAndArguments) {
  int sum = 0;
  Callback<void(std::unique_ptr<int>)> callback =
      [&sum, captured = std::make_unique<int>(40)](std::unique_ptr<int> given) {
        sum = *captured + *given;
      };
  callback(std::make_unique<int>(2));
  EXPECT_EQ(sum, 42);
}

TEST(Callback, PassesReferencesThrough) {
  int value = 1;
  Callback<void(int&)> callback = [](int& each) { ++each; };
  callback(value);
  EXPECT_EQ(value, 2);
}

TEST(Callback, TakesPlainFunctions) {
  static int calls;
  calls = 0;
  Callback<void()> callback = +[] { ++calls; };
  callback();
  EXPECT_EQ(calls, 1);
}

// A capture that may throw when moved cannot live inside: moving the callback is noexcept.
TEST(Callback, KeepsWhatMayThrowWhenMovedOutside) {
  struct Throwing {
    Throwing() = default;
    Throwing(const Throwing&) = default;
    Throwing(Throwing&& /*other*/) noexcept(false) { throw std::string("moved"); }
    Throwing& operator=(const Throwing&) = delete;
    Throwing& operator=(Throwing&&) = delete;
    ~Throwing() = default;
    void operator()() const {}
  };
  const Throwing function;
  Callback<void()> first = function;
  Callback<void()> second = std::move(first);
  ASSERT_TRUE(second);
  second();
}

TEST(Callback, RespectsTheAlignmentOfItsCaptures) {
  struct alignas(64) Aligned {
    char value = 7;
  };
  bool is_aligned = false;
  std::vector<Callback<void()>> callbacks;
  callbacks.reserve(3);
  for (int i = 0; i < 3; ++i) {
    callbacks.emplace_back([&is_aligned, captured = Aligned()] {
      is_aligned = reinterpret_cast<std::uintptr_t>(&captured) % 64 == 0 && captured.value == 7;
    });
  }
  for (auto& callback : callbacks) {
    is_aligned = false;
    callback();
    EXPECT_TRUE(is_aligned);
  }
}

}  // namespace farthing::callback_test

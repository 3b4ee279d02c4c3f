// SPDX-License-Identifier: Apache-2.0
#include "base/secret.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

namespace {

// The block whose contents are to be looked at when it is given back, and what it held then.
// Only the thread of the test uses them.
thread_local const void* watched_block = nullptr;
thread_local std::size_t watched_size = 0;
thread_local bool was_given_back = false;
thread_local bool was_wiped = false;

void give_back(void* block) noexcept {
  if (block != nullptr && block == watched_block) {
    const auto* bytes = static_cast<const unsigned char*>(block);
    was_given_back = true;
    was_wiped = std::all_of(bytes, bytes + watched_size, [](unsigned char c) { return c == 0; });
    watched_block = nullptr;
  }
  std::free(block);
}

}  // namespace

// The program's own allocation functions, as the standard allows, so that a block can be seen just
// before it goes back to the heap: reading it afterwards would be undefined.
void* operator new(std::size_t size) {
  void* block = std::malloc(size == 0 ? 1 : size);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return std::malloc(size == 0 ? 1 : size);
}
void operator delete(void* block) noexcept { give_back(block); }
void operator delete(void* block, std::size_t /*size*/) noexcept { give_back(block); }
void operator delete(void* block, const std::nothrow_t& /*tag*/) noexcept { give_back(block); }

namespace farthing {
namespace {

const std::string kLong = "sk-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL";
const std::string kShort = "sk-short";

void watch(const Secret& secret) {
  watched_block = secret.reveal().data();
  watched_size = secret.reveal().size();
  was_given_back = false;
  was_wiped = false;
}

template <class T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };
template <class T>
concept Comparable = requires(const T& value) { value == value; };

TEST(Secret, ShowsItselfOnlyWhenAsked) {
  EXPECT_EQ(Secret(kLong).reveal(), kLong);
  EXPECT_FALSE(Secret(kLong).is_empty());
  EXPECT_TRUE(Secret().is_empty());
  static_assert(!Printable<Secret>);
  static_assert(!Comparable<Secret>);
  static_assert(!std::is_convertible_v<Secret, std::string>);
  static_assert(!std::is_convertible_v<Secret, std::string_view>);
  static_assert(!std::is_convertible_v<std::string, Secret>);
  static_assert(!std::is_copy_constructible_v<Secret>);
  static_assert(!std::is_copy_assignable_v<Secret>);
}

TEST(Secret, IsWipedBeforeItsMemoryIsGivenBack) {
  {
    const Secret secret(kLong);
    watch(secret);
  }
  EXPECT_TRUE(was_given_back);
  EXPECT_TRUE(was_wiped);
}

TEST(Secret, IsWipedWhenItIsReplaced) {
  {
    Secret secret(kLong);
    watch(secret);
    secret = Secret(std::string(200, 'x'));
    EXPECT_EQ(secret.reveal(), std::string(200, 'x'));
  }
  EXPECT_TRUE(was_given_back);
  EXPECT_TRUE(was_wiped);
}

TEST(Secret, MovesWithoutLeavingACopy) {
  for (const std::string& text : {kLong, kShort}) {
    Secret first(text);
    Secret second(std::move(first));
    EXPECT_TRUE(
        first.is_empty());  // NOLINT(bugprone-use-after-move): what a move leaves is promised
    EXPECT_EQ(second.reveal(), text);
    Secret third;
    third = std::move(second);
    EXPECT_TRUE(second.is_empty());  // NOLINT(bugprone-use-after-move)
    EXPECT_EQ(third.reveal(), text);
    Secret& same = third;
    third = std::move(same);
    EXPECT_EQ(third.reveal(), text);
  }
}

}  // namespace
}  // namespace farthing

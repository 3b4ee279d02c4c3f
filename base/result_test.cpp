// SPDX-License-Identifier: Apache-2.0
#include "base/result.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace farthing::result_test {

struct Failure {
  std::string why;
};
template <class T>
using TestResult = BasicResult<T, Failure>;

TestResult<int> half(int value) {
  if (value % 2 != 0) return Failure{"odd"};
  return value / 2;
}

TEST(Result, HoldsAValue) {
  TestResult<int> result = half(4);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result.has_value());
  EXPECT_EQ(*result, 2);
  EXPECT_EQ(result.value(), 2);
  *result = 7;
  EXPECT_EQ(result.value(), 7);
}

TEST(Result, HoldsAnError) {
  TestResult<int> result = half(3);
  ASSERT_FALSE(result);
  EXPECT_FALSE(result.has_value());
  EXPECT_EQ(result.error().why, "odd");
  result.error().why = "still odd";
  const TestResult<int> moved = std::move(result).error();
  EXPECT_EQ(moved.error().why, "still odd");
}

TEST(Result, ValueThrowsWhenThereIsNone) {
  TestResult<int> result = half(3);
  const TestResult<int>& unchanging = result;
  EXPECT_THROW(result.value(), BadResultAccess);
  EXPECT_THROW(unchanging.value(), BadResultAccess);
  EXPECT_THROW(half(3).value(), BadResultAccess);
}

TEST(Result, GivesMoveOnlyValuesAway) {
  TestResult<std::unique_ptr<int>> result(std::make_unique<int>(5));
  EXPECT_EQ(**result, 5);
  const std::unique_ptr<int> taken = std::move(result).value();
  EXPECT_EQ(*taken, 5);
  TestResult<std::unique_ptr<int>> other(std::make_unique<int>(6));
  const std::unique_ptr<int> taken_by_star = *std::move(other);
  EXPECT_EQ(*taken_by_star, 6);
}

TEST(Result, ReachesMembersLikeAPointer) {
  const TestResult<std::string> result(std::string("farthing"));
  EXPECT_EQ(result->size(), 8U);
  TestResult<std::string> changing(std::string("farth"));
  changing->append("ing");
  EXPECT_EQ(changing.value(), result.value());
}

TEST(Result, SucceedsWithoutAValue) {
  const TestResult<Done> result = Done{};
  EXPECT_TRUE(result);
}

}  // namespace farthing::result_test

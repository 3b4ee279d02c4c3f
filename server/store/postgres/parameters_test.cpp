// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/parameters.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "base/digest.hpp"

namespace farthing::store::postgres::parameters_test {

std::string hex(const Parameters& parameters, std::size_t index) {
  return to_hex({parameters.data(index), static_cast<std::size_t>(parameters.length(index))});
}

TEST(Parameters, AreInThePlaceTheyWereAdded) {
  Parameters parameters;
  parameters.add(std::int64_t{-2}).add_null().add(std::string_view("ab")).add(std::string_view());
  ASSERT_EQ(parameters.size(), 4U);
  EXPECT_EQ(hex(parameters, 0), "fffffffffffffffe");
  EXPECT_EQ(parameters.data(1), nullptr);
  EXPECT_EQ(hex(parameters, 2), "6162");
  EXPECT_NE(parameters.data(3), nullptr);
  EXPECT_EQ(parameters.length(3), 0);
}

// The binary form of an array: dimensions, whether there may be nulls, the elements' type, how
// many, the first one's number, then each behind its length.
TEST(Parameters, AnArraySaysWhatItHas) {
  const std::vector<std::int64_t> numbers = {1, 258};
  Parameters parameters;
  parameters.add_numbers(numbers, [](std::int64_t number) { return number; });
  EXPECT_EQ(hex(parameters, 0),
            "00000001"
            "00000001"
            "00000014"
            "00000002"
            "00000001"
            "000000080000000000000001"
            "000000080000000000000102");
}

TEST(Parameters, AnArrayMayHaveNulls) {
  const std::vector<std::optional<std::string>> texts = {"a", std::nullopt};
  Parameters parameters;
  parameters.add_byte_strings(texts, [](const auto& text) -> std::optional<std::string_view> {
    if (!text) return {};
    return *text;
  });
  EXPECT_EQ(hex(parameters, 0),
            "00000001"
            "00000001"
            "00000011"
            "00000002"
            "00000001"
            "0000000161"
            "ffffffff");
}

TEST(Parameters, AnEmptyArrayHasNoDimension) {
  Parameters parameters;
  parameters.add_ids(std::vector<Id128>(), [](const Id128& id) { return id; });
  EXPECT_EQ(hex(parameters, 0),
            "00000000"
            "00000001"
            "00000b86");
}

}  // namespace farthing::store::postgres::parameters_test

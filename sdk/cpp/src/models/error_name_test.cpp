// SPDX-License-Identifier: Apache-2.0
// The names of errors, held against the contract, and what is read out of an error.
#include <farthing/error_name.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include <farthing/insufficient_credits.hpp>

namespace farthing::sdk::error_name_test {

// The first cell of every row of the table in api/errors.md.
std::vector<std::string> names_of_the_contract() {
  std::ifstream file(FARTHING_API_EXAMPLES "/../errors.md", std::ios::binary);
  std::vector<std::string> names;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("| `")) continue;
    names.push_back(line.substr(3, line.find('`', 3) - 3));
  }
  return names;
}

TEST(ErrorName, HasEveryNameOfTheContract) {
  const auto names = names_of_the_contract();
  ASSERT_FALSE(names.empty());
  for (const std::string& name : names) {
    const auto known = parse_error_name(name);
    ASSERT_TRUE(known) << name << " is in api/errors.md and not in error_name.hpp";
    EXPECT_EQ(to_string(*known), name);
  }
  EXPECT_FALSE(parse_error_name("insufficient_balance"));
}

Failure failure_of(std::string_view json) {
  return {.kind = FailureKind::http_status, .error = *Error::from_json(json)};
}

TEST(InsufficientCredits, ReadsTheFactsOfTheExample) {
  std::ifstream file(FARTHING_API_EXAMPLES "/error_insufficient_credits.json", std::ios::binary);
  const std::string json{std::istreambuf_iterator<char>(file), {}};
  const Failure failure = failure_of(json);
  EXPECT_TRUE(failure.is_named(ErrorName::insufficient_credits));
  const auto facts = insufficient_credits(failure);
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->required.to_string(), failure.error->detail("required"));
  EXPECT_EQ(facts->available.to_string(), failure.error->detail("available"));
  EXPECT_EQ(facts->held.to_string(), failure.error->detail("held"));
}

TEST(InsufficientCredits, ReadsWhatIsNotAlwaysThere) {
  const auto facts = insufficient_credits(
      failure_of(R"({"id":"i","name":"insufficient_credits","message":"m","required":"12.5",)"
                 R"("available":"-0.000000001","held":"2","overdraft_limit":"3",)"
                 R"("next_grant_at":"2026-12-01T00:00:00.000000Z"})"));
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->required, Credits::from_nano(12'500'000'000));
  EXPECT_EQ(facts->available, Credits::from_nano(-1));
  EXPECT_EQ(facts->held, Credits::from_nano(2'000'000'000));
  EXPECT_EQ(facts->overdraft_limit, Credits::from_nano(3'000'000'000));
  EXPECT_EQ(facts->next_grant_at, "2026-12-01T00:00:00.000000Z");
}

TEST(InsufficientCredits, IsNothingForOtherFailures) {
  EXPECT_FALSE(insufficient_credits({.kind = FailureKind::timeout}));
  EXPECT_FALSE(insufficient_credits(
      failure_of(R"({"id":"i","name":"capture_exceeds_hold","message":"m","required":"2",)"
                 R"("available":"1","held":"1"})")));
  // Another server's error of that name.
  EXPECT_FALSE(insufficient_credits(
      failure_of(R"({"id":"i","name":"insufficient_credits","message":"m","required":"many"})")));
}

TEST(Error, ReadsAnAmountOrNothing) {
  const auto error = *Error::from_json(
      R"({"id":"i","name":"refund_exceeds_charge","message":"m","refundable":"0.5","count":"many"})");
  EXPECT_EQ(error.amount("refundable"), Credits::from_nano(500'000'000));
  EXPECT_FALSE(error.amount("count"));
  EXPECT_FALSE(error.amount("required"));
}

}  // namespace farthing::sdk::error_name_test

// SPDX-License-Identifier: Apache-2.0
#include "cli/files/charge_file.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace farthing::cli::charge_file_test {

TEST(ChargeFile, ReadsJsonLines) {
  const auto charges = parse_charges(
      "\n"
      R"({"amount":"0.15","organization":"org-1","idempotency_key":"a","operation":"o"})"
      "\r\n\n"
      R"({"model":"e","metadata":{"b": [1]},"amount":1.5e-9})");
  ASSERT_FALSE(charges) << "1.5e-9 has ten places";
  const auto exact = parse_charges(
      R"({"amount":"0.15","organization":"org-1","idempotency_key":"a","operation":"o","api_key":"sk-1"})"
      "\r\n\n"
      R"({"model":"e","metadata":{"b": [1]},"amount":15e-1,"tags":{"team":"red"},"reason":"r"})");
  ASSERT_TRUE(exact) << exact.error().message;
  ASSERT_EQ(exact->size(), 2U);
  const FileCharge& first = exact->at(0);
  EXPECT_EQ(first.amount, Credits::from_nano(150'000'000));
  EXPECT_EQ(first.organization, "org-1");
  EXPECT_EQ(first.idempotency_key, "a");
  EXPECT_EQ(first.operation, "o");
  EXPECT_EQ(first.api_key->reveal(), "sk-1");
  EXPECT_FALSE(first.model);
  EXPECT_FALSE(first.remarks.metadata);
  const FileCharge& second = exact->at(1);
  EXPECT_EQ(second.amount, Credits::from_nano(1'500'000'000));
  EXPECT_FALSE(second.organization);
  EXPECT_FALSE(second.api_key);
  EXPECT_EQ(second.model, "e");
  EXPECT_EQ(second.remarks.metadata, R"({"b": [1]})");
  EXPECT_EQ(second.remarks.reason, "r");
  ASSERT_EQ(second.remarks.tags.size(), 1U);
  EXPECT_EQ(second.remarks.tags[0].name, "team");
  EXPECT_EQ(second.remarks.tags[0].value, "red");
}

TEST(ChargeFile, ReadsCsvWithItsColumnsInAnyOrder) {
  const auto charges = parse_charges(
      "metadata,amount,operation,tags\r\n"
      "\"{\"\"job\"\":7}\",0.000000001,\"a, b\",\"{\"\"team\"\":\"\"red\"\"}\"\r\n"
      ",12,,\r\n");
  ASSERT_TRUE(charges) << charges.error().message;
  ASSERT_EQ(charges->size(), 2U);
  EXPECT_EQ(charges->at(0).amount, Credits::from_nano(1));
  EXPECT_EQ(charges->at(0).remarks.metadata, R"({"job":7})");
  EXPECT_EQ(charges->at(0).operation, "a, b");
  EXPECT_EQ(charges->at(0).remarks.tags.at(0).value, "red");
  EXPECT_TRUE(charges->at(1).remarks.tags.empty());
  EXPECT_EQ(charges->at(1).amount, Credits::from_nano(12'000'000'000));
  EXPECT_FALSE(charges->at(1).remarks.metadata);
  EXPECT_FALSE(charges->at(1).operation);
}

TEST(ChargeFile, NamesTheLineThatIsWrong) {
  const std::vector<std::pair<std::string_view, std::string_view>> table = {
      {"", "There are no charges to make."},
      {" \n\n", "There are no charges to make."},
      {"amount\n", "There are no charges to make."},
      {"amount,amount\n1,2\n", "Line 1 of the charges: the column \"amount\" is there twice."},
      {"amount,model,model\n1,a,b\n",
       "Line 1 of the charges: the column \"model\" is there twice."},
      {"amount,ammount\n1,2\n", "Line 1 of the charges: there is no column \"ammount\"."},
      {"operation\nx\n", "Line 1 of the charges: there is no column \"amount\"."},
      {"amount,model\n1,e\n2\n",
       "Line 3 of the charges: it has 1 cells where the first line names 2 columns."},
      {"amount,model\n,e\n", "Line 2 of the charges: it has no amount."},
      {"amount\n1\n1,5\n",
       "Line 3 of the charges: it has 2 cells where the first line names 1 columns."},
      {"amount\n0\n",
       "Line 2 of the charges: the amount has to be a decimal number above 0 with at most 9 "
       "places."},
      {"amount\n\"1\n", "Line 2 of the charges: a quote is not closed."},
      {"{\"amount\":\"1\"}\n{\"amount\":-1}",
       "Line 2 of the charges: the amount has to be a decimal number above 0 with at most 9 "
       "places."},
      {"{\"amount\":\"1\",\"opration\":\"x\"}",
       "Line 1 of the charges: there is no \"opration\" in a charge."},
      {"{\"amount\":\"1\",\"tags\":{\"team\":3}}",
       "Line 1 of the charges: the tag \"team\" is a number."},
      {"amount,tags\n1,team\n", "Line 2 of the charges: the tags have to be a JSON object."},
      {"{\"amount\":\"1\",\"model\":3}", "Line 1 of the charges: \"model\" is a number."},
      {"{\"amount\":\"1\",\"metadata\":\"{}\"}",
       "Line 1 of the charges: \"metadata\" is a string."},
      {"{\"amount\":true}", "Line 1 of the charges: \"amount\" is a boolean."},
      {"{}", "Line 1 of the charges: it has no amount."},
      {"{\"amount\":\"1\"}\n[1]", "Line 2 of the charges: expected a JSON object, got an array."},
  };
  for (const auto& [text, message] : table) {
    const auto charges = parse_charges(text);
    ASSERT_FALSE(charges) << text;
    EXPECT_EQ(charges.error().code, ExitCode::usage);
    EXPECT_EQ(charges.error().message, message);
  }
  const auto broken = parse_charges("{\"amount\":\"1\"}\n{\"amount\":\"1\"\n");
  ASSERT_FALSE(broken);
  EXPECT_TRUE(broken.error().message.starts_with("Line 2 of the charges: it is not JSON: "))
      << broken.error().message;
}

}  // namespace farthing::cli::charge_file_test

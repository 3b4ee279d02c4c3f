// SPDX-License-Identifier: Apache-2.0
#include "cli/frame/problem.hpp"

#include <gtest/gtest.h>

namespace farthing::cli::problem_test {

TEST(Problem, TellsTheRequestIdAndTheServersDetails) {
  sdk::Failure failure{.kind = sdk::FailureKind::http_status,
                       .message = "The organization does not have enough credits.",
                       .status = 402,
                       .request_id = "3f2a",
                       .attempts = 1};
  failure.error = sdk::Error{
      .id = "3f2a",
      .name = "insufficient_credits",
      .message = "The organization does not have enough credits.",
      .extra = {{"field", "\"amount\""}, {"required", "\"5\""}, {"available", "\"3.5\""}}};
  const Problem problem = to_problem(failure);
  EXPECT_EQ(problem.code, ExitCode::refused);
  EXPECT_EQ(to_text(problem),
            "farthing: The organization does not have enough credits.\n"
            "  required: 5\n"
            "  available: 3.5\n"
            "  request id: 3f2a\n");
}

TEST(Problem, TellsHowToLearnAnUnknownOutcome) {
  const Problem problem = to_problem({.kind = sdk::FailureKind::timeout,
                                      .message = "no answer in time",
                                      .attempts = 3,
                                      .is_outcome_unknown = true,
                                      .idempotency_key = "01abc"});
  const std::string text = to_text(problem);
  EXPECT_NE(text.find("--idempotency-key 01abc"), std::string::npos) << text;
  EXPECT_TRUE(text.starts_with("farthing: no answer in time.\n")) << text;
  EXPECT_NE(text.find("attempts: 3"), std::string::npos) << text;
}

TEST(Problem, CannotSpeakToTheTerminal) {
  const std::string text =
      to_text({.message = "bad \x1b[2J\nfarthing: all is well", .notes = {"\x07"}});
  EXPECT_EQ(text, "farthing: bad \\u001b[2J\\nfarthing: all is well\n  \\u0007\n");
}

TEST(WithoutKeys, CutsOutWhatLooksLikeAKey) {
  EXPECT_EQ(without_keys("unexpected: sk-abcDEF123 x"), "unexpected: sk-(not shown) x");
  EXPECT_EQ(without_keys("--key=sk-abc_DEF-123"), "--key=sk-(not shown)");
  EXPECT_EQ(without_keys("sk-abcdefgh,sk-ijklmnop"), "sk-(not shown),sk-(not shown)");
}

TEST(WithoutKeys, CutsOutKeysOfOtherPrefixes) {
  const std::string random = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL";
  EXPECT_EQ(without_keys("unexpected: acme_" + random + " x"), "unexpected: acme_(not shown) x");
  EXPECT_EQ(without_keys("--key=a-" + random + "_x,sk-abcdefgh"),
            "--key=a-(not shown),sk-(not shown)");
  EXPECT_EQ(without_keys("sk-" + random), "sk-(not shown)");
  const std::string id = "charge-01m82w6r1v7yvmcpj2mxcbbmxk01m82w6snp0000000000000004";
  EXPECT_EQ(without_keys(id), id);
}

TEST(WithoutKeys, LeavesWordsAlone) {
  for (const char* text : {"", "sk-", "risk-free-of-charge", "disk-usage-report", "sk-abc"}) {
    EXPECT_EQ(without_keys(text), text);
  }
}

}  // namespace farthing::cli::problem_test

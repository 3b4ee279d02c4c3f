// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/session/retry_rules.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace farthing::sdk::retry_rules_test {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(RetryRules, RetriesTheSixStatuses) {
  const std::set<int> retried = {408, 429, 500, 502, 503, 504};
  for (int status = 100; status <= 599; ++status) {
    EXPECT_EQ(is_retryable({}, status, std::nullopt), retried.contains(status)) << status;
  }
}

TEST(RetryRules, NeverRetriesALackOfCredits) {
  EXPECT_FALSE(is_retryable({}, 429, Error{.name = "insufficient_balance"}));
  EXPECT_FALSE(is_retryable({}, 503, Error{.name = "insufficient_credits"}));
  EXPECT_TRUE(is_retryable({}, 429, Error{.name = "rate_limit_exceeded"}));
}

TEST(RetryRules, ThePolicysOwnStatusesTakeTheirPlace) {
  const RetryPolicy own{.statuses = std::vector{404, 503}};
  EXPECT_TRUE(is_retryable(own, 404, std::nullopt));
  EXPECT_TRUE(is_retryable(own, 503, std::nullopt));
  EXPECT_FALSE(is_retryable(own, 429, std::nullopt));
  EXPECT_FALSE(is_retryable(own, 503, Error{.name = "insufficient_credits"}));
  EXPECT_FALSE(is_retryable({.statuses = std::vector<int>{}}, 503, std::nullopt));
}

TEST(RetryRules, RetriesWhatTheTransportLost) {
  EXPECT_TRUE(is_retryable(FailureKind::transport));
  EXPECT_TRUE(is_retryable(FailureKind::timeout));
  for (const FailureKind kind :
       {FailureKind::usage, FailureKind::cancelled, FailureKind::http_status, FailureKind::decoding,
        FailureKind::file}) {
    EXPECT_FALSE(is_retryable(kind));
  }
}

TEST(Backoff, DoublesUpToTheLongestAndIsDrawnFromAllOfIt) {
  const RetryPolicy policy;
  const std::vector<int> longest = {500, 1000, 2000, 4000, 8000, 8000};
  for (std::size_t i = 0; i < longest.size(); ++i) {
    const int attempts = static_cast<int>(i) + 1;
    EXPECT_EQ(backoff(policy, attempts, 0), milliseconds(0));
    EXPECT_EQ(backoff(policy, attempts, 0.5), milliseconds(longest[i] / 2));
    EXPECT_LE(backoff(policy, attempts, 0.999999), milliseconds(longest[i]));
  }
  EXPECT_LE(backoff(policy, 1'000'000, 0.999999), milliseconds(8000));
}

TEST(RetryAfter, ReadsSecondsAndDates) {
  const auto now = std::chrono::sys_seconds(seconds(784'111'777));
  const auto read = [&](std::vector<Header> headers) { return retry_after(headers, now); };
  EXPECT_EQ(read({}), std::nullopt);
  EXPECT_EQ(read({{"retry-after", "7"}}), seconds(7));
  EXPECT_EQ(read({{"retry-after", "0"}}), seconds(0));
  EXPECT_EQ(read({{"retry-after", "Sun, 06 Nov 1994 08:49:42 GMT"}}), seconds(5));
  EXPECT_EQ(read({{"retry-after", "Sun, 06 Nov 1994 08:49:00 GMT"}}), seconds(0));
  EXPECT_EQ(read({{"retry-after", "Sun, 06 Nov 1994 08:49:42 GMT"},
                  {"date", "Sun, 06 Nov 1994 08:49:40 GMT"}}),
            seconds(2));
  EXPECT_GT(read({{"retry-after", "99999999999999999999999"}}), seconds(1'000'000));
  // Farther than nanoseconds count, and before they begin.
  for (const std::string text :
       {"Fri, 31 Dec 9999 23:59:59 GMT", "Sat, 01 Nov 2600 00:00:00 GMT"}) {
    EXPECT_GT(read({{"retry-after", text}}), seconds(1'000'000)) << text;
    EXPECT_GT(read({{"retry-after", text}, {"date", "Sun, 06 Nov 1994 08:49:40 GMT"}}),
              seconds(1'000'000))
        << text;
  }
  EXPECT_EQ(read({{"retry-after", "Sat, 01 Jan 1600 00:00:00 GMT"}}), seconds(0));
  for (const std::string text : {"", "-1", "1.5", "soon", "5 s", "-99999999999999999999999"}) {
    EXPECT_EQ(read({{"retry-after", text}}), std::nullopt) << text;
  }
}

}  // namespace farthing::sdk::retry_rules_test

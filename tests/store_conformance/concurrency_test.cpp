// SPDX-License-Identifier: Apache-2.0
// Many threads at once: nothing is lost, nothing goes below zero, nothing is booked twice.
#include <atomic>
#include <random>
#include <thread>

#include "tests/store_conformance/auditor.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::store::testing::concurrency_test {

class Concurrency : public StoreTest {};

TEST_P(Concurrency, ChargesNeverExceedWhatWasGranted) {
  constexpr int kThreads = 8;
  constexpr int kChargesEach = 100;
  const OrganizationId organization = make_organization(store_);
  ASSERT_TRUE(settle(store_, grant(organization, "g", "500")));
  std::atomic<int> booked = 0;
  std::atomic<int> refused = 0;
  {
    std::vector<std::jthread> threads;
    threads.reserve(kThreads);
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kChargesEach; ++i) {
          const std::string key = std::to_string(t) + "-" + std::to_string(i);
          const auto charged = settle(store_, charge(organization, key, "1"));
          (charged ? booked : refused)++;
        }
      });
    }
  }
  EXPECT_EQ(booked, 500);
  EXPECT_EQ(refused, kThreads * kChargesEach - 500);
  EXPECT_EQ(available(store_, organization), "0");
  const auto entries = open_->entries_of(organization);
  EXPECT_EQ(entries.size(), 501U);
  EXPECT_EQ(audit(entries), "");
}

TEST_P(Concurrency, OneKeyIsBookedOnceWhoeverComesFirst) {
  const OrganizationId organization = make_organization(store_);
  ASSERT_TRUE(settle(store_, grant(organization, "g", "500")));
  std::atomic<int> fresh = 0;
  std::atomic<int> replayed = 0;
  {
    std::vector<std::jthread> threads;
    threads.reserve(8);
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 50; ++i) {
          const auto charged = settle(store_, charge(organization, std::to_string(i), "1"));
          if (charged) (charged->is_replayed ? replayed : fresh)++;
        }
      });
    }
  }
  EXPECT_EQ(fresh, 50);
  EXPECT_EQ(replayed, 350);
  EXPECT_EQ(available(store_, organization), "450");
  EXPECT_EQ(audit(open_->entries_of(organization)), "");
}

TEST_P(Concurrency, AnAnswerIsSeenByEveryLaterRead) {
  const OrganizationId organization = make_organization(store_);
  std::vector<std::jthread> threads;
  threads.reserve(4);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        const auto granted =
            settle(store_, grant(organization, std::to_string(t) + "-" + std::to_string(i), "1"));
        ASSERT_TRUE(granted);
        const auto balance = read_balance(store_, organization);
        ASSERT_TRUE(balance);
        EXPECT_GE(balance->available, granted->entry.available);
      }
    });
  }
}

INSTANTIATE_TEST_SUITE_P(Stores, Concurrency, ::testing::ValuesIn(all_store_kinds()), name_of_kind);

}  // namespace farthing::store::testing::concurrency_test

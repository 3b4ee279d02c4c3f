// SPDX-License-Identifier: Apache-2.0
// Random histories of all movements on every store, audited by the model after each round: by one
// submitter, when every store gives the same answers byte for byte, whatever a sweep did meanwhile,
// whenever a store was closed and opened again, and wherever the clock was set; and by several at
// once. FARTHING_SEED runs another seed.
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "base/await.hpp"
#include "selftest/trial.hpp"
#include "server/store/past_state.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::store::testing::history_test {

std::uint64_t seed_or(std::uint64_t seed) {
  const char* chosen = std::getenv("FARTHING_SEED");
  return chosen == nullptr ? seed : std::strtoull(chosen, nullptr, 10);
}

struct Played {
  std::vector<std::string> answers;
  std::map<std::string, int> seen;
};

ledger::Balance read_past(Store& store, OrganizationId organization, Instant at) {
  const auto state = await<Result<CurrentState>>(
      [&](auto reply) { read_state_at(store, organization, at, reply); });
  EXPECT_TRUE(state);
  return state ? state->state.balance : ledger::Balance();
}

// At the instant of an entry, the balance was the one that the last entry of that instant says.
void check_past(Store& store, OrganizationId organization,
                const std::vector<ledger::Entry>& entries) {
  constexpr std::size_t kEvery = 7;
  constexpr std::chrono::microseconds kMoment{1};
  for (std::size_t i = 0; i < entries.size(); i += kEvery) {
    while (i + 1 < entries.size() && entries[i + 1].at == entries[i].at) ++i;
    const auto past = read_past(store, organization, entries[i].at);
    EXPECT_EQ(past, (ledger::Balance{entries[i].available, entries[i].held})) << i + 1;
    // Until the next one nothing changes, and just before the first one there was nothing.
    const bool is_last = i + 1 == entries.size();
    const auto before = is_last ? entries[i].at : entries[i + 1].at.plus(-kMoment);
    EXPECT_EQ(read_past(store, organization, before), past) << i + 1;
  }
  if (entries.empty()) return;
  EXPECT_EQ(read_past(store, organization, entries.front().at.plus(-kMoment)), ledger::Balance());
}

void check_past_of_all(OpenStore& open) {
  const auto organizations = await<Result<Page<directory::Organization>>>(
      [&](auto reply) { open.store().list_organizations({}, {}, reply); });
  ASSERT_TRUE(organizations);
  ASSERT_FALSE(organizations->records.empty());
  for (const directory::Organization& each : organizations->records) {
    check_past(open.store(), each.id, open.entries_of(each.id));
  }
}

Played play(const StoreKind& kind, int rounds, selftest::TrialOptions options) {
  SCOPED_TRACE(kind.name + ", FARTHING_SEED=" + std::to_string(options.seed));
  ManualClock clock(selftest::Trial::start());
  const auto open = kind.open(clock);
  selftest::Trial trial(*open, clock, options);
  std::optional<std::string> deviation;
  for (int round = 0; round < rounds && !deviation; ++round) deviation = trial.play_round();
  if (!deviation) deviation = trial.finish();
  EXPECT_EQ(deviation.value_or("none"), "none");
  check_past_of_all(*open);
  return {.answers = trial.answers(), .seen = trial.seen()};
}

std::vector<StoreKind> kinds_of_history() {
  std::vector<StoreKind> kinds = all_store_kinds();
  kinds.push_back(rocksdb_with_small_runs());
  return kinds;
}

// The histories are worth nothing if they do not come by everything. Those of another seed may not.
void expect_everything(const std::map<std::string, int>& seen) {
  if (std::getenv("FARTHING_SEED") != nullptr) return;
  for (const std::string name : {"grant",
                                 "activate",
                                 "expire",
                                 "void",
                                 "charge",
                                 "hold",
                                 "extend",
                                 "capture",
                                 "release",
                                 "refund",
                                 "repay",
                                 "limit",
                                 "replay",
                                 "idempotency_key_reused",
                                 "insufficient_credits",
                                 "hold_expired",
                                 "hold_released",
                                 "charge_fully_refunded",
                                 "grant_voided",
                                 "spend_cap_exceeded"}) {
    const auto found = seen.find(name);
    EXPECT_TRUE(found != seen.end() && found->second > 1) << name;
  }
}

class History : public ::testing::TestWithParam<StoreKind> {};

TEST_P(History, OfSeveralSubmittersIsWhatTheModelSays) {
  expect_everything(play(GetParam(), 150, {.seed = seed_or(1), .submitters = 4}).seen);
}

INSTANTIATE_TEST_SUITE_P(Stores, History, ::testing::ValuesIn(kinds_of_history()), name_of_kind);

TEST(HistoryOfOneSubmitter, IsTheSameOnEveryStore) {
  const selftest::TrialOptions options = {
      .seed = seed_or(5), .submitters = 1, .keeps_answers = true};
  constexpr int kRounds = 300;
  const auto kinds = kinds_of_history();
  const Played first = play(kinds.front(), kRounds, options);
  expect_everything(first.seen);
  for (const StoreKind& kind : std::span(kinds).subspan(1)) {
    const Played other = play(kind, kRounds, options);
    ASSERT_EQ(other.answers.size(), first.answers.size()) << kind.name;
    for (std::size_t i = 0; i < first.answers.size(); ++i) {
      ASSERT_EQ(other.answers[i], first.answers[i]) << kind.name << ", step " << i;
    }
  }
}

}  // namespace farthing::store::testing::history_test

// SPDX-License-Identifier: Apache-2.0
// The same history of all movements gives the same answers and entries on every store, byte for
// byte, whatever a sweep did meanwhile, whenever a store was closed and opened again, and wherever
// the clock was set. FARTHING_SEED runs another seed.
#include <chrono>
#include <cstdlib>
#include <map>
#include <random>

#include "server/store/past_state.hpp"
#include "tests/model/history.hpp"
#include "tests/store_conformance/auditor.hpp"
#include "tests/store_conformance/await.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::store::testing {
namespace {

constexpr int kOrganizations = 3;
constexpr int kSteps = 1'000;
constexpr std::chrono::microseconds kMoment{1};

std::string bytes_of(const ledger::Entry& entry) {
  std::string bytes;
  ledger::append_encoded(entry, ledger::canonical_bytes(entry), bytes);
  return bytes;
}

// One history on one store, and all that it said.
class Player {
 public:
  Player(const StoreKind& kind, std::uint64_t seed)
      : clock_(*Instant::parse("2026-01-01T00:00:00Z")), open_(kind.open(clock_)), random_(seed) {
    for (std::uint64_t i = 0; i < kOrganizations; ++i) {
      histories_.emplace_back(seed * kOrganizations + i);
      const Organization organization{.id = histories_.back().organization(), .name = "Acme"};
      EXPECT_TRUE(
          change(open_->store(), {.origin = {}, .action = CreateOrganization{organization}}));
    }
  }

  std::vector<std::string> play() {
    for (int step = 0; step < kSteps; ++step) {
      const std::uint64_t choice = random_() % 100;
      if (choice == 0) {
        open_->reopen();
      } else if (choice < 10) {
        repeat_one();
      } else {
        ask_next(histories_[random_() % histories_.size()]);
      }
    }
    finish();
    return std::move(said_);
  }
  const std::map<std::string, int>& seen() const { return seen_; }

 private:
  void ask_next(model::History& history) {
    history.follow(open_->store().now());
    const auto balance = read_balance(open_->store(), history.organization());
    ASSERT_TRUE(balance);
    ledger::Command command = history.next_command(*balance);
    // Whoever sets the clock back does not set the store's time back. In one step: the store may
    // look at the clock at any moment.
    const bool is_set_back = random_() % 20 == 0;
    clock_.set(is_set_back ? command.at.plus(-std::chrono::minutes(5)) : command.at);
    const auto outcome = ask(command);
    if (!outcome) return;
    history.learn(outcome->entry);
    made_.push_back(outcome->entry);
    answered_.push_back(std::move(command));
  }

  void repeat_one() {
    if (answered_.empty()) return;
    ledger::Command command = answered_[random_() % answered_.size()];
    if (random_() % 4 == 0) command.origin.fingerprint[0] ^= 1;
    const auto outcome = ask(command);
    EXPECT_TRUE(!outcome || outcome->is_replayed);
  }

  Result<Outcome> ask(const ledger::Command& command) {
    auto outcome = settle(open_->store(), command);
    ++seen_[outcome ? std::string(to_string(outcome->entry.kind)) : name_of(outcome)];
    if (outcome && outcome->is_replayed) ++seen_["replay"];
    std::string said = name_of(outcome);
    if (outcome) {
      said += outcome->is_replayed ? " again " : " ";
      said += bytes_of(outcome->entry);
      for (const ledger::Entry& entry : outcome->rest) said += bytes_of(entry);
    } else {
      for (const ErrorDetail& detail : outcome.error().details) {
        said += " " + detail.name + "=" + detail.value;
      }
    }
    said_.push_back(std::move(said));
    return outcome;
  }

  // What is read at the end: every record, what is due counted whether it is booked or not, and all
  // entries, once it is booked.
  void finish() {
    clock_.set(open_->store().now().plus(std::chrono::hours(3)));
    for (const ledger::Entry& entry : made_) say_record(entry);
    for (const model::History& history : histories_) {
      const OrganizationId organization = history.organization();
      (void)settle(open_->store(), charge(organization, "last", "9000000000"));
      const auto entries = open_->entries_of(organization);
      EXPECT_EQ(audit(entries), "");
      check_past(organization, entries);
      for (const ledger::Entry& entry : entries) said_.push_back(bytes_of(entry));
    }
  }

  // At the instant of an entry, the balance was the one that the last entry of that instant says.
  void check_past(OrganizationId organization, const std::vector<ledger::Entry>& entries) {
    constexpr std::size_t kEvery = 7;
    for (std::size_t i = 0; i < entries.size(); i += kEvery) {
      while (i + 1 < entries.size() && entries[i + 1].at == entries[i].at) ++i;
      const auto past = read_past(organization, entries[i].at);
      EXPECT_EQ(past, (ledger::Balance{entries[i].available, entries[i].held})) << i + 1;
      // Until the next one nothing changes, and just before the first one there was nothing.
      const bool is_last = i + 1 == entries.size();
      const auto before = is_last ? entries[i].at : entries[i + 1].at.plus(-kMoment);
      EXPECT_EQ(read_past(organization, before), past) << i + 1;
    }
    EXPECT_EQ(read_past(organization, entries.front().at.plus(-kMoment)), ledger::Balance());
  }

  ledger::Balance read_past(OrganizationId organization, Instant at) {
    const auto state = await<Result<CurrentState>>(
        [&](auto reply) { read_state_at(open_->store(), organization, at, reply); });
    EXPECT_TRUE(state);
    return state ? state->state.balance : ledger::Balance();
  }

  void say_record(const ledger::Entry& entry) {
    const auto record = await<Result<ledger::Record>>(
        [&](auto reply) { open_->store().read_record(entry.organization, entry.subject, reply); });
    std::string said = "record " + name_of(record);
    if (record) ledger::append_encoded(*record, said);
    said_.push_back(std::move(said));
  }

  ManualClock clock_;
  std::unique_ptr<OpenStore> open_;
  std::mt19937_64 random_;
  std::vector<model::History> histories_;
  std::vector<ledger::Command> answered_;
  std::vector<ledger::Entry> made_;  // what commands led to
  std::vector<std::string> said_;
  std::map<std::string, int> seen_;
};

TEST(History, IsTheSameOnEveryStore) {
  std::vector<StoreKind> kinds = all_store_kinds();
  kinds.push_back(rocksdb_with_small_runs());
  std::vector<std::uint64_t> seeds = {1, 2};
  if (const char* chosen = std::getenv("FARTHING_SEED"))
    seeds = {std::strtoull(chosen, nullptr, 10)};
  std::map<std::string, int> seen;
  for (const std::uint64_t seed : seeds) {
    SCOPED_TRACE("FARTHING_SEED=" + std::to_string(seed));
    Player first(kinds.front(), seed);
    const auto expected = first.play();
    for (const auto& [name, times] : first.seen()) seen[name] += times;
    for (const StoreKind& kind : kinds) {
      const auto said = Player(kind, seed).play();
      const auto [differs, from] = std::ranges::mismatch(said, expected);
      EXPECT_TRUE(differs == said.end() && from == expected.end())
          << kind.name << " says something else at " << differs - said.begin() << " of "
          << said.size() << ": " << to_hex(differs == said.end() ? "" : *differs);
    }
  }
  for (const std::string name :
       {"grant", "void", "charge", "hold", "extend", "capture", "release", "refund", "limit",
        "replay", "idempotency_key_reused", "insufficient_credits", "hold_captured", "hold_expired",
        "hold_released", "charge_fully_refunded", "grant_voided"}) {
    EXPECT_GT(seen[name], 3) << name;
  }
}

}  // namespace
}  // namespace farthing::store::testing

// SPDX-License-Identifier: Apache-2.0
// Random histories against the independent auditor of tests/model. FARTHING_SEED runs one seed, the
// one that a failure has printed.
#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "model/auditor.hpp"
#include "model/history.hpp"
#include "server/ledger/apply.hpp"
#include "server/ledger/decide.hpp"
#include "server/ledger/record_book.hpp"
#include "tests/model/records_for.hpp"

namespace farthing::ledger::decide_property_test {

constexpr int kSteps = 1'000;
constexpr int kRandomSeeds = 4;

std::vector<std::uint64_t> seeds() {
  if (const char* chosen = std::getenv("FARTHING_SEED"))
    return {std::strtoull(chosen, nullptr, 10)};
  std::vector<std::uint64_t> all = {1, 2, 3, 20'261'122};
  std::random_device device;
  for (int i = 0; i < kRandomSeeds; ++i) {
    all.push_back((static_cast<std::uint64_t>(device()) << 32) | device());
  }
  return all;
}

std::string bytes_of(const OrganizationState& state) {
  std::string bytes;
  append_encoded(state, bytes);
  return bytes;
}

// An organization as a store has it.
struct Ledger {
  // Where the command's own entries begin.
  Result<std::size_t> decide(Command command) {
    sweep(command.at);
    const Records found = model::records_for(command, state, records);
    const std::size_t first = booked.size();
    const auto decided = ledger::decide(state, std::move(command), found, booked);
    keep_records(first);
    if (!decided) return decided.error();
    return first;
  }
  void sweep(Instant at) {
    const std::size_t first = booked.size();
    book_due(state, at, booked);
    keep_records(first);
  }
  void keep_records(std::size_t first) {
    for (const Entry& entry : entries().subspan(first)) records.apply(entry);
    const auto past = booked.past_spending();
    for (; past_kept < past.size(); ++past_kept) records.apply(past[past_kept]);
  }
  std::span<const Entry> entries() const { return booked.entries(); }

  OrganizationState state;
  RecordBook records;
  Booked booked;
  std::size_t past_kept = 0;  // so many of what left the state are in the records
};

// One history told in two worlds: in the first the background sweeps at random moments and an
// auditor watches; in the second there are only the commands.
class World {
 public:
  World(std::uint64_t seed, model::Amounts amounts)
      : history_(seed, amounts), auditor_(history_.organization()) {
    audited_.state.organization = unswept_.state.organization = history_.organization();
  }

  void step() {
    leap();
    switch (history_.draw(6)) {
      case 0:
        return sweep(history_.pass_time());
      case 1:
        return replay_one();
      default:
        return decide_one();
    }
  }

  // What holds at the end: the same entries in both worlds, and in a third that only reads them.
  void finish() {
    const Instant end = history_.pass_time();
    sweep(end);
    unswept_.sweep(end);
    ASSERT_EQ(audited_.booked.size(), unswept_.booked.size());
    EXPECT_EQ(bytes_of(audited_.state), bytes_of(unswept_.state)) << "a sweep left a trace";
    OrganizationState read{.organization = history_.organization()};
    RecordBook read_records;
    std::set<std::uint32_t> days;
    for (std::size_t i = 0; i < audited_.booked.size(); ++i) {
      const Entry& entry = audited_.entries()[i];
      ASSERT_EQ(entry.hash, unswept_.entries()[i].hash) << "entry " << i + 1;
      std::string stored;
      append_encoded(entry, canonical_bytes(entry), stored);
      ASSERT_EQ(audited_.booked.stored(i), stored) << "entry " << i + 1;
      for (const PastSpending& past : apply(read, decode_entry(stored).value())) {
        read_records.apply(past);
      }
      read_records.apply(entry);
      days.insert(day_number_of(entry.at));
      // A state may be stored and read after any entry.
      if (i % 16 == 0) read = decode_state(bytes_of(read)).value();
    }
    EXPECT_EQ(bytes_of(read), bytes_of(audited_.state)) << "the journal leads to another state";
    auditor_.audit_records(audited_.records);
    auditor_.audit_records(read_records);
    EXPECT_GT(days.size(), 1U);
  }

  const model::Auditor& auditor() const { return auditor_; }

 private:
  // Now and then into another day, rarely into another month.
  void leap() {
    if (history_.draw(60) == 0) history_.follow(history_.pass_time().plus(std::chrono::hours(9)));
    if (history_.draw(400) == 0) {
      history_.follow(history_.pass_time().plus(std::chrono::days(16)));
    }
  }

  void sweep(Instant at) {
    const std::size_t first = audited_.booked.size();
    audited_.sweep(at);
    auditor_.audit_sweep(at, audited_.entries().subspan(first));
    auditor_.audit_state(audited_.state);
  }

  void decide_one() {
    Command command = history_.next_command(audited_.state.balance);
    if (history_.draw(10) == 0) command.standing = Standing::disabled;
    const std::size_t first = audited_.booked.size();
    const auto decided = audited_.decide(command);
    auditor_.audit(command, {.entries = audited_.entries().subspan(first),
                             .refusal = decided ? nullptr : &decided.error()});
    auditor_.audit_state(audited_.state);
    auditor_.audit_spending(audited_.state, audited_.records, command.at);
    EXPECT_EQ(unswept_.decide(command).has_value(), decided.has_value());
    if (decided) {
      history_.learn(audited_.entries()[*decided]);
      answered_.push_back({*decided, audited_.booked.size() - *decided});
    }
    for (const std::int64_t later_us : {0, 1, 1'000'000, 90'000'000}) {
      const Instant at = command.at.plus(std::chrono::microseconds(later_us));
      auditor_.audit_balance(at, balance_at(audited_.state, at));
    }
  }

  void replay_one() {
    if (answered_.empty()) return;
    const auto [first, size] = answered_[history_.draw(answered_.size())];
    const auto outcome = audited_.entries().subspan(first, size);
    Origin origin = outcome.front().origin;
    if (history_.draw(2) == 0) origin.fingerprint[history_.draw(16)] ^= 1;
    if (history_.draw(4) == 0) origin.erasable.reason += "x";
    const auto checked = check_replay(outcome.front(), origin);
    auditor_.audit_replay(origin, checked ? std::optional(outcome) : std::nullopt);
  }

  struct Answered {
    std::size_t first;
    std::size_t size;
  };

  model::History history_;
  model::Auditor auditor_;
  Ledger audited_;
  Ledger unswept_;
  std::vector<Answered> answered_;
};

// Adds what was seen to `seen`.
void play(std::uint64_t seed, model::Amounts amounts, std::map<std::string, int>& seen) {
  SCOPED_TRACE("FARTHING_SEED=" + std::to_string(seed));
  World world(seed, amounts);
  for (int step = 0; step < kSteps; ++step) {
    world.step();
    ASSERT_TRUE(world.auditor().complaints().empty())
        << "step " << step << ": " << world.auditor().complaints().front();
  }
  world.finish();
  for (const auto& [name, times] : world.auditor().seen()) seen[name] += times;
}

// Sums that come to the largest amount and beyond it are refused or exact, in what is booked and in
// what is read.
TEST(DecideProperty, HistoriesOfExtremeAmountsSatisfyTheAuditor) {
  std::map<std::string, int> seen;
  for (const std::uint64_t seed : seeds()) play(seed, model::Amounts::extreme, seen);
  if (std::getenv("FARTHING_SEED") != nullptr) return;
  for (const std::string name :
       {"grant", "charge", "hold", "capture", "release", "refund", "repay", "limit",
        "debt after charge", "debt after capture", "amount_overflow", "insufficient_credits"}) {
    EXPECT_GT(seen[name], 0) << name;
  }
}

TEST(DecideProperty, HistoriesSatisfyTheAuditor) {
  std::map<std::string, int> seen;
  for (const std::uint64_t seed : seeds()) play(seed, model::Amounts::usual, seen);
  if (std::getenv("FARTHING_SEED") != nullptr) return;
  // The histories are worth nothing if they do not come by everything.
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
                                 "continued capture",
                                 "continued grant",
                                 "continued activate",
                                 "debt after charge",
                                 "debt after capture",
                                 "debt after refund",
                                 "returning lot",
                                 "ended by release",
                                 "ended by refund",
                                 "void while held",
                                 "hold captured",
                                 "hold released",
                                 "hold expired",
                                 "cap of day",
                                 "cap of month",
                                 "cap of total"}) {
    EXPECT_GT(seen[name], 3) << name;
  }
  for (const std::string name :
       {"bad_request", "not_found", "amount_overflow", "insufficient_credits", "grant_voided",
        "grant_expired", "hold_captured", "hold_released", "hold_expired", "capture_exceeds_hold",
        "charge_fully_refunded", "refund_exceeds_charge", "replay", "idempotency_key_reused",
        "organization_disabled"}) {
    EXPECT_GT(seen[name], 10) << name;
  }
}

}  // namespace farthing::ledger::decide_property_test

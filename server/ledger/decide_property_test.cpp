// SPDX-License-Identifier: Apache-2.0
// Random histories against the independent auditor of tests/model. FARTHING_SEED runs one seed, the
// one that a failure has printed.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "server/ledger/apply.hpp"
#include "server/ledger/decide.hpp"
#include "tests/model/auditor.hpp"
#include "tests/model/history.hpp"

namespace farthing::ledger {
namespace {

constexpr int kSteps = 400;
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

// One history told in two worlds: in the first the background sweeps at random moments and an
// auditor watches; in the second there are only the commands.
class World {
 public:
  explicit World(std::uint64_t seed) : history_(seed) {
    audited_.organization = unswept_.organization = history_.organization();
  }

  void step() {
    switch (history_.draw(6)) {
      case 0:
        return sweep();
      case 1:
        return replay_one();
      default:
        return decide_one();
    }
  }

  // What holds at the end: the same entries in both worlds, and in a third that only reads them.
  void finish() {
    const Instant end = history_.pass_time();
    sweep_at(end);
    book_due(unswept_, end, unswept_booked_);
    ASSERT_EQ(booked_.size(), unswept_booked_.size());
    EXPECT_EQ(bytes_of(audited_), bytes_of(unswept_)) << "a sweep left a trace";
    OrganizationState read{.organization = history_.organization()};
    for (std::size_t i = 0; i < booked_.size(); ++i) {
      ASSERT_EQ(entries()[i].hash, unswept_booked_.entries()[i].hash) << "entry " << i + 1;
      std::string stored;
      append_encoded(entries()[i], canonical_bytes(entries()[i]), stored);
      ASSERT_EQ(booked_.stored(i), stored) << "entry " << i + 1;
      apply(read, decode_entry(stored).value());
    }
    EXPECT_EQ(bytes_of(read), bytes_of(audited_)) << "the journal leads to another state";
  }

  const model::Auditor& auditor() const { return auditor_; }

 private:
  std::span<const Entry> entries() const { return booked_.entries(); }
  void sweep() { sweep_at(history_.pass_time()); }

  void sweep_at(Instant at) {
    const std::size_t first = booked_.size();
    book_due(audited_, at, booked_);
    auditor_.audit_sweep(at, entries().subspan(first));
    auditor_.audit_state(audited_);
  }

  void decide_one() {
    const Command command = history_.next_command(audited_.balance);
    const std::size_t first = booked_.size();
    const auto decided = decide(audited_, Command(command), booked_);
    const auto booked = entries().subspan(first);
    auditor_.audit(command, {.entries = booked, .refusal = decided ? nullptr : &decided.error()});
    auditor_.audit_state(audited_);
    const bool is_booked = decide(unswept_, Command(command), unswept_booked_).has_value();
    EXPECT_EQ(is_booked, decided.has_value());
    if (decided) answered_.push_back(booked_.size() - 1);
    for (const std::int64_t later_us : {0, 1, 1'000'000, 90'000'000}) {
      const Instant at = command.at.plus(std::chrono::microseconds(later_us));
      auditor_.audit_balance(at, balance_at(audited_, at));
    }
  }

  void replay_one() {
    if (answered_.empty()) return;
    const Entry& first = entries()[answered_[history_.draw(answered_.size())]];
    Origin origin = first.origin;
    if (history_.draw(2) == 0) origin.fingerprint[history_.draw(16)] ^= 1;
    const auto replayed = replay(first, origin.fingerprint);
    auditor_.audit_replay(origin, replayed ? &*replayed : nullptr);
  }

  model::History history_;
  model::Auditor auditor_;
  OrganizationState audited_;
  OrganizationState unswept_;
  Booked booked_;
  Booked unswept_booked_;
  std::vector<std::size_t> answered_;  // places of the entries that commands led to
};

TEST(DecideProperty, HistoriesSatisfyTheAuditor) {
  std::map<std::string, int> seen;
  for (const std::uint64_t seed : seeds()) {
    SCOPED_TRACE("FARTHING_SEED=" + std::to_string(seed));
    World world(seed);
    for (int step = 0; step < kSteps; ++step) {
      world.step();
      ASSERT_TRUE(world.auditor().complaints().empty())
          << "step " << step << ": " << world.auditor().complaints().front();
    }
    world.finish();
    for (const auto& [name, times] : world.auditor().seen()) seen[name] += times;
  }
  if (std::getenv("FARTHING_SEED") != nullptr) return;
  // The histories are worth nothing if they do not come by everything.
  for (const std::string name :
       {"grant", "activate", "expire", "charge", "bad_request", "amount_overflow",
        "insufficient_credits", "replay", "idempotency_key_reused"}) {
    EXPECT_GT(seen[name], 20) << name;
  }
}

}  // namespace
}  // namespace farthing::ledger

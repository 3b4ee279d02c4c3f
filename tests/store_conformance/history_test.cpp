// SPDX-License-Identifier: Apache-2.0
// The same history gives the same entries on every store, byte for byte, whatever a sweep did
// meanwhile.
#include <chrono>
#include <random>

#include "tests/store_conformance/auditor.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::store::testing {
namespace {

constexpr int kOrganizations = 3;
constexpr int kCommands = 600;

// Plays the history of `seed` on a new store and returns the entries as they are stored.
std::vector<std::string> play(const StoreKind& kind, std::uint32_t seed) {
  ManualClock clock(kStart);
  const auto open = kind.open(clock);
  Store& store = open->store();
  std::vector<OrganizationId> organizations;
  for (int i = 1; i <= kOrganizations; ++i) {
    const OrganizationId id{numbered_id(static_cast<std::uint64_t>(i))};
    EXPECT_TRUE(
        change(store, {.origin = {}, .action = CreateOrganization{{.id = id, .name = "Acme"}}}));
    organizations.push_back(id);
  }

  std::mt19937 random(seed);
  const auto below = [&random](std::uint32_t limit) { return random() % limit; };
  for (std::uint64_t i = 0; i < kCommands; ++i) {
    clock.advance(std::chrono::milliseconds(below(2'000)));
    const OrganizationId organization = organizations[below(kOrganizations)];
    const std::string key = std::to_string(below(kCommands));
    const std::string amount = std::to_string(1 + below(50)) + ".5";
    if (below(3) == 0) {
      ledger::GrantTerms terms{.priority = static_cast<std::int32_t>(below(3))};
      if (below(2) == 0) terms.effective_at = clock.now().plus(std::chrono::seconds(below(60)));
      if (below(2) == 0) {
        terms.expires_at = clock.now().plus(std::chrono::seconds(61 + below(120)));
      }
      ledger::Command command = grant(organization, key, amount, terms);
      (void)settle(store, command);
    } else {
      ledger::Command command = charge(organization, key, amount);
      (void)settle(store, command);
    }
  }
  // Books what is still due, so that all stores stand at the same point.
  clock.advance(std::chrono::hours(1));
  std::vector<std::string> encoded;
  for (const OrganizationId organization : organizations) {
    (void)settle(store, charge(organization, "last", "1000000"));
    const auto entries = open->entries_of(organization);
    EXPECT_EQ(audit(entries), "") << "seed " << seed;
    for (const ledger::Entry& entry : entries) {
      ledger::append_encoded(entry, ledger::canonical_bytes(entry), encoded.emplace_back());
    }
  }
  return encoded;
}

TEST(History, IsTheSameOnEveryStore) {
  for (const std::uint32_t seed : {1U, 2U, 3U}) {
    const auto expected = play(all_store_kinds().front(), seed);
    EXPECT_GT(expected.size(), 300U);
    for (const StoreKind& kind : all_store_kinds()) {
      EXPECT_EQ(play(kind, seed), expected) << kind.name << ", seed " << seed;
    }
  }
}

}  // namespace
}  // namespace farthing::store::testing

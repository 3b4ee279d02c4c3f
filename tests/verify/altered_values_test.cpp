// SPDX-License-Identifier: Apache-2.0
// Whatever is altered in a value that a store has derived from its entries, the audit names it.
#include "tests/verify/altered_values.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/await.hpp"
#include "base/check.hpp"
#include "base/digest.hpp"
#include "offline/inspect/derived_checks.hpp"
#include "offline/inspect/directory_inspection.hpp"
#include "offline/inspect/store_inspection.hpp"
#include "server/store/embedded/rocksdb_store.hpp"
#include "server/store/embedded/tables/derived_keys.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"
#include "tests/verify/tampering.hpp"

namespace farthing::inspect::altered_values_test {

using store::testing::charge;
using store::testing::credits;
using store::testing::grant;
using store::testing::kStart;
using store::testing::make_organization;
using store::testing::settle;

const ApiKeyId kCaller{Id128{.bytes = {1}}};
constexpr std::chrono::hours kDay{24};

// Returns what `Decode` reads and `append_encoded` writes again.
template <auto Decode>
std::optional<std::string> rewritten(std::string_view stored) {
  const auto value = Decode(stored);
  if (!value) return {};
  std::string bytes;
  append_encoded(*value, bytes);
  return bytes;
}

// Takes away what nothing proves: no act tells of it (docs/reference/proof.md).
struct WithoutUnproven {
  // An id has its time in milliseconds; the operator's, and those that tests number, have none.
  static Instant proven(const Id128& id, Instant created_at) {
    const bool has_time = !id.as_bytes().starts_with(std::string_view("\0\0\0\0\0\0", 6));
    return Instant::from_us(has_time ? created_at.us() / 1000 * 1000 : 0);
  }

  directory::DirectoryRecord operator()(directory::User user) const {
    user.created_at = proven(user.id.value, user.created_at);
    return user;
  }
  directory::DirectoryRecord operator()(directory::Organization organization) const {
    organization.created_at = proven(organization.id.value, organization.created_at);
    return organization;
  }
  directory::DirectoryRecord operator()(directory::ApiKey key) const {
    key.created_at = proven(key.id.value, key.created_at);
    key.is_secret_used = false;
    return key;
  }
  directory::DirectoryRecord operator()(directory::KeyUse use) const {
    use.at = {};
    return use;
  }
  directory::DirectoryRecord operator()(const directory::DirectoryReceipt& receipt) const {
    directory::DirectoryReceipt proven{
        .actor = receipt.actor, .idempotency_key = receipt.idempotency_key, .record = {}};
    if (receipt.record)
      std::visit([&](auto record) { proven.record = answer(record); }, *receipt.record);
    return proven;
  }
  directory::DirectoryRecord operator()(const auto& record) const { return record; }

  // Of an answer it is proven that the record had each value at some time. These had others, too.
  static directory::User answer(directory::User user) {
    user.created_at = proven(user.id.value, user.created_at);
    user.default_organization.reset();
    user.disabled_at.reset();
    user.erased_at.reset();
    return user;
  }
  static directory::Organization answer(directory::Organization organization) {
    organization.created_at = proven(organization.id.value, organization.created_at);
    organization.disabled_at.reset();
    return organization;
  }
  static directory::ApiKey answer(directory::ApiKey key) {
    key.created_at = proven(key.id.value, key.created_at);
    key.revoked_at.reset();
    key.is_secret_used = false;
    return key;
  }
  static directory::Member answer(directory::Member member) {
    member.is_default = false;
    member.membership.role = directory::Role::MEMBER;
    return member;
  }
};

std::optional<std::string> rewritten_record(std::string_view stored) {
  const auto record = directory::decode_directory_record(stored);
  if (!record) return {};
  std::string bytes;
  append_encoded(std::visit(WithoutUnproven(), *record), bytes);
  return bytes;
}

// A store in which every field of a derived value has a value and every list an element. Two
// organizations, because nothing is spendable where something is owed.
class AlteredValues : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto store = open();
    store_ = store.get();
    rich_ = make_organization(*store);
    // Their ids follow each other. One between them keeps an altered id from being the other's.
    (void)make_organization(*store);
    owing_ = make_organization(*store);
    // What is spent on the first two days leaves the state.
    act_grant(rich_, "first", {.expires_at = kStart.plus(10 * kDay), .priority = 1});
    act_grant(owing_, "first", {});
    for (int day = 0; day < 2; ++day) {
      for (const OrganizationId each : {rich_, owing_}) {
        act(each, "on day " + std::to_string(day), ledger::CreateCharge{.amount = credits("0.25")},
            kCaller);
      }
      clock_.advance(kDay);
    }
    fill_rich();
    fill_owing();
    fill_directory();
    store_ = nullptr;
  }

  // Lots that never end and that do, to come, held, and voided while something is held; a charge
  // with refunds, a hold that was extended, captured and released.
  void fill_rich() {
    act(rich_, "h1", hold("1"));
    const Id128 released = act(rich_, "h2", hold("0.5"), kCaller);
    act(rich_, "extend", ledger::ExtendHold{.hold = released, .ttl = std::chrono::hours(3)});
    act(rich_, "capture",
        ledger::CaptureHold{.hold = released, .amount = credits("0.125"), .is_final = false});
    act(rich_, "release", ledger::ReleaseHold{.hold = released});
    const Id128 charged = act(rich_, "c", ledger::CreateCharge{.amount = credits("2")}, kCaller);
    act(rich_, "r1", ledger::RefundCharge{.charge = charged, .amount = credits("0.5")});
    act(rich_, "r2", ledger::RefundCharge{.charge = charged, .amount = credits("0.25")});
    const Id128 voided = act_grant(rich_, "void", {.amount = credits("1.5"), .priority = 0});
    act(rich_, "of both", hold("2"), kCaller);
    act(rich_, "v", ledger::VoidGrant{.grant = voided});
    act_grant(rich_, "second", {.priority = 2});
    act_grant(rich_, "third", {.expires_at = kStart.plus(11 * kDay), .priority = 3});
    act_grant(rich_, "to come", {.effective_at = kStart.plus(6 * kDay)});
    act_grant(rich_, "to come too",
              {.effective_at = kStart.plus(7 * kDay), .expires_at = kStart.plus(8 * kDay)});
  }

  void fill_owing() {
    act(owing_, "limit", ledger::SetOverdraftLimit{.limit = credits("20")});
    act(owing_, "h", hold("1"), kCaller);
    const Id128 charged = act(owing_, "c1", ledger::CreateCharge{.amount = credits("15")});
    act(owing_, "c2", ledger::CreateCharge{.amount = credits("2")}, kCaller);
    act(owing_, "refund", ledger::RefundCharge{.charge = charged, .amount = credits("1")});
    act_grant(owing_, "repays", {.amount = credits("1")});
  }

  // Users, organizations, members and keys with a value in every field, made and changed by acts.
  void fill_directory() {
    admin_ = store::testing::make_admin_key(*store_, "admin");
    const Instant now = clock_.now();
    const UserId ada = UserId::make(now);
    ask(directory::CreateUser{{.id = ada,
                               .email = "Ada@example.com",
                               .name = "Ada",
                               .profile_picture = "https://example.com/ada.png",
                               .default_organization = {},
                               .created_at = now}});
    const OrganizationId disabled = OrganizationId::make(now);
    ask(directory::CreateOrganization{{.id = disabled, .name = "Disabled", .created_at = now}});
    ask(directory::SetOrganizationStanding{disabled, directory::Standing::disabled});
    for (const OrganizationId each : {rich_, owing_, disabled}) {
      ask(directory::PutMembership{{.organization = each, .user = ada}});
    }
    ask(directory::RemoveMembership{.organization = owing_, .user = ada});
    ask(directory::SetUserStanding{ada, directory::Standing::disabled});
    directory::ApiKey key = store::testing::make_api_key(ada, "one");
    key.id = ApiKeyId::make(now);
    key.created_at = now;
    key.expires_at = now.plus(kDay);
    key.allowed_networks = {*IpNetwork::parse("192.0.2.0/24"), *IpNetwork::parse("2001:db8::/32")};
    key.rate_limit = directory::RateLimit{.requests = 7, .per_s = 3};
    key.spend_caps = {.day = credits("1"), .month = credits("2"), .total = credits("3")};
    ask(directory::CreateApiKey{key});
    ask(directory::RotateApiKey{.key = key.id,
                                .secret_digest = sha256("one again"),
                                .hint = "sk-5678...efgh",
                                .overlap = std::chrono::hours(1)});
    directory::ApiKey revoked = store::testing::make_api_key(ada, "two");
    revoked.id = ApiKeyId::make(now);
    revoked.created_at = now;
    ask(directory::CreateApiKey{revoked});
    ask(directory::RevokeApiKey{revoked.id});
    CHECK(await<Result<Done>>(
        [&](auto reply) { store_->note_key_uses({{.key = key.id, .at = now}}, reply); }));
    // One who was made by this log and erased, with a key that ended so and one that was revoked.
    const UserId bob = UserId::make(now);
    ask(directory::CreateUser{{.id = bob,
                               .email = "Bob@example.com",
                               .name = "Bob",
                               .profile_picture = {},
                               .default_organization = {},
                               .created_at = now}});
    directory::ApiKey bobs = store::testing::make_api_key(bob, "three");
    bobs.id = ApiKeyId::make(now);
    bobs.created_at = now;
    ask(directory::CreateApiKey{bobs});
    ask(directory::EraseUser{bob});
    // The last act is one of the directory, so that the log cannot end before it.
    ask(directory::RenameOrganization{.organization = disabled, .name = "Closed"});
  }
  void ask(directory::DirectoryAction action) {
    const std::string key = "act " + std::to_string(++acts_);
    const auto changed = store::testing::change(
        *store_,
        {.origin = store::testing::asked_by(admin_, "admin", key, 1), .action = std::move(action)});
    CHECK(changed);
    clock_.advance(std::chrono::seconds(1));
  }

  static ledger::PlaceHold hold(std::string_view amount) {
    return {.amount = credits(amount), .ttl = std::chrono::hours(2)};
  }

  // Returns the id of what the entry is about.
  Id128 act(OrganizationId organization, std::string key, ledger::Action action,
            std::optional<ApiKeyId> caller = {}) {
    ledger::Command command = charge(organization, std::move(key), "1");
    command.action = std::move(action);
    command.origin.caller_key = caller;
    const auto outcome = settle(*store_, command);
    CHECK(outcome);
    clock_.advance(std::chrono::seconds(1));
    return outcome->entry.subject;
  }
  Id128 act_grant(OrganizationId organization, std::string key, ledger::GrantTerms terms) {
    if (terms.amount.is_zero()) terms.amount = credits("10");
    if (terms.effective_at < clock_.now()) terms.effective_at = clock_.now();
    const auto outcome =
        settle(*store_, grant(organization, std::move(key), terms.amount.to_string(), terms));
    CHECK(outcome);
    clock_.advance(std::chrono::seconds(1));
    return outcome->entry.subject;
  }

  // Closing it derives all that it has.
  std::unique_ptr<store::embedded::RocksdbStore> open() const {
    return store::embedded::RocksdbStore::open(
               {.directory = path(), .clock = &clock_, .snapshot_entries = 4})
        .value();
  }
  std::filesystem::path path() const { return directory_.path() / "data"; }
  std::string audit() const {
    const auto report = inspect_store(path());
    if (!report) return report.error().message;
    return report->deviation ? report->deviation->to_string() : "";
  }

  // Expects that `check` finds nothing wrong with what is stored, and something with whatever it
  // can be altered to.
  template <class Check>
  void expect_named(const std::string& what, const std::string& stored, const Rewrite& rewrite,
                    Check check) {
    SCOPED_TRACE(what);
    const auto right = check(stored);
    ASSERT_FALSE(right) << right->what << ": " << right->expected << ", " << right->found;
    const auto alterations = alterations_of(stored, rewrite);
    EXPECT_GT(3 * alterations.size(), stored.size());
    int unnamed = 0;
    for (const Alteration& each : alterations) {
      if (check(each.bytes)) continue;
      ADD_FAILURE() << each.how << " of " << stored.size() << " passes";
      if (++unnamed == 10) return;
    }
  }

  store::testing::TemporaryDirectory directory_;
  ManualClock clock_{kStart};
  store::Store* store_ = nullptr;
  OrganizationId rich_;
  OrganizationId owing_;
  directory::ApiKey admin_;
  int acts_ = 0;
};

TEST_F(AlteredValues, EveryFieldOfAStateAndOfRecordsIsHeldAgainstTheEntries) {
  ASSERT_EQ(audit(), "");
  Tampering tampering(path());
  for (const OrganizationId organization : {rich_, owing_}) {
    verify::Spool spool;
    verify::LedgerVerifier verifier(organization, spool);
    const auto of_this = [&](const std::string& key) {
      return key.starts_with(organization.value.as_bytes());
    };
    for (const auto& [key, stored] : tampering.all("entries")) {
      if (of_this(key)) {
        ASSERT_FALSE(verifier.next(*verify::decode_stored(stored)));
      }
    }
    const std::string state = tampering.get("states", std::string(organization.value.as_bytes()));
    const auto state_now = *ledger::decode_state(state);
    expect_named("state", state, rewritten<ledger::decode_state>, [&](std::string_view bytes) {
      return check_state(*ledger::decode_state(bytes), verifier, Making::told);
    });
    for (const auto& [key, stored] : tampering.all("records")) {
      if (!of_this(key)) continue;
      const Id128 id = Id128::from_bytes(std::string_view(key).substr(16));
      expect_named("record of " + std::to_string(verify::maker_of(id)), stored,
                   rewritten<ledger::decode_record>, [&](std::string_view bytes) {
                     return check_record(id, *ledger::decode_record(bytes), verifier.movements(),
                                         Making::told);
                   });
    }
    for (const auto& [key, stored] : tampering.all("spending")) {
      if (!of_this(key)) continue;
      const Id128 caller = Id128::from_bytes(std::string_view(key).substr(16));
      expect_named("record of a caller's key", stored, rewritten<ledger::decode_spending_record>,
                   [&](std::string_view bytes) {
                     return check_spending_records(
                         {{caller, *ledger::decode_spending_record(bytes)}}, state_now,
                         verifier.movements());
                   });
    }
  }
}

TEST_F(AlteredValues, EveryFieldOfTheDirectoryIsHeldAgainstTheAuditLog) {
  Tampering tampering(path());
  verify::ActReplay replay;
  for (const auto& [key, stored] : tampering.all("audit")) {
    const auto act = *verify::decode_stored_act(stored);
    const auto wrong = replay.next(act);
    ASSERT_FALSE(wrong) << act.number << " " << wrong->what << ": " << wrong->expected << ", "
                        << wrong->found;
  }
  const auto stored_pairs = tampering.all("directory");
  for (const auto& [altered_key, altered] : stored_pairs) {
    const auto check = [&](std::string_view bytes) -> verify::Check {
      DirectoryInspection inspection(replay);
      for (const auto& [key, stored] : stored_pairs) {
        const auto record =
            *directory::decode_directory_record(key == altered_key ? bytes : stored);
        if (directory::directory_key(record) != key) return verify::Finding{.what = "its key"};
        if (const auto wrong = inspection.take(record)) return verify::Finding{wrong->what};
      }
      const auto wrong = inspection.finish();
      return wrong ? verify::Check(verify::Finding{wrong->what}) : verify::Check();
    };
    expect_named("kind " + std::to_string(altered_key.front()), altered, rewritten_record, check);
  }
}

// What an alteration of a pair is: of the value, of the key, or its removal.
enum class Alter : std::uint8_t { value, key, removal };

// What no audit of a store names, because the store is as good without it or nothing tells of it.
bool is_unproven(const std::string& family, const std::string& key, const std::string& value,
                 Alter alter) {
  // How far the database reaches into the journal: what is between them is verified as one.
  if (family == "default") return true;
  // The state of a past instant is computed from an earlier snapshot, or from the entries.
  if (family == "snapshots") return alter == Alter::removal;
  if (family != "directory" || alter != Alter::removal) return false;
  // Receipts and uses of keys are no acts.
  constexpr char kReceipt = 5;
  constexpr char kKeyUse = 10;
  // Without the mark of its end there is no membership either. The kind stands behind the version.
  constexpr char kEndOfMembership = 7;
  return key.front() == kReceipt || key.front() == kKeyUse || value.at(1) == kEndOfMembership;
}

// Returns a few altered values, spread over all that there are.
std::vector<std::string> some_alterations(const std::string& family, const std::string& value) {
  static const std::map<std::string, Rewrite> kRewrites = {
      {"states", rewritten<ledger::decode_state>},
      {"snapshots", rewritten<ledger::decode_state>},
      {"records", rewritten<ledger::decode_record>},
      {"spending", rewritten<ledger::decode_spending_record>},
      {"directory", rewritten_record}};
  std::vector<std::string> some;
  const auto rewrite = kRewrites.find(family);
  if (rewrite != kRewrites.end()) {
    const auto all = alterations_of(value, rewrite->second);
    for (std::size_t i = 0; i < all.size(); i += all.size() / 3 + 1) some.push_back(all[i].bytes);
    return some;
  }
  for (std::size_t i = 0; i < value.size(); i += value.size() / 3 + 1) {
    some.push_back(value);
    some.back()[i] = static_cast<char>(some.back()[i] ^ 1);
  }
  return some;
}

// Of every family of the database: one that is new is altered too.
TEST_F(AlteredValues, WhateverTheDatabaseHoldsIsLookedAt) {
  ASSERT_EQ(audit(), "");
  Tampering tampering(path());
  for (const std::string& family : tampering.families()) {
    SCOPED_TRACE(family);
    for (const auto& [key, value] : tampering.all(family)) {
      const auto expect_found = [&, &key = key](Alter alter, const std::string& how) {
        if (is_unproven(family, key, value, alter)) return;
        EXPECT_NE(audit(), "") << how << " of " << to_hex(key);
      };
      for (const std::string& altered : some_alterations(family, value)) {
        tampering.put(family, key, altered);
        expect_found(Alter::value, "the value " + to_hex(altered));
      }
      tampering.remove(family, key);
      expect_found(Alter::removal, "the removal");
      std::string other = key;
      other.back() = static_cast<char>(other.back() ^ 1);
      const auto pairs = tampering.all(family);
      if (!pairs.contains(other)) {
        tampering.put(family, other, value);
        expect_found(Alter::key, "the key");
        tampering.remove(family, other);
      }
      tampering.put(family, key, value);
    }
  }
  EXPECT_EQ(audit(), "");
}

}  // namespace farthing::inspect::altered_values_test

// SPDX-License-Identifier: Apache-2.0
// A person who is erased: what nobody reads, repeats or guesses any more, and what goes on.
#include <algorithm>
#include <array>
#include <chrono>
#include <future>

#include "base/await.hpp"
#include "base/bytes.hpp"
#include "server/directory/directory.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::store::testing::erasure_test {

using directory::EraseUser;
using directory::Standing;

constexpr std::string_view kMail = "Ada.Lovelace@example.com";
constexpr std::string_view kName = "Augusta Ada King";
constexpr std::string_view kPicture = "https://example.com/lovelace.png";

std::string framed(std::string_view text) {
  std::string bytes;
  ByteWriter(bytes).text(text);
  return bytes;
}

std::string bytes_of(const Digest& digest) { return std::string(as_bytes(digest)); }

// What somebody looks for who has a list of names and addresses: the texts themselves, and their
// digests without salt, or with the one that stands where there is none.
std::vector<std::string> guesses() {
  std::vector<std::string> guesses;
  constexpr std::size_t kFingerprint = 16;
  const std::vector<std::pair<std::string, std::string_view>> values = {
      {"email", kMail}, {"name", kName}, {"profile_picture", kPicture}};
  for (const auto& [field, value] : values) {
    for (const std::string& text : {std::string(value), directory::fold_email(value)}) {
      guesses.push_back(text);
      const std::string pair = framed(field) + framed(text);
      for (const std::string& hashed : {text, framed(text), field + text, pair}) {
        guesses.push_back(bytes_of(sha256(hashed)).substr(0, kFingerprint));
        guesses.push_back(bytes_of(sha256(std::string(16, '\0') + hashed)).substr(0, kFingerprint));
      }
    }
  }
  return guesses;
}

// Returns the first guess that the bytes hold, as they are or in hex; empty if none.
std::string find_guess(const std::string& bytes) {
  for (const std::string& guess : guesses()) {
    if (bytes.find(guess) != std::string::npos || bytes.find(to_hex(guess)) != std::string::npos) {
      return to_hex(guess);
    }
  }
  return {};
}

// Takes every 16 bytes for a salt. Returns whether some give a digest that the bytes hold.
bool is_salted_guess_found(const std::string& bytes) {
  constexpr std::size_t kSalt = 16;
  const std::string mail = framed("email") + framed(kMail);
  const std::string name = framed("name") + framed(kName);
  for (std::size_t at = 0; at + kSalt <= bytes.size(); ++at) {
    const std::string_view salt = std::string_view(bytes).substr(at, kSalt);
    for (const std::string& guess : {mail, name}) {
      if (bytes.find(as_bytes(sha256({salt, guess}))) != std::string::npos) return true;
    }
  }
  return false;
}

class ErasureOf : public StoreTest {
 protected:
  void SetUp() override {
    ask("create", directory::CreateUser{{.id = ada_,
                                         .email = std::string(kMail),
                                         .name = std::string(kName),
                                         .profile_picture = std::string(kPicture),
                                         .default_organization = {},
                                         .created_at = kStart}});
    ask("join", join_by_mail(organization_));
    ask("join other", join_by_mail(other_));
    ask("role", directory::PutMembership{{organization_, ada_, directory::Role::OWNER}});
    ask("leave", directory::RemoveMembership{other_, ada_});
    ask("disable", directory::SetUserStanding{ada_, Standing::disabled});
    ask("enable", directory::SetUserStanding{ada_, Standing::enabled});
    ask("key", directory::CreateApiKey{key_});
    ask("revoked key", directory::CreateApiKey{revoked_});
    ask("revoke", directory::RevokeApiKey{revoked_.id});
  }

  directory::DirectoryCommand under_key(std::string key, directory::DirectoryAction action) const {
    // The digest of a request that names the address gives it away.
    const bool names_address = key == "create" || key.starts_with("join");
    const Digest request = sha256(names_address ? kMail : std::string_view(key));
    directory::DirectoryOrigin origin = asked_by(admin_, "admin", std::move(key));
    std::copy_n(request.begin(), origin.fingerprint.size(), origin.fingerprint.begin());
    return {.origin = std::move(origin), .action = std::move(action)};
  }
  void ask(std::string key, directory::DirectoryAction action) {
    ASSERT_TRUE(change(store(), under_key(std::move(key), std::move(action))));
    clock_.advance(std::chrono::seconds(1));
  }
  static directory::AddMembership join_by_mail(OrganizationId organization) {
    return {.organization = organization, .user = {}, .email = std::string(kMail)};
  }
  // Returns the name of the refusal and its field.
  std::string refusal_of(directory::DirectoryAction action) {
    const auto refused = change(store(), {.action = std::move(action)});
    return refused ? "ok" : name_of(refused) + " " + refused.error().field;
  }
  std::string refusal_to_repeat(std::string key, directory::DirectoryAction action) {
    const auto refused = change(store(), under_key(std::move(key), std::move(action)));
    return refused ? "ok" : name_of(refused) + " " + refused.error().field;
  }

  Store& store() { return open_->store(); }
  directory::User read_user(UserId id) {
    return await<Result<directory::User>>([&](auto reply) { store().read_user(id, reply); })
        .value();
  }
  directory::ApiKey read_key(ApiKeyId id) {
    return await<Result<directory::ApiKey>>([&](auto reply) { store().read_api_key(id, reply); })
        .value();
  }
  std::vector<directory::AuditRecord> read_log() {
    auto page = await<Result<Page<directory::AuditRecord>>>(
        [&](auto reply) { store().list_audit_log({}, {.after = {}, .limit = 1'000}, reply); });
    EXPECT_TRUE(page && !page->has_more);
    return page->records;
  }
  std::string log_bytes() {
    std::string bytes;
    for (const directory::AuditRecord& record : read_log()) append_encoded(record, bytes);
    return bytes;
  }

  void expect_erased() {
    const directory::User user = read_user(ada_);
    EXPECT_FALSE(user.email || user.name || user.profile_picture);
    EXPECT_EQ(user.erased_at, erased_at_);
    EXPECT_EQ(user.disabled_at, erased_at_);
    EXPECT_EQ(read_key(key_.id).revoked_at, erased_at_);
    EXPECT_LT(read_key(revoked_.id).revoked_at, erased_at_);
    const auto members = await<Result<Page<directory::Member>>>(
        [&](auto reply) { store().list_members(organization_, {}, reply); });
    ASSERT_TRUE(members && members->records.size() == 1);
    EXPECT_EQ(members->records[0].membership.role, directory::Role::OWNER);
    EXPECT_FALSE(members->records[0].email);
    const auto users = await<Result<Page<directory::User>>>(
        [&](auto reply) { store().list_users({.after = {}, .limit = 1'000}, reply); });
    ASSERT_TRUE(users);
    EXPECT_TRUE(std::ranges::none_of(users->records, [](const directory::User& each) {
      return each.email == std::string(kMail);
    }));
    const auto principal = await<Result<std::optional<directory::Principal>>>(
        [&](auto reply) { store().find_principal(sha256("adas"), reply); });
    ASSERT_TRUE(principal && *principal);
    EXPECT_TRUE((*principal)->account->user.disabled_at);
    EXPECT_FALSE((*principal)->account->user.email);
    expect_log();
    EXPECT_EQ(find_guess(log_bytes()), "");
    EXPECT_FALSE(is_salted_guess_found(log_bytes()));
    EXPECT_EQ(find_guess_in_store(), "");
  }
  // Returns a guess that is found in what is stored after the time in which it has to go.
  std::string find_guess_in_store() {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    for (;;) {
      std::string guess = find_guess(open_->stored_bytes());
      if (guess.empty() || std::chrono::steady_clock::now() > until) return guess;
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
  }

  // One chain, in which acts about the user have no text.
  void expect_log() {
    directory::AuditHead head;
    std::size_t about = 0;
    for (const directory::AuditRecord& record : read_log()) {
      EXPECT_EQ(record.number, head.number + 1);
      EXPECT_EQ(directory::hash_after(head.hash, record), record.hash) << record.number;
      head = directory::head_after(record);
      if (!tells_of_person(record, ada_)) continue;
      ++about;
      EXPECT_FALSE(has_personal_texts(record)) << record.number;
    }
    EXPECT_EQ(about, 4U) << "made, disabled, enabled, erased";
  }

  void erase() {
    const auto erased = change(store(), under_key("erase", EraseUser{ada_}));
    ASSERT_TRUE(erased);
    erased_at_ = clock_.now();
    const auto& user = std::get<directory::User>(erased->record);
    EXPECT_FALSE(user.email || user.name || user.profile_picture);
    EXPECT_EQ(user.erased_at, erased_at_);
    clock_.advance(std::chrono::seconds(1));
  }

  const directory::ApiKey admin_ = make_admin_key(store_, "admin");
  const OrganizationId organization_ = make_organization(store_);
  const OrganizationId other_ = make_organization(store_);
  const UserId ada_{numbered_id(77)};
  const directory::ApiKey key_ = make_api_key(ada_, "adas");
  const directory::ApiKey revoked_ = make_api_key(ada_, "adas old one");
  Instant erased_at_;
};

TEST_P(ErasureOf, NothingThatStaysTellsOfThePerson) {
  ASSERT_EQ(find_guess(log_bytes()), to_hex(std::string(kMail)));
  ASSERT_TRUE(is_salted_guess_found(log_bytes())) << "what is there is found";
  erase();
  expect_erased();
  open_->reopen();
  expect_erased();
}

TEST_P(ErasureOf, TheActNamesWhatIsGone) {
  erase();
  const directory::AuditRecord act = read_log().back();
  EXPECT_EQ(act.act.kind, "user.erase");
  EXPECT_EQ(act.act.target, ada_.to_string());
  std::vector<std::string> told;
  for (const directory::ActChange& change : act.act.changes) {
    told.push_back(change.field + " " + change.before.value_or("-") + " " +
                   change.after.value_or("-"));
  }
  const std::string at = erased_at_.to_string();
  EXPECT_EQ(told, (std::vector<std::string>{"email - -", "name - -", "profile_picture - -",
                                            "disabled_at - " + at, "erased_at - " + at,
                                            "api_key " + key_.id.to_string() + " -"}));
  const auto of_key = await<Result<Page<directory::AuditRecord>>>(
      [&](auto reply) { store().list_audit_log({.target = key_.id.to_string()}, {}, reply); });
  ASSERT_TRUE(of_key && of_key->records.size() == 2) << "the key was made, and ended";
  EXPECT_EQ(of_key->records[1].act.kind, "user.erase");
}

TEST_P(ErasureOf, ARequestThatWasAnsweredWithThePersonIsRepeatedByNobody) {
  erase();
  for (int i = 0; i < 2; ++i) {
    const std::string conflict = "conflict Idempotency-Key";
    const directory::User ada{.id = ada_, .email = std::string(kMail)};
    EXPECT_EQ(refusal_to_repeat("create", directory::CreateUser{ada}), conflict);
    EXPECT_EQ(refusal_to_repeat("join", join_by_mail(organization_)), conflict);
    EXPECT_EQ(refusal_to_repeat("leave", directory::RemoveMembership{other_, ada_}), conflict);
    // Whatever it asks for: nobody knows what the key stood for.
    EXPECT_EQ(refusal_to_repeat("role", directory::RenameOrganization{organization_, "New"}),
              conflict);
    EXPECT_EQ(refusal_to_repeat("key", directory::CreateApiKey{make_api_key(ada_, "again")}),
              conflict);
    open_->reopen();
  }
}

TEST_P(ErasureOf, WhoeverAsksAgainMeanwhileWaitsForItToo) {
  std::promise<bool> first;
  store().change(under_key("erase", EraseUser{ada_}),
                 [&first](Result<directory::DirectoryOutcome> erased) {
                   first.set_value(erased.has_value());
                 });
  // With a key of its own, and with the same, as after a lost answer.
  for (const char* key : {"erase again", "erase"}) {
    const auto again = change(store(), under_key(key, EraseUser{ada_}));
    ASSERT_TRUE(again);
    EXPECT_TRUE(std::get<directory::User>(again->record).erased_at);
    EXPECT_EQ(find_guess(log_bytes()), "") << key;
  }
  EXPECT_TRUE(first.get_future().get());
}

TEST_P(ErasureOf, RepeatingItChangesNothingAndLeavesNoTrace) {
  erase();
  const std::size_t acts = read_log().size();
  const auto again = change(store(), under_key("erase", EraseUser{ada_}));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->is_replayed);
  for (const std::string key : {"", "another", "another"}) {
    const auto anew = change(store(), under_key(key, EraseUser{ada_}));
    ASSERT_TRUE(anew);
    EXPECT_FALSE(anew->is_replayed) << "there is no receipt of it";
    EXPECT_EQ(std::get<directory::User>(anew->record).erased_at, erased_at_);
  }
  EXPECT_EQ(read_log().size(), acts);
}

TEST_P(ErasureOf, AnErasedUserGetsNothingAndMayBeRemoved) {
  erase();
  const std::string conflict = "conflict user";
  EXPECT_EQ(refusal_of(directory::SetUserStanding{ada_, Standing::enabled}), conflict);
  EXPECT_EQ(refusal_of(directory::SetUserStanding{ada_, Standing::disabled}), "ok");
  EXPECT_EQ(refusal_of(directory::CreateApiKey{make_api_key(ada_, "another")}), conflict);
  EXPECT_EQ(refusal_of(directory::AddMembership{.organization = other_, .user = ada_, .email = {}}),
            conflict);
  EXPECT_EQ(refusal_of(join_by_mail(other_)), "not_found email");
  EXPECT_EQ(refusal_of(directory::PutMembership{{other_, ada_}}), conflict);
  EXPECT_EQ(refusal_of(directory::PutMembership{{organization_, ada_, directory::Role::OWNER}}),
            conflict);
  EXPECT_EQ(refusal_of(directory::RotateApiKey{.key = key_.id, .secret_digest = sha256("x")}),
            "conflict api_key");
  const UserId grace = make_user(store(), "grace@example.com");
  EXPECT_TRUE(join(store(), organization_, grace, directory::Role::OWNER));
  EXPECT_EQ(refusal_of(directory::RemoveMembership{organization_, ada_}), "ok");
  EXPECT_EQ(read_user(ada_).email, std::nullopt);
}

TEST_P(ErasureOf, TheAddressIsFreeAtOnceAndForManyWithoutOne) {
  erase();
  const UserId next = make_user(store(), std::string(kMail));
  EXPECT_TRUE(change(store(), {.action = join_by_mail(other_)}));
  const auto members = await<Result<Page<directory::Member>>>(
      [&](auto reply) { store().list_members(other_, {}, reply); });
  ASSERT_TRUE(members && members->records.size() == 1);
  EXPECT_EQ(members->records[0].membership.user, next);
  EXPECT_EQ(members->records[0].email, kMail);
  EXPECT_TRUE(change(store(), {.action = EraseUser{next}})) << "two users have no address";
  open_->reopen();
  EXPECT_FALSE(read_user(next).email);
  EXPECT_TRUE(change(store(), {.action = directory::CreateUser{
                                   {.id = {numbered_id(78)}, .email = std::string(kMail)}}}));
}

TEST_P(ErasureOf, IsRefusedForNobodyAndTheLastAdmin) {
  EXPECT_EQ(refusal_of(EraseUser{{numbered_id(1)}}), "not_found user");
  EXPECT_EQ(refusal_of(EraseUser{admin_.user}), "last_admin ");
  EXPECT_TRUE(read_user(admin_.user).email);
  make_admin_key(store(), "second");
  EXPECT_EQ(refusal_of(EraseUser{admin_.user}), "ok");
  EXPECT_TRUE(read_key(admin_.id).revoked_at);
}

TEST_P(ErasureOf, AUserWhoIsDisabledStaysSoSinceThen) {
  const Instant disabled_at = clock_.now();
  ASSERT_TRUE(change(store(), {.action = directory::SetUserStanding{ada_, Standing::disabled}}));
  clock_.advance(std::chrono::seconds(5));
  erase();
  EXPECT_EQ(read_user(ada_).disabled_at, disabled_at);
  EXPECT_EQ(read_user(ada_).erased_at, erased_at_);
}

INSTANTIATE_TEST_SUITE_P(Stores, ErasureOf, ::testing::ValuesIn(all_store_kinds()), name_of_kind);
INSTANTIATE_TEST_SUITE_P(SmallRuns, ErasureOf, ::testing::Values(rocksdb_with_small_runs()),
                         name_of_kind);

}  // namespace farthing::store::testing::erasure_test

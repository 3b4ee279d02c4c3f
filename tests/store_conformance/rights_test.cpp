// SPDX-License-Identifier: Apache-2.0
// Rights are decided in the step that decides the act: once the answer says that a right is gone,
// nothing is done by it any more, and in the audit log nothing stands behind its end.
#include <atomic>
#include <functional>
#include <mutex>
#include <thread>

#include "base/await.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::store::testing::rights_test {

class RightsOf : public StoreTest {
 protected:
  Result<ledger::Outcome> settle_act(const directory::ApiKey& key, std::string_view secret,
                                     ledger::Command command) {
    command.origin.api_key = key.id;
    return testing::settle_act(store_, std::move(command), origin_of(secret));
  }
  Result<directory::DirectoryOutcome> ask(const directory::ApiKey& key, std::string_view secret,
                                          directory::DirectoryAction action) {
    return change(store_, {asked_by(key, secret), std::move(action)});
  }
  Result<directory::DirectoryOutcome> done(directory::DirectoryAction action) {
    return change(store_, {.origin = {}, .action = std::move(action)});
  }
  directory::ApiKey add_key(UserId user, std::string_view secret,
                            directory::Scopes scopes = directory::Scope::user) {
    directory::ApiKey key = make_api_key(user, secret);
    key.scopes = scopes;
    EXPECT_TRUE(done(directory::CreateApiKey{key}));
    return key;
  }
  std::vector<directory::AuditRecord> audit_log() {
    std::vector<directory::AuditRecord> all;
    PageRequest<Id128> request{.after = {}, .limit = 1'000};
    for (;;) {
      auto page = await<Result<Page<directory::AuditRecord>>>(
          [&](auto reply) { store_.list_audit_log({}, request, std::move(reply)); });
      EXPECT_TRUE(page);
      if (!page) return all;
      for (directory::AuditRecord& record : page->records) all.push_back(std::move(record));
      if (!page->has_more) return all;
      request.after = directory::audit_position(all.back());
    }
  }

  // Acts go on in threads while `take_away` is done; none that begins after it is done, and none
  // that stands behind it in the audit log. `end` is the kind of its record.
  void race(const directory::ApiKey& actor, const std::function<Result<Done>(std::uint64_t)>& act,
            const std::function<void()>& take_away, const std::string& end) {
    constexpr int kThreads = 4;
    std::atomic<bool> is_gone = false;
    std::atomic<std::uint64_t> next = 1;
    std::atomic<int> allowed = 0;
    std::atomic<int> refused = 0;
    {
      std::vector<std::jthread> threads;
      for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([&] {
          for (int late = 0; late < 3;) {
            const bool is_late = is_gone;
            const auto acted = act(next++);
            (acted ? allowed : refused)++;
            if (!is_late) continue;
            EXPECT_FALSE(acted);
            ++late;
          }
        });
      }
      while (allowed < 2 * kThreads) std::this_thread::yield();
      take_away();
      is_gone = true;
    }
    EXPECT_GE(refused, 3 * kThreads);
    bool is_behind = false;
    int records = 0;
    for (const directory::AuditRecord& record : audit_log()) {
      if (record.act.kind == end) is_behind = true;
      if (record.api_key != actor.id) continue;
      ++records;
      EXPECT_FALSE(is_behind) << record.act.kind << " " << record.number;
    }
    EXPECT_TRUE(is_behind);
    EXPECT_EQ(records, allowed);
  }

  template <class T>
  static Result<Done> done_or_refused(const Result<T>& result) {
    if (result) return Done{};
    return result.error();
  }

  const OrganizationId organization_ = make_organization(store_);
  const UserId ada_ = make_user(store_, "ada@example.com");
  const directory::ApiKey admin_ = make_admin_key(store_, "admin");
  const directory::ApiKey other_admin_ =
      make_admin_key(store_, "other");  // so that the first is not the last
  std::mutex turns_;
};

TEST_P(RightsOf, EndWithTheKeyForEveryKindOfAct) {
  const auto acts = [&](const std::string& name) {
    const auto granted = settle_act(admin_, "admin", grant(organization_, name, "5"));
    ledger::Command limit = charge(organization_, name + " limit", "1");
    limit.action = ledger::SetOverdraftLimit{.limit = credits("1")};
    std::vector<std::string> names = {name_of(granted),
                                      name_of(settle_act(admin_, "admin", std::move(limit)))};
    if (granted) {
      ledger::Command voided = charge(organization_, name + " void", "1");
      voided.action = ledger::VoidGrant{.grant = granted->entry.subject};
      names.push_back(name_of(settle_act(admin_, "admin", std::move(voided))));
    }
    const directory::User user{.id = {numbered_id(1)}, .email = name + "@example.com"};
    for (const directory::DirectoryAction& action : std::vector<directory::DirectoryAction>{
             directory::CreateUser{user}, directory::RenameOrganization{organization_, name},
             directory::PutMembership{{organization_, ada_, directory::Role::OWNER}},
             directory::SetUserStanding{ada_, directory::Standing::enabled},
             directory::CreateApiKey{make_api_key(ada_, name)}}) {
      names.push_back(name_of(ask(admin_, "admin", action)));
    }
    return names;
  };
  EXPECT_EQ(acts("a"), std::vector<std::string>(8, "ok"));
  ASSERT_TRUE(done(directory::RevokeApiKey{admin_.id}));
  const std::size_t records = audit_log().size();
  EXPECT_EQ(acts("b"), std::vector<std::string>(7, "unauthorized"));
  EXPECT_EQ(acts("a"), std::vector<std::string>(7, "unauthorized")) << "repeated";
  EXPECT_EQ(audit_log().size(), records);
  EXPECT_EQ(available(store_, organization_), "0");
}

TEST_P(RightsOf, ToGrantEndWithTheKey) {
  race(
      admin_,
      [&](std::uint64_t number) {
        return done_or_refused(
            settle_act(admin_, "admin", grant(organization_, std::to_string(number), "1")));
      },
      [&] { ASSERT_TRUE(done(directory::RevokeApiKey{admin_.id})); }, "api_key.revoke");
}

TEST_P(RightsOf, ToChangeTheDirectoryEndWithTheScope) {
  race(
      admin_,
      [&](std::uint64_t number) {
        return done_or_refused(ask(
            admin_, "admin", directory::RenameOrganization{organization_, std::to_string(number)}));
      },
      [&] {
        ASSERT_TRUE(done(directory::ChangeApiKey{
            admin_.id, {.scopes = directory::Scopes(directory::Scope::user)}}));
      },
      "api_key.change");
}

TEST_P(RightsOf, ToMakeKeysEndWithTheUser) {
  const directory::ApiKey adas = add_key(ada_, "ada");
  race(
      adas,
      [&](std::uint64_t number) {
        return done_or_refused(
            ask(adas, "ada", directory::CreateApiKey{make_api_key(ada_, std::to_string(number))}));
      },
      [&] {
        ASSERT_TRUE(done(directory::SetUserStanding{ada_, directory::Standing::disabled}));
      },
      "user.disable");
}

TEST_P(RightsOf, OfAnOwnerEndWithTheRole) {
  ASSERT_TRUE(join(store_, organization_, ada_, directory::Role::OWNER));
  ASSERT_TRUE(
      join(store_, organization_, make_user(store_, "grace@example.com"), directory::Role::OWNER));
  const UserId eve = make_user(store_, "eve@example.com");
  ASSERT_TRUE(join(store_, organization_, eve));
  const directory::ApiKey adas = add_key(ada_, "ada");
  std::atomic<int> turn = 0;
  race(
      adas,
      [&](std::uint64_t) -> Result<Done> {
        const auto put = [&](directory::Role role) {
          return ask(adas, "ada", directory::PutMembership{{organization_, eve, role}});
        };
        // Each changes something, or the audit log would not tell.
        const std::lock_guard lock(turns_);
        return done_or_refused(
            put(turn++ % 2 == 0 ? directory::Role::ACCOUNTANT : directory::Role::MEMBER));
      },
      [&] {
        ASSERT_TRUE(done(directory::RemoveMembership{organization_, ada_}));
      },
      "member.remove");
}

// The secret of before works on in no act that is decided after its end.
TEST_P(RightsOf, EndWithTheSecret) {
  race(
      admin_,
      [&](std::uint64_t number) {
        return done_or_refused(ask(
            admin_, "admin", directory::RenameOrganization{organization_, std::to_string(number)}));
      },
      [&] {
        ASSERT_TRUE(done(directory::RotateApiKey{
            .key = admin_.id, .secret_digest = sha256("next"), .hint = "n", .overlap = {}}));
      },
      "api_key.rotate");
  EXPECT_TRUE(ask(admin_, "next", directory::RenameOrganization{organization_, "by the next"}));
}

// Whoever made a key gets no secret of what it has become.
TEST_P(RightsOf, AreLookedAtWhenTheCreationOfAKeyIsRepeated) {
  const directory::ApiKey adas = add_key(ada_, "ada");
  int gone = 0;
  for (int round = 0; round < 20; ++round) {
    const std::string name = std::to_string(round);
    const auto create = [&](std::string secret) {
      directory::ApiKey key = make_api_key(ada_, secret);
      key.hint = secret;
      return directory::DirectoryCommand{asked_by(adas, "ada", name, 1),
                                         directory::CreateApiKey{key}};
    };
    const auto made = change(store_, create("first " + name));
    ASSERT_TRUE(made);
    const ApiKeyId id = std::get<directory::ApiKey>(made->record).id;
    Result<directory::DirectoryOutcome> repeated = make_error(ErrorCode::server_error);
    {
      const std::jthread other([&] { repeated = change(store_, create("again " + name)); });
      if (round % 2 == 0) std::this_thread::yield();
      ASSERT_TRUE(done(
          directory::ChangeApiKey{id, {.scopes = directory::Scopes(directory::Scope::admin)}}));
    }
    const auto late = change(store_, create("late " + name));
    ASSERT_EQ(name_of(late), "permission_denied");
    EXPECT_EQ(late.error().field, "scopes");
    if (!repeated) {
      EXPECT_EQ(name_of(repeated), "permission_denied");
      ++gone;
    }
    // The last act on it made it an admin's.
    std::string last;
    for (const directory::AuditRecord& record : audit_log()) {
      if (record.act.target == id.to_string()) last = record.act.kind;
    }
    EXPECT_EQ(last, "api_key.change");
  }
  RecordProperty("repetitions_that_came_too_late", gone);
}

INSTANTIATE_TEST_SUITE_P(Stores, RightsOf, ::testing::ValuesIn(all_store_kinds()), name_of_kind);

}  // namespace farthing::store::testing::rights_test

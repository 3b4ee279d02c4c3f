// SPDX-License-Identifier: Apache-2.0
#include "server/service/accounts.hpp"

#include <string>

#include "base/digest.hpp"
#include "server/testing/store_fixture.hpp"

namespace farthing::service::accounts_test {

class AccountsTest : public StoreTest {
 protected:
  AccountsTest()
      : user_(add_user("ada@example.com")),
        secret_digest_(sha256(add_key(user_.id).secret.reveal())) {}

  Result<ledger::Balance> balance(std::string_view organization) {
    const auto principal = answer_of<std::optional<directory::Principal>>(
        [&](auto reply) { store_.find_principal(secret_digest_, std::move(reply)); });
    return answer_of<ledger::Balance>([&](auto reply) {
      accounts_.read_balance(*principal.value()->account, organization, std::move(reply));
    });
  }

  Accounts accounts_{store_};
  directory::User user_;
  Digest secret_digest_;
};

TEST_F(AccountsTest, WithoutOrganizationReadsTheDefaultOne) {
  const OrganizationId first = add_organization("First").id;
  const OrganizationId second = add_organization("Second").id;
  join(user_.id, first);
  join(user_.id, second);
  grant(first, "12.5");
  grant(second, "3");
  EXPECT_EQ(balance("").value().available, Credits::parse("12.5"));
  EXPECT_EQ(balance(second.to_string()).value().available, Credits::parse("3"));
}

TEST_F(AccountsTest, ForeignAndUnknownOrganizationsGetTheSameAnswer) {
  join(user_.id, add_organization("Own").id);
  const OrganizationId foreign = add_organization("Foreign").id;
  const auto of_foreign = balance(foreign.to_string());
  ASSERT_FALSE(of_foreign);
  EXPECT_EQ(of_foreign.error().code, ErrorCode::permission_denied);
  // What is sent is shown, and nothing else may differ.
  const auto message_without = [](std::string message, const std::string& sent) {
    const std::string shown = "the organization \"" + sent + "\"";
    const std::size_t at = message.find(shown);
    if (at != std::string::npos) message.replace(at, shown.size(), "that organization");
    return message;
  };
  const std::string expected = message_without(of_foreign.error().message, foreign.to_string());
  for (const std::string& unknown :
       {OrganizationId::make(kStart).to_string(), std::string("org-"), std::string("none"),
        user_.id.to_string(), foreign.to_string() + "0", std::string("\xff\xfe")}) {
    const auto of_unknown = balance(unknown);
    ASSERT_FALSE(of_unknown) << unknown;
    EXPECT_EQ(of_unknown.error().code, of_foreign.error().code) << unknown;
    EXPECT_EQ(message_without(of_unknown.error().message, unknown), expected) << unknown;
    EXPECT_EQ(of_unknown.error().field, "Organization") << unknown;
  }
}

TEST_F(AccountsTest, ARefusalShowsWhatWasSentUnlessItMayBeASecret) {
  join(user_.id, add_organization("Own").id);
  const auto is_shown = [&](const std::string& sent) {
    return balance(sent).error().message.find(sent) != std::string::npos;
  };
  for (const std::string& shown :
       {std::string("undefined"), std::string("None"), std::string("null"), std::string(40, '-'),
        OrganizationId::make(kStart).to_string()}) {
    EXPECT_TRUE(is_shown(shown)) << shown;
  }
  for (const std::string& hidden :
       {std::string("sk-0"), std::string("%73k%2d0"), std::string(41, '-'), std::string(20, 'x'),
        std::string("a\tb"), std::string("a\x7f"), std::string("\xc3\xa9")}) {
    EXPECT_FALSE(is_shown(hidden)) << hidden;
  }
}

// Whose credits are meant, nobody has said.
TEST_F(AccountsTest, AfterALostDefaultOneMustBeNamed) {
  const OrganizationId first = add_organization("First").id;
  const OrganizationId second = add_organization("Second").id;
  join(user_.id, first);
  join(user_.id, second);
  ASSERT_TRUE(answer_of<Change<directory::Member>>(
      [&](auto reply) { registry_.remove_membership({}, first, user_.id, std::move(reply)); }));
  const auto answer = balance("");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::permission_denied);
  EXPECT_EQ(answer.error().field, "Organization");
  EXPECT_NE(answer.error().message.find("/v1/user/default-organization"), std::string::npos);
  EXPECT_TRUE(balance(second.to_string()));
}

TEST_F(AccountsTest, AUserWithoutOrganizationHasNoBalance) {
  const auto answer = balance("");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::not_found);
  EXPECT_NE(answer.error().message.find("no organization yet"), std::string::npos);
}

}  // namespace farthing::service::accounts_test

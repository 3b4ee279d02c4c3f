// SPDX-License-Identifier: Apache-2.0
// The two calls: account and balance.
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/json/json_writer.hpp"
#include "server/api/endpoint.hpp"
#include "server/api/input.hpp"
#include "server/api/routes.hpp"
#include "server/directory/entities.hpp"

namespace farthing::api {
namespace {

void write_account(JsonWriter& writer, const directory::Account& account) {
  writer.begin_object();
  writer.member("id", account.user.id.to_string()).member("email", account.user.email.value_or(""));
  writer.name("organizations").begin_array();
  for (const directory::AccountMembership& membership : account.memberships) {
    writer.begin_object();
    writer.member("id", membership.organization.to_string()).member("name", membership.name);
    writer.member("role", directory::to_string(membership.role));
    writer.name("is_default").boolean(membership.is_default);
    writer.end_object();
  }
  writer.end_array();
  if (account.user.profile_picture) {
    writer.member("profile_picture", *account.user.profile_picture);
  }
  writer.end_object();
}

// Neither call looks at the query: clients in the field may send what they like there.
struct ReadAccount {
  struct Input {
    std::shared_ptr<const directory::Account> account;
  };
  static Result<Input> parse(const Call& call) { return Input{call.principal.account}; }
  static void process(Services&, Input input, Answer answer) {
    std::string json;
    JsonWriter writer(json);
    write_account(writer, *input.account);
    answer.send(200, std::move(json));
  }
};

// This is the most frequent of all calls: nothing in it allocates.
struct ReadBalance {
  struct Input {
    const directory::Account* account;  // lives as long as the call
    std::string_view organization;      // empty: the default one
  };
  static Result<Input> parse(const Call& call) {
    auto organization =
        read_single_header(call.request, http::KnownHeader::organization, "Organization");
    if (!organization) return std::move(organization).error();
    return Input{call.principal.account.get(), *organization};
  }
  static void process(Services& services, Input input, Answer answer) {
    services.accounts.read_balance(
        *input.account, input.organization,
        [answer = std::move(answer)](Result<ledger::Balance> balance) mutable {
          if (!balance) return answer.fail(balance.error());
          send(balance->available, answer);
        });
  }

 private:
  static void send(Credits available, Answer& answer) {
    static const http::ResponseHead head(200, "application/json");
    thread_local std::string body;
    body.assign(R"({"credits":)");
    available.append_to(body);
    body.push_back('}');
    answer.send(head, body);
  }
};

}  // namespace

void add_user_api(Routes& routes) {
  using directory::Right;
  for (const auto& [account, balance] :
       {std::pair("/v1alpha/user/account", "/v1alpha/user/balance"),
        std::pair("/v1beta/user/account", "/v1beta/user/balance"),
        std::pair("/v1/user/account", "/v1/user/balance")}) {
    routes.push_back(route<ReadAccount>(http::Method::get, account, Right::see_own_account));
    routes.push_back(route<ReadBalance>(http::Method::get, balance, Right::use_own_organization));
  }
}

}  // namespace farthing::api

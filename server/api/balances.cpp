// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>
#include <utility>

#include "base/json/json_writer.hpp"
#include "server/api/endpoint.hpp"
#include "server/api/input.hpp"
#include "server/api/routes.hpp"

namespace farthing::api {
namespace {

void write_grant_balance(JsonWriter& writer, OrganizationId organization,
                         const service::GrantBalance& grant) {
  writer.begin_object();
  writer.member("grant", GrantId{organization, grant.grant});
  writer.member("remaining", grant.remaining);
  writer.member("held", grant.held);
  if (grant.terms.expires_at) writer.member("expires_at", *grant.terms.expires_at);
  writer.name("priority").literal(std::to_string(grant.terms.priority));
  writer.member("category", ledger::to_string(grant.terms.category));
  writer.end_object();
}

std::string render_balance(OrganizationId organization, const service::BalanceSheet& sheet) {
  const service::BalanceReport& report = sheet.report;
  std::string json;
  JsonWriter writer(json);
  writer.begin_object();
  writer.member("available", report.balance.available);
  writer.member("held", report.balance.held);
  writer.name("grants").begin_array();
  for (const auto& grant : report.grants) write_grant_balance(writer, organization, grant);
  writer.end_array();
  writer.member("expiring", report.expiring);
  writer.member("burn_per_day", sheet.burn.per_day);
  if (sheet.burn.runway) {
    writer.name("runway_s").literal(std::to_string(sheet.burn.runway->count()));
  }
  writer.member("as_of", sheet.as_of);
  writer.end_object();
  return json;
}

struct ReadOrganizationBalance {
  struct Input {
    OrganizationId organization;
    std::optional<Instant> at;  // nothing: now
  };
  static Result<Input> parse(const Call& call) {
    const auto organization = read_path_id<OrganizationId>(call, 0, "an organization");
    if (!organization) return organization.error();
    const auto query = read_query(call, {"at"});
    if (!query) return query.error();
    const auto at = read_instant_parameter(*query, "at");
    if (!at) return at.error();
    return Input{.organization = *organization, .at = *at};
  }
  static void process(Services& services, const Input& input, Answer answer) {
    services.books.read_balance(input.organization, input.at,
                                [organization = input.organization, answer = std::move(answer)](
                                    Result<service::BalanceSheet> sheet) mutable {
                                  if (!sheet) return answer.fail(sheet.error());
                                  answer.send(200, render_balance(organization, *sheet));
                                });
  }
};

}  // namespace

void add_balances(Routes& routes) {
  routes.push_back(route<ReadOrganizationBalance>(http::Method::get,
                                                  "/v1/organizations/{organization}/balance",
                                                  directory::Right::see_organization));
}

}  // namespace farthing::api

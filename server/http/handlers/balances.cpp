// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include "server/http/handlers/endpoint.hpp"
#include "server/http/handlers/input.hpp"
#include "server/http/handlers/routes.hpp"
#include "server/http/json_writer.hpp"
#include "server/service/balance_report.hpp"

namespace farthing::http {
namespace {

void write_grant_balance(JsonWriter& writer, OrganizationId organization,
                         const service::GrantBalance& grant) {
  writer.begin_object();
  writer.member("grant", GrantId{organization, grant.grant}.to_string());
  writer.member("remaining", grant.remaining.to_string());
  writer.member("held", grant.held.to_string());
  if (grant.terms.expires_at) writer.member("expires_at", grant.terms.expires_at->to_string());
  writer.name("priority").literal(std::to_string(grant.terms.priority));
  writer.member("category", ledger::to_string(grant.terms.category));
  writer.end_object();
}

std::string render_balance(OrganizationId organization, const store::CurrentState& current) {
  const service::BalanceReport report = service::make_balance_report(current);
  std::string json;
  JsonWriter writer(json);
  writer.begin_object();
  writer.member("available", report.balance.available.to_string());
  writer.member("held", report.balance.held.to_string());
  writer.name("grants").begin_array();
  for (const auto& grant : report.grants) write_grant_balance(writer, organization, grant);
  writer.end_array();
  writer.member("expiring", report.expiring.to_string());
  writer.member("as_of", current.at.to_string());
  writer.end_object();
  return json;
}

struct ReadOrganizationBalance {
  using Input = OrganizationId;
  static Result<Input> parse(const Call& call) {
    if (auto query = read_query(call, {}); !query) return query.error();
    return read_path_id<OrganizationId>(call, 0, "an organization");
  }
  static void process(Services& services, Input input, Answer answer) {
    services.store.read_state(
        input, [answer = std::move(answer), input](Result<store::CurrentState> current) mutable {
          if (!current) return answer.fail(current.error());
          answer.send(200, render_balance(input, *current));
        });
  }
};

}  // namespace

void add_balances(Routes& routes) {
  routes.push_back(route<ReadOrganizationBalance>(Method::get, "/v1/organizations/{id}/balance",
                                                  store::Scope::admin));
}

}  // namespace farthing::http

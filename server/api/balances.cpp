// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "server/api/endpoint.hpp"
#include "server/api/input.hpp"
#include "server/api/json_writer.hpp"
#include "server/api/routes.hpp"
#include "server/ledger/entry_id.hpp"
#include "server/service/balance_report.hpp"
#include "server/service/burn_rate.hpp"
#include "server/store/past_state.hpp"

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

std::string render_balance(OrganizationId organization, const store::CurrentState& current,
                           const service::BurnRate& burn) {
  const service::BalanceReport report = service::make_balance_report(current);
  std::string json;
  JsonWriter writer(json);
  writer.begin_object();
  writer.member("available", report.balance.available);
  writer.member("held", report.balance.held);
  writer.name("grants").begin_array();
  for (const auto& grant : report.grants) write_grant_balance(writer, organization, grant);
  writer.end_array();
  writer.member("expiring", report.expiring);
  writer.member("burn_per_day", burn.per_day);
  if (burn.runway) writer.name("runway_s").literal(std::to_string(burn.runway->count()));
  writer.member("as_of", current.at);
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
    Reply<store::CurrentState> reply =
        [&services, organization = input.organization,
         answer = std::move(answer)](Result<store::CurrentState> state) mutable {
          if (!state) return answer.fail(state.error());
          add_burn_rate(services, organization, *std::move(state), std::move(answer));
        };
    if (input.at) {
      store::read_state_at(services.store, input.organization, *input.at, std::move(reply));
    } else {
      services.store.read_state(input.organization, std::move(reply));
    }
  }

 private:
  static void add_burn_rate(Services& services, OrganizationId organization,
                            store::CurrentState current, Answer answer) {
    const std::uint64_t last_seq = current.state.last_seq;
    const std::uint64_t passed =
        last_seq > service::kBurnEntries ? last_seq - service::kBurnEntries : 0;
    const PageRequest<Id128> page{.after = ledger::make_entry_id(current.at, passed),
                                  .limit = service::kBurnEntries};
    ledger::EntryFilter filter;
    filter.from = current.at.plus(-service::kBurnPeriod);
    filter.to = current.at.plus(std::chrono::microseconds(1));
    services.store.list_entries(
        organization, std::move(filter), page,
        [organization, current = std::move(current),
         answer = std::move(answer)](Result<Page<ledger::Entry>> latest) mutable {
          if (!latest) return answer.fail(latest.error());
          const auto burn =
              service::make_burn_rate(latest->records, current.state.balance.available, current.at);
          answer.send(200, render_balance(organization, current, burn));
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

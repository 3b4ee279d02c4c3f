// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include "server/api/body_reader.hpp"
#include "server/api/endpoint.hpp"
#include "server/api/input.hpp"
#include "server/api/json_fields.hpp"
#include "server/api/movement_fields.hpp"
#include "server/api/page.hpp"
#include "server/api/records_json.hpp"
#include "server/api/replies.hpp"
#include "server/api/routes.hpp"

namespace farthing::api {
namespace {

using enum Presence;

std::string grants_of(OrganizationId organization) { return "grants " + organization.to_string(); }

struct CreateGrant {
  struct Input {
    service::Requester requester;
    service::NewGrant grant;
  };
  static Result<Input> parse(const Call& call) {
    using Grant = service::NewGrant;
    static const BodySpec<Grant> spec =
        BodySpec<Grant>{
            field(required, "amount", &Grant::amount, read_amount),
            field(optional, "category", &Grant::category,
                  ParsedReader{ledger::parse_grant_category, "\"paid\" or \"promotional\""}),
            field(optional, "priority", &Grant::priority, read_integer),
            field(optional, "effective_at", &Grant::effective_at, read_instant),
            field(optional, "expires_at", &Grant::expires_at, read_instant),
        }
            .with(&Grant::payment, payment_spec())
            .with(&Grant::remarks, remarks_spec());
    auto about = read_about<OrganizationId>(call, "an organization", KeyNeed::required);
    if (!about) return about.error();
    Input input{.requester = std::move(about->requester), .grant = {}};
    input.grant.organization = about->id;
    if (auto done = read_body(call.request, spec, input.grant); !done) return done.error();
    if (auto done = expect_declared(call, input.grant.remarks); !done) return done.error();
    return input;
  }
  static void process(Services& services, Input input, Answer answer) {
    services.metering.create_grant(
        std::move(input.requester), std::move(input.grant),
        [answer = std::move(answer)](Result<ledger::Outcome> outcome) mutable {
          if (!outcome) return answer.fail(outcome.error());
          // A repeat gets the first answer again, whatever was spent since.
          const Credits amount = outcome->entry.amount;
          const bool is_replayed = outcome->is_replayed;
          const ledger::GrantStatus grant{.entry = std::move(outcome->entry), .remaining = amount};
          answer.send(201, to_json(grant, write_grant), freshness(is_replayed));
        });
  }
};

struct ListGrants {
  struct Input {
    OrganizationId organization;
    PageInput page;
  };
  static Result<Input> parse(const Call& call) {
    const auto organization = read_path_id<OrganizationId>(call, 0, "an organization");
    if (!organization) return organization.error();
    const auto query = read_query(call, {"limit", "cursor"});
    if (!query) return query.error();
    const auto page = read_page(*query, grants_of(*organization));
    if (!page) return page.error();
    return Input{.organization = *organization, .page = *page};
  }
  static void process(Services& services, Input input, Answer answer) {
    services.books.list_grants(
        input.organization, typed<Id128>(input.page),
        answer_page<ledger::GrantStatus>(
            std::move(answer), "grants", grants_of(input.organization), write_grant,
            [](const ledger::GrantStatus& grant) { return grant.entry.subject; }));
  }
};

struct ReadGrant {
  using Input = GrantId;
  static Result<Input> parse(const Call& call) { return read_only_id<GrantId>(call, "a grant"); }
  static void process(Services& services, Input input, Answer answer) {
    services.books.read_grant(input,
                              answer_record<ledger::GrantStatus>(std::move(answer), write_grant));
  }
};

struct VoidGrant {
  struct Input {
    About<GrantId> about;
    service::Remarks remarks;
  };
  static Result<Input> parse(const Call& call) {
    auto about = read_about<GrantId>(call, "a grant", KeyNeed::required);
    if (!about) return about.error();
    auto remarks = read_remarks(call);
    if (!remarks) return remarks.error();
    return Input{.about = *std::move(about), .remarks = *std::move(remarks)};
  }
  static void process(Services& services, Input input, Answer answer) {
    services.metering.void_grant(std::move(input.about.requester), input.about.id,
                                 std::move(input.remarks),
                                 answer_movement(std::move(answer), 200, write_voided));
  }
};

}  // namespace

void add_grants(Routes& routes) {
  using directory::Right;
  routes.push_back(route<CreateGrant>(http::Method::post, "/v1/organizations/{organization}/grants",
                                      Right::operate));
  routes.push_back(route<ListGrants>(http::Method::get, "/v1/organizations/{organization}/grants",
                                     Right::see_ledger));
  routes.push_back(route<ReadGrant>(http::Method::get, "/v1/grants/{grant}", Right::see_ledger));
  routes.push_back(route<VoidGrant>(http::Method::post, "/v1/grants/{grant}/void", Right::operate));
}

}  // namespace farthing::api

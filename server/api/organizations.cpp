// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>
#include <utility>

#include "server/api/body_reader.hpp"
#include "server/api/endpoint.hpp"
#include "server/api/input.hpp"
#include "server/api/json_fields.hpp"
#include "server/api/page.hpp"
#include "server/api/records_json.hpp"
#include "server/api/replies.hpp"
#include "server/api/routes.hpp"

namespace farthing::api {
namespace {

using enum Presence;

// Says which list it is: one user's organizations or all.
std::string list_of_organizations(const std::optional<UserId>& member) {
  return member ? "organizations " + member->to_string() : "organizations";
}

struct CreateOrganization {
  struct Input {
    service::Requester requester;
    service::NewOrganization organization;
  };
  static Result<Input> parse(const Call& call) {
    static const BodySpec<service::NewOrganization> spec{
        field(required, "name", &service::NewOrganization::name, TextReader{255}),
    };
    if (auto query = read_query(call, {}); !query) return query.error();
    auto requester = read_requester(call, KeyNeed::optional);
    if (!requester) return requester.error();
    Input input{.requester = *std::move(requester), .organization = {}};
    if (auto done = read_body(call.request, spec, input.organization); !done) return done.error();
    return input;
  }
  static void process(Services& services, Input input, Answer answer) {
    services.registry.create_organization(
        std::move(input.requester), std::move(input.organization),
        answer_change<directory::Organization>(std::move(answer), 201, write_organization));
  }
};

struct ListOrganizations {
  struct Input {
    std::optional<UserId> member;  // nothing: all
    PageInput page;
  };
  static Result<Input> parse(const Call& call) {
    const auto query = read_query(call, {"limit", "cursor"});
    if (!query) return query.error();
    Input input;
    if (!directory::may_everywhere(call.principal, directory::Right::list_organizations)) {
      input.member = call.principal.account->user.id;
    }
    const auto page = read_page(*query, list_of_organizations(input.member));
    if (!page) return page.error();
    input.page = *page;
    return input;
  }
  static void process(Services& services, Input input, Answer answer) {
    services.registry.list_organizations(
        input.member, typed<OrganizationId>(input.page),
        answer_page<directory::Organization>(
            std::move(answer), "organizations", list_of_organizations(input.member),
            write_organization,
            [](const directory::Organization& organization) { return organization.id.value; }));
  }
};

struct ReadOrganization {
  using Input = OrganizationId;
  static Result<Input> parse(const Call& call) {
    return read_only_id<OrganizationId>(call, "an organization");
  }
  static void process(Services& services, Input input, Answer answer) {
    services.organizations.read(input, answer_record<service::OrganizationStatus>(
                                           std::move(answer), write_organization_status));
  }
};

struct ChangeOrganization {
  struct Input {
    About<OrganizationId> about;
    service::OrganizationChange change;
  };
  static Result<Input> parse(const Call& call) {
    using service::OrganizationChange;
    static const BodySpec<OrganizationChange> spec{
        field(changed, "name", &OrganizationChange::name, TextReader{255}),
        field(changed, "overdraft_limit", &OrganizationChange::overdraft_limit, read_limit),
    };
    auto about = read_about<OrganizationId>(call, "an organization", KeyNeed::optional);
    if (!about) return about.error();
    Input input{.about = *std::move(about), .change = {}};
    if (auto done = read_body(call.request, spec, input.change); !done) return done.error();
    if (!input.change.overdraft_limit) return named(std::move(input));
    if (auto done = expect_idempotency_key(input.about.requester); !done) return done.error();
    return input;
  }
  static void process(Services& services, Input input, Answer answer) {
    services.organizations.change(std::move(input.about.requester), input.about.id,
                                  std::move(input.change),
                                  answer_change<service::OrganizationStatus>(
                                      std::move(answer), 200, write_organization_status));
  }

 private:
  static Result<Input> named(Input input) {
    if (input.change.name) return input;
    return make_error(ErrorCode::bad_request, "Set name, overdraft_limit or both.");
  }
};

template <directory::Standing standing>
struct SetStanding {
  using Input = About<OrganizationId>;
  static Result<Input> parse(const Call& call) {
    auto about = read_about<OrganizationId>(call, "an organization", KeyNeed::optional);
    if (!about) return about.error();
    if (auto done = expect_no_body(call.request); !done) return done.error();
    return about;
  }
  static void process(Services& services, Input input, Answer answer) {
    services.registry.set_standing(
        std::move(input.requester), input.id, standing,
        answer_change<directory::Organization>(std::move(answer), 200, write_organization));
  }
};

}  // namespace

void add_organizations(Routes& routes) {
  using directory::Right;
  routes.push_back(route<SetStanding<directory::Standing::disabled>>(
      http::Method::post, "/v1/organizations/{organization}/disable", Right::operate));
  routes.push_back(route<SetStanding<directory::Standing::enabled>>(
      http::Method::post, "/v1/organizations/{organization}/enable", Right::operate));
  routes.push_back(
      route<CreateOrganization>(http::Method::post, "/v1/organizations", Right::operate));
  routes.push_back(
      route<ListOrganizations>(http::Method::get, "/v1/organizations", Right::list_organizations));
  routes.push_back(route<ReadOrganization>(http::Method::get, "/v1/organizations/{organization}",
                                           Right::see_organization));
  routes.push_back(route<ChangeOrganization>(http::Method::patch,
                                             "/v1/organizations/{organization}", Right::operate));
}

}  // namespace farthing::api

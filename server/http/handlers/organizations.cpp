// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include "server/http/body_reader.hpp"
#include "server/http/handlers/endpoint.hpp"
#include "server/http/handlers/input.hpp"
#include "server/http/handlers/page.hpp"
#include "server/http/handlers/records_json.hpp"
#include "server/http/handlers/replies.hpp"
#include "server/http/handlers/routes.hpp"
#include "server/http/json_fields.hpp"

namespace farthing::http {
namespace {

using enum Presence;

constexpr std::string_view kList = "organizations";

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
    services.directory.create_organization(
        std::move(input.requester), std::move(input.organization),
        answer_change<store::Organization>(std::move(answer), 201, write_organization));
  }
};

struct ListOrganizations {
  using Input = PageInput;
  static Result<Input> parse(const Call& call) {
    const auto query = read_query(call, {"limit", "cursor"});
    if (!query) return query.error();
    return read_page(*query, kList);
  }
  static void process(Services& services, Input input, Answer answer) {
    services.store.list_organizations(
        typed<OrganizationId>(input),
        answer_page<store::Organization>(
            std::move(answer), "organizations", std::string(kList), write_organization,
            [](const store::Organization& organization) { return organization.id.value; }));
  }
};

struct ReadOrganization {
  using Input = OrganizationId;
  static Result<Input> parse(const Call& call) {
    return read_only_id<OrganizationId>(call, "an organization");
  }
  static void process(Services& services, Input input, Answer answer) {
    services.store.read_organization(
        input, answer_record<store::Organization>(std::move(answer), write_organization));
  }
};

struct ChangeOrganization {
  struct Input {
    About<OrganizationId> about;
    Credits overdraft_limit;
  };
  static Result<Input> parse(const Call& call) {
    static const BodySpec<Input> spec{
        field(required, "overdraft_limit", &Input::overdraft_limit, read_limit),
    };
    auto about = read_about<OrganizationId>(call, "an organization", KeyNeed::required);
    if (!about) return about.error();
    Input input{.about = *std::move(about), .overdraft_limit = {}};
    if (auto done = read_body(call.request, spec, input); !done) return done.error();
    return input;
  }
  static void process(Services& services, Input input, Answer answer) {
    const OrganizationId id = input.about.id;
    services.store.read_organization(
        id, [&services, input = std::move(input),
             answer = std::move(answer)](Result<store::Organization> organization) mutable {
          if (!organization) return answer.fail(organization.error());
          const auto write = [organization = *std::move(organization)](
                                 JsonWriter& writer, const store::Outcome& outcome) {
            write_changed_organization(writer, organization, outcome.entry.amount);
          };
          services.metering.set_overdraft_limit(std::move(input.about.requester), input.about.id,
                                                input.overdraft_limit,
                                                answer_movement(std::move(answer), 200, write));
        });
  }
};

}  // namespace

void add_organizations(Routes& routes) {
  using store::Scope;
  routes.push_back(route<CreateOrganization>(Method::post, "/v1/organizations", Scope::admin));
  routes.push_back(route<ListOrganizations>(Method::get, "/v1/organizations", Scope::admin));
  routes.push_back(route<ReadOrganization>(Method::get, "/v1/organizations/{id}", Scope::admin));
  routes.push_back(
      route<ChangeOrganization>(Method::patch, "/v1/organizations/{id}", Scope::admin));
}

}  // namespace farthing::http

// SPDX-License-Identifier: Apache-2.0
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

std::string members_of(OrganizationId organization) {
  return "members " + organization.to_string();
}

// Writes the answer to a change, which names the organization too, as a list need not.
void write_membership(JsonWriter& writer, const directory::Member& member) {
  writer.begin_object();
  writer.member("organization", member.membership.organization.to_string());
  writer.member("user", member.membership.user.to_string());
  writer.member("role", directory::to_string(member.membership.role));
  writer.name("is_default").boolean(member.is_default);
  writer.end_object();
}

struct AddMember {
  struct Input {
    service::Requester requester;
    directory::AddMembership membership;
  };
  static Result<Input> parse(const Call& call) {
    using Membership = directory::AddMembership;
    static const BodySpec<Membership> spec{
        field(optional, "user", &Membership::user, ParsedReader{UserId::parse, "the id of a user"}),
        field(optional, "email", &Membership::email, read_email),
        field(optional, "role", &Membership::role,
              ParsedReader{directory::parse_role, "OWNER, ACCOUNTANT or MEMBER"}),
    };
    auto about = read_about<OrganizationId>(call, "an organization", KeyNeed::optional);
    if (!about) return about.error();
    Input input{.requester = std::move(about->requester), .membership = {}};
    input.membership.organization = about->id;
    if (auto done = read_body(call.request, spec, input.membership); !done) return done.error();
    if (input.membership.user.has_value() != input.membership.email.empty()) {
      return bad_field("user", "Name the user by user, an id, or by email; by one of them.");
    }
    return input;
  }
  static void process(Services& services, Input input, Answer answer) {
    services.registry.add_membership(
        std::move(input.requester), std::move(input.membership),
        answer_change<directory::Member>(std::move(answer), 201, write_membership));
  }
};

struct PutMember {
  struct Input {
    service::Requester requester;
    directory::Membership membership;
  };
  static Result<Input> parse(const Call& call) {
    static const BodySpec<directory::Membership> spec{
        field(required, "role", &directory::Membership::role,
              ParsedReader{directory::parse_role, "OWNER, ACCOUNTANT or MEMBER"}),
    };
    if (auto query = read_query(call, {}); !query) return query.error();
    const auto organization = read_path_id<OrganizationId>(call, 0, "an organization");
    if (!organization) return organization.error();
    const auto user = read_path_id<UserId>(call, 1, "a user");
    if (!user) return user.error();
    auto requester = read_requester(call, KeyNeed::none);
    if (!requester) return requester.error();
    Input input{.requester = *std::move(requester),
                .membership = {.organization = *organization, .user = *user}};
    if (auto done = read_body(call.request, spec, input.membership); !done) return done.error();
    return input;
  }
  static void process(Services& services, Input input, Answer answer) {
    services.registry.put_membership(
        std::move(input.requester), input.membership,
        answer_change<directory::Member>(std::move(answer), 200, write_membership));
  }
};

struct RemoveMember {
  struct Input {
    service::Requester requester;
    OrganizationId organization;
    UserId user;
  };
  static Result<Input> parse(const Call& call) {
    if (auto query = read_query(call, {}); !query) return query.error();
    const auto organization = read_path_id<OrganizationId>(call, 0, "an organization");
    if (!organization) return organization.error();
    const auto user = read_path_id<UserId>(call, 1, "a user");
    if (!user) return user.error();
    auto requester = read_requester(call, KeyNeed::optional);
    if (!requester) return requester.error();
    if (auto done = expect_no_body(call.request); !done) return done.error();
    return Input{.requester = *std::move(requester), .organization = *organization, .user = *user};
  }
  static void process(Services& services, Input input, Answer answer) {
    services.registry.remove_membership(
        std::move(input.requester), input.organization, input.user,
        answer_change<directory::Member>(std::move(answer), 200, write_membership));
  }
};

struct ListMembers {
  struct Input {
    OrganizationId organization;
    PageInput page;
  };
  static Result<Input> parse(const Call& call) {
    const auto organization = read_path_id<OrganizationId>(call, 0, "an organization");
    if (!organization) return organization.error();
    const auto query = read_query(call, {"limit", "cursor"});
    if (!query) return query.error();
    const auto page = read_page(*query, members_of(*organization));
    if (!page) return page.error();
    return Input{.organization = *organization, .page = *page};
  }
  static void process(Services& services, Input input, Answer answer) {
    services.registry.list_members(
        input.organization, typed<UserId>(input.page),
        answer_page<directory::Member>(
            std::move(answer), "members", members_of(input.organization), write_member,
            [](const directory::Member& member) { return member.membership.user.value; }));
  }
};

}  // namespace

void add_members(Routes& routes) {
  using directory::Right;
  routes.push_back(route<AddMember>(http::Method::post, "/v1/organizations/{organization}/members",
                                    Right::manage_members));
  routes.push_back(protective_route<RemoveMember>(http::Method::delete_,
                                                  "/v1/organizations/{organization}/members/{user}",
                                                  Right::remove_member));
  routes.push_back(route<PutMember>(
      http::Method::put, "/v1/organizations/{organization}/members/{user}", Right::manage_members));
  routes.push_back(route<ListMembers>(http::Method::get, "/v1/organizations/{organization}/members",
                                      Right::see_members));
}

}  // namespace farthing::api

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

constexpr std::string_view kList = "users";

struct CreateUser {
  struct Input {
    service::Requester requester;
    service::NewUser user;
  };
  static Result<Input> parse(const Call& call) {
    static const BodySpec<service::NewUser> spec{
        field(required, "email", &service::NewUser::email, read_new_email),
        field(optional, "name", &service::NewUser::name, TextReader{255}),
        field(optional, "profile_picture", &service::NewUser::profile_picture, read_uri),
    };
    if (auto query = read_query(call, {}); !query) return query.error();
    auto requester = read_requester(call, KeyNeed::optional);
    if (!requester) return requester.error();
    Input input{.requester = *std::move(requester), .user = {}};
    if (auto done = read_body(call.request, spec, input.user); !done) return done.error();
    return input;
  }
  static void process(Services& services, Input input, Answer answer) {
    services.registry.create_user(
        std::move(input.requester), std::move(input.user),
        answer_change<directory::User>(std::move(answer), 201, write_user));
  }
};

struct ListUsers {
  using Input = PageInput;
  static Result<Input> parse(const Call& call) {
    const auto query = read_query(call, {"limit", "cursor"});
    if (!query) return query.error();
    return read_page(*query, kList);
  }
  static void process(Services& services, Input input, Answer answer) {
    services.registry.list_users(
        typed<UserId>(input),
        answer_page<directory::User>(std::move(answer), "users", std::string(kList), write_user,
                                     [](const directory::User& user) { return user.id.value; }));
  }
};

struct ReadUser {
  using Input = UserId;
  static Result<Input> parse(const Call& call) { return read_only_id<UserId>(call, "a user"); }
  static void process(Services& services, Input input, Answer answer) {
    services.registry.read_user(input,
                                answer_record<directory::User>(std::move(answer), write_user));
  }
};

struct SetDefaultOrganization {
  struct Input {
    About<UserId> about;
    OrganizationId organization;
  };
  static Result<Input> parse(const Call& call) {
    static const BodySpec<Input> spec{
        field(required, "organization", &Input::organization,
              ParsedReader{OrganizationId::parse, "the id of an organization"}),
    };
    auto about = read_about<UserId>(call, "a user", KeyNeed::none);
    if (!about) return about.error();
    Input input{.about = *std::move(about), .organization = {}};
    if (auto done = read_body(call.request, spec, input); !done) return done.error();
    return input;
  }
  static void process(Services& services, Input input, Answer answer) {
    services.registry.set_default_organization(
        std::move(input.about.requester), input.about.id, input.organization,
        answer_change<directory::User>(std::move(answer), 200, write_user));
  }
};

template <directory::Standing standing>
struct SetStanding {
  using Input = About<UserId>;
  static Result<Input> parse(const Call& call) {
    auto about = read_about<UserId>(call, "a user", KeyNeed::optional);
    if (!about) return about.error();
    if (auto done = expect_no_body(call.request); !done) return done.error();
    if (standing == directory::Standing::disabled && about->id == call.principal.account->user.id) {
      return make_error(ErrorCode::conflict,
                        "A key cannot disable its own user. Use one of another user.");
    }
    return about;
  }
  static void process(Services& services, Input input, Answer answer) {
    services.registry.set_standing(
        std::move(input.requester), input.id, standing,
        answer_change<directory::User>(std::move(answer), 200, write_user));
  }
};

struct EraseUser {
  using Input = About<UserId>;
  static Result<Input> parse(const Call& call) {
    auto about = read_about<UserId>(call, "a user", KeyNeed::optional);
    if (!about) return about.error();
    if (auto done = expect_no_body(call.request); !done) return done.error();
    if (about->id == call.principal.account->user.id) {
      return make_error(ErrorCode::conflict,
                        "A key cannot erase its own user. Use one of another user.");
    }
    return about;
  }
  static void process(Services& services, Input input, Answer answer) {
    services.registry.erase_user(
        std::move(input.requester), input.id,
        answer_change<directory::User>(std::move(answer), 200, write_user));
  }
};

// The user's own choice of a default organization. Only the body says which one is meant, so
// `parse` checks the right.
struct ChooseOwnDefault {
  struct Input {
    service::Requester requester;
    UserId user;
    OrganizationId organization;
  };
  static Result<Input> parse(const Call& call) {
    static const BodySpec<Input> spec{
        field(required, "organization", &Input::organization,
              ParsedReader{OrganizationId::parse, "the id of an organization"}),
    };
    if (auto query = read_query(call, {}); !query) return query.error();
    auto requester = read_requester(call, KeyNeed::none);
    if (!requester) return requester.error();
    Input input{.requester = *std::move(requester),
                .user = call.principal.account->user.id,
                .organization = {}};
    if (auto done = read_body(call.request, spec, input); !done) return done.error();
    auto refusal =
        directory::find_refusal(call.principal, directory::Right::use_own_organization,
                                {.organization = input.organization, .user = input.user});
    if (!refusal) return input;
    refusal->field = "organization";
    return *std::move(refusal);
  }
  static void process(Services& services, Input input, Answer answer) {
    services.registry.set_default_organization(
        std::move(input.requester), input.user, input.organization,
        answer_change<directory::User>(std::move(answer), 200, write_user));
  }
};

}  // namespace

void add_users(Routes& routes) {
  using directory::Right;
  routes.push_back(route<CreateUser>(http::Method::post, "/v1/users", Right::operate));
  routes.push_back(route<ListUsers>(http::Method::get, "/v1/users", Right::operate));
  routes.push_back(route<ReadUser>(http::Method::get, "/v1/users/{user}", Right::operate));
  routes.push_back(route<SetStanding<directory::Standing::disabled>>(
      http::Method::post, "/v1/users/{user}/disable", Right::operate));
  routes.push_back(route<SetStanding<directory::Standing::enabled>>(
      http::Method::post, "/v1/users/{user}/enable", Right::operate));
  routes.push_back(route<EraseUser>(http::Method::post, "/v1/users/{user}/erase", Right::operate));
  routes.push_back(route<SetDefaultOrganization>(
      http::Method::put, "/v1/users/{user}/default-organization", Right::operate));
  routes.push_back(route<ChooseOwnDefault>(http::Method::put, "/v1/user/default-organization",
                                           Right::use_own_organization));
}

}  // namespace farthing::api

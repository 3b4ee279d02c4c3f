// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "server/api/api_key_fields.hpp"
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

std::string list_of_keys(const std::optional<UserId>& user) {
  return user ? "api_keys " + user->to_string() : "api_keys";
}

// Fails when the key is, or would be, another user's and the principal may not manage those.
Result<Done> expect_manageable(const directory::Principal& principal, UserId user) {
  auto refusal = directory::find_refusal(principal, directory::Right::manage_api_keys,
                                         {.organization = {}, .user = user});
  if (!refusal) return Done{};
  refusal->field = "user";
  return *std::move(refusal);
}

// Returns the callback that answers with a secret.
Reply<service::MadeApiKey> answer_secret(Answer answer, int status) {
  return [answer = std::move(answer), status](Result<service::MadeApiKey> made) mutable {
    if (!made) return answer.fail(made.error());
    answer.send(status, to_json(*made, write_made_api_key), freshness(made->is_replayed));
  };
}

struct CreateApiKey {
  struct Input {
    service::Requester requester;
    service::NewApiKey key;
  };
  static Result<Input> parse(const Call& call) {
    // Whoever may only make keys of their own need not say whose it is.
    static const BodySpec<service::NewApiKey> of_own_spec = spec_of(optional);
    static const BodySpec<service::NewApiKey> of_any_spec = spec_of(required);
    const bool is_for_any =
        directory::may_everywhere(call.principal, directory::Right::manage_api_keys);
    if (auto query = read_query(call, {}); !query) return query.error();
    auto requester = read_requester(call, KeyNeed::optional);
    if (!requester) return requester.error();
    Input input{.requester = *std::move(requester),
                .key = {.user = call.principal.account->user.id, .name = {}, .expires_at = {}}};
    auto done = read_body(call.request, is_for_any ? of_any_spec : of_own_spec, input.key);
    if (done) done = expect_manageable(call.principal, input.key.user);
    if (!done) return done.error();
    return input;
  }
  static void process(Services& services, Input input, Answer answer) {
    services.registry.create_api_key(std::move(input.requester), std::move(input.key),
                                     answer_secret(std::move(answer), 201));
  }

 private:
  static BodySpec<service::NewApiKey> spec_of(Presence user) {
    using Key = service::NewApiKey;
    return {
        field(user, "user", &Key::user, ParsedReader{UserId::parse, "the id of a user"}),
        field(optional, "name", &Key::name, TextReader{255}),
        field(optional, "scopes", &Key::scopes, read_scopes),
        field(optional, "expires_at", &Key::expires_at, read_instant),
        field(optional, "allowed_networks", &Key::allowed_networks, read_networks),
        field(optional, "rate_limit", &Key::rate_limit, read_rate_limit),
        field(optional, "spend_caps", &Key::spend_caps, read_new_spend_caps),
    };
  }
};

struct ListApiKeys {
  struct Input {
    std::optional<UserId> user;
    PageInput page;
  };
  static Result<Input> parse(const Call& call) {
    const auto query = read_query(call, {"user", "limit", "cursor"});
    if (!query) return query.error();
    Input input;
    if (const auto text = query->find("user")) {
      input.user = UserId::parse(*text);
      if (!input.user) return bad_field("user", "user must be the id of a user.");
      const auto done = expect_manageable(call.principal, *input.user);
      if (!done) return done.error();
    } else if (!directory::may_everywhere(call.principal, directory::Right::manage_api_keys)) {
      input.user = call.principal.account->user.id;
    }
    const auto page = read_page(*query, list_of_keys(input.user));
    if (!page) return page.error();
    input.page = *page;
    return input;
  }
  static void process(Services& services, Input input, Answer answer) {
    services.api_keys.list(
        input.user, typed<ApiKeyId>(input.page),
        answer_page<service::ApiKeyStatus>(
            std::move(answer), "api_keys", list_of_keys(input.user), write_api_key_status,
            [](const service::ApiKeyStatus& status) { return status.key.id.value; }));
  }
};

struct ReadApiKey {
  using Input = ApiKeyId;
  static Result<Input> parse(const Call& call) {
    return read_only_id<ApiKeyId>(call, "an API key");
  }
  static void process(Services& services, Input input, Answer answer) {
    services.api_keys.read(
        input, answer_record<service::ApiKeyStatus>(std::move(answer), write_api_key_status));
  }
};

struct ChangeApiKey {
  struct Input {
    About<ApiKeyId> about;
    directory::ApiKeyChange change;
  };
  static Result<Input> parse(const Call& call) {
    using Change = directory::ApiKeyChange;
    static const BodySpec<Change> spec{
        field(changed, "name", &Change::name, read_name_change),
        field(changed, "scopes", &Change::scopes, read_scopes),
        field(changed, "expires_at", &Change::expires_at, NullOr{read_instant}),
        field(changed, "allowed_networks", &Change::allowed_networks, read_networks_change),
        field(changed, "rate_limit", &Change::rate_limit, NullOr{read_rate_limit}),
        field(changed, "spend_caps", &Change::spend_caps, read_spend_caps),
    };
    auto about = read_about<ApiKeyId>(call, "an API key", KeyNeed::optional);
    if (!about) return about.error();
    Input input{.about = *std::move(about), .change = {}};
    if (auto done = read_body(call.request, spec, input.change); !done) return done.error();
    return input;
  }
  static void process(Services& services, Input input, Answer answer) {
    services.registry.change_api_key(
        std::move(input.about.requester), input.about.id, std::move(input.change),
        answer_change<directory::ApiKey>(std::move(answer), 200, write_api_key));
  }
};

struct RotateApiKey {
  struct Input {
    About<ApiKeyId> about;
    std::chrono::seconds overlap = service::kDefaultOverlap;
  };
  static Result<Input> parse(const Call& call) {
    static const BodySpec<Input> spec{
        field(optional, "overlap_s", &Input::overlap, read_overlap),
    };
    auto about = read_about<ApiKeyId>(call, "an API key", KeyNeed::optional);
    if (!about) return about.error();
    Input input{.about = *std::move(about)};
    if (auto done = read_optional_body(call.request, spec, input); !done) return done.error();
    return input;
  }
  static void process(Services& services, Input input, Answer answer) {
    services.registry.rotate_api_key(std::move(input.about.requester), input.about.id,
                                     input.overlap, answer_secret(std::move(answer), 200));
  }
};

struct RevokeApiKey {
  using Input = About<ApiKeyId>;
  static Result<Input> parse(const Call& call) {
    auto about = read_about<ApiKeyId>(call, "an API key", KeyNeed::optional);
    if (!about) return about.error();
    if (auto done = expect_no_body(call.request); !done) return done.error();
    return about;
  }
  static void process(Services& services, Input input, Answer answer) {
    services.registry.revoke_api_key(
        std::move(input.requester), input.id,
        answer_change<directory::ApiKey>(std::move(answer), 200, write_api_key));
  }
};

}  // namespace

void add_api_keys(Routes& routes) {
  using directory::Right;
  routes.push_back(route<CreateApiKey>(http::Method::post, "/v1/api-keys", Right::manage_api_keys));
  routes.push_back(route<ListApiKeys>(http::Method::get, "/v1/api-keys", Right::manage_api_keys));
  routes.push_back(
      route<ReadApiKey>(http::Method::get, "/v1/api-keys/{API_key}", Right::manage_api_keys));
  routes.push_back(
      route<ChangeApiKey>(http::Method::patch, "/v1/api-keys/{API_key}", Right::manage_api_keys));
  routes.push_back(route<RotateApiKey>(http::Method::post, "/v1/api-keys/{API_key}/rotate",
                                       Right::manage_api_keys));
  routes.push_back(protective_route<RevokeApiKey>(
      http::Method::post, "/v1/api-keys/{API_key}/revoke", Right::manage_api_keys));
}

}  // namespace farthing::api

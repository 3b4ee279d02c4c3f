// SPDX-License-Identifier: Apache-2.0
#include <optional>
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

// The scopes of an array of their names, at least one.
Result<store::Scopes> read_scopes(const JsonValue& value, std::string_view name) {
  const Error wrong = bad_field(
      std::string(name), std::string(name).append(
                             " must be a list of one or more of \"user\", \"meter\", \"admin\"."));
  const JsonValue::Array* array = value.as_array();
  if (array == nullptr || array->empty()) return wrong;
  store::Scopes scopes;
  for (const JsonValue& element : *array) {
    const std::string* text = element.as_string();
    const auto scope = text != nullptr ? store::parse_scope(*text) : std::nullopt;
    if (!scope) return wrong;
    scopes.add(*scope);
  }
  return scopes;
}

std::string list_of(const std::optional<UserId>& user) {
  return user ? "api_keys " + user->to_string() : "api_keys";
}

// Refused when the key is, or would be, another user's and the principal may not manage those.
Result<Done> expect_manageable(const store::Principal& principal, UserId user) {
  auto refusal = service::find_refusal(principal, service::Right::manage_api_keys,
                                       {.organization = {}, .user = user});
  if (!refusal) return Done{};
  refusal->field = "user";
  return *std::move(refusal);
}

void write_key(JsonWriter& writer, const store::ApiKey& key) { write_api_key(writer, key); }

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
        service::may_everywhere(call.principal, service::Right::manage_api_keys);
    if (auto query = read_query(call, {}); !query) return query.error();
    auto requester = read_requester(call, KeyNeed::optional);
    if (!requester) return requester.error();
    Input input{.requester = *std::move(requester), .key = {}};
    input.key.user = call.principal.account->user.id;
    auto done = read_body(call.request, is_for_any ? of_any_spec : of_own_spec, input.key);
    if (done) done = expect_manageable(call.principal, input.key.user);
    if (!done) return done.error();
    if (auto refusal = service::find_refusal_to_give(call.principal, input.key.scopes)) {
      return *std::move(refusal);
    }
    return input;
  }
  static void process(Services& services, Input input, Answer answer) {
    services.directory.create_api_key(
        std::move(input.requester), std::move(input.key),
        [answer = std::move(answer)](Result<service::MadeApiKey> made) mutable {
          if (!made) return answer.fail(made.error());
          std::string json;
          JsonWriter writer(json);
          write_api_key(writer, made->key, made->secret.reveal());
          answer.send(201, std::move(json), freshness(made->is_replayed));
        });
  }

 private:
  static BodySpec<service::NewApiKey> spec_of(Presence user) {
    using Key = service::NewApiKey;
    return {
        field(user, "user", &Key::user, ParsedReader{UserId::parse, "the id of a user"}),
        field(optional, "name", &Key::name, TextReader{255}),
        field(optional, "scopes", &Key::scopes, read_scopes),
        field(optional, "expires_at", &Key::expires_at, read_instant),
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
    } else if (!service::may_everywhere(call.principal, service::Right::manage_api_keys)) {
      input.user = call.principal.account->user.id;
    }
    const auto page = read_page(*query, list_of(input.user));
    if (!page) return page.error();
    input.page = *page;
    return input;
  }
  static void process(Services& services, Input input, Answer answer) {
    services.store.list_api_keys(
        input.user, typed<ApiKeyId>(input.page),
        answer_page<store::ApiKey>(std::move(answer), "api_keys", list_of(input.user), write_key,
                                   [](const store::ApiKey& key) { return key.id.value; }));
  }
};

struct ReadApiKey {
  using Input = ApiKeyId;
  static Result<Input> parse(const Call& call) {
    return read_only_id<ApiKeyId>(call, "an API key");
  }
  static void process(Services& services, Input input, Answer answer) {
    services.store.read_api_key(input, answer_record<store::ApiKey>(std::move(answer), write_key));
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
    services.directory.revoke_api_key(
        std::move(input.requester), input.id,
        answer_change<store::ApiKey>(std::move(answer), 200, write_key));
  }
};

}  // namespace

void add_api_keys(Routes& routes) {
  using service::Right;
  routes.push_back(route<CreateApiKey>(Method::post, "/v1/api-keys", Right::manage_api_keys));
  routes.push_back(route<ListApiKeys>(Method::get, "/v1/api-keys", Right::manage_api_keys));
  routes.push_back(
      route<ReadApiKey>(Method::get, "/v1/api-keys/{API_key}", Right::manage_api_keys));
  routes.push_back(
      route<RevokeApiKey>(Method::post, "/v1/api-keys/{API_key}/revoke", Right::manage_api_keys));
}

}  // namespace farthing::http

// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include "server/api/endpoint.hpp"
#include "server/api/entry_fields.hpp"
#include "server/api/input.hpp"
#include "server/api/routes.hpp"

namespace farthing::api {
namespace {

std::string render_outcome(const std::string& key, const ledger::Outcome& outcome) {
  std::string json;
  JsonWriter writer(json);
  writer.begin_object().member("idempotency_key", key).name("entries").begin_array();
  write_entry(writer, outcome.entry);
  for (const ledger::Entry& entry : outcome.rest) write_entry(writer, entry);
  writer.end_array().end_object();
  return json;
}

struct ReadOutcome {
  struct Input {
    OrganizationId organization;
    std::string key;
  };
  static Result<Input> parse(const Call& call) {
    if (auto query = read_query(call, {}); !query) return query.error();
    const auto organization = read_path_id<OrganizationId>(call, 0, "an organization");
    if (!organization) return organization.error();
    return Input{.organization = *organization, .key = std::string(call.route.parameters[1])};
  }
  static void process(Services& services, Input input, Answer answer) {
    std::string key = input.key;
    services.books.read_outcome(input.organization, std::move(input.key),
                                [answer = std::move(answer),
                                 key = std::move(key)](Result<ledger::Outcome> outcome) mutable {
                                  if (!outcome) return answer.fail(outcome.error());
                                  answer.send(200, render_outcome(key, *outcome));
                                });
  }
};

}  // namespace

void add_outcomes(Routes& routes) {
  routes.push_back(route<ReadOutcome>(http::Method::get,
                                      "/v1/organizations/{organization}/outcomes/{idempotency_key}",
                                      directory::Right::operate));
}

}  // namespace farthing::api

// SPDX-License-Identifier: Apache-2.0
// Answers what a service asks about its caller's key. A key that is not good is an answer and no
// error of the service's own request: {"valid":false} with what the caller is to be told.
#include <optional>
#include <string>
#include <utility>

#include "server/api/body_reader.hpp"
#include "server/api/endpoint.hpp"
#include "server/api/input.hpp"
#include "server/api/json_fields.hpp"
#include "server/api/presented_key_field.hpp"
#include "server/api/problem.hpp"
#include "server/api/records_json.hpp"
#include "server/api/routes.hpp"

namespace farthing::api {
namespace {

using enum Presence;

void write_key(JsonWriter& writer, const directory::ApiKey& key) {
  writer.name("api_key").begin_object();
  writer.member("id", key.id).member_if_any("name", key.name);
  writer.name("scopes");
  write_scopes(writer, key.scopes);
  if (key.expires_at) writer.member("expires_at", *key.expires_at);
  writer.end_object();
}

// Writes each cap with what has been spent and is left under it; what is held counts under all.
void write_cap_status(JsonWriter& writer, const ledger::SpendCaps& caps,
                      const service::CapStatus& status) {
  writer.name("spend_caps").begin_object();
  for (const ledger::CapPeriod period : ledger::kCapPeriods) {
    const auto& cap = caps.of(period);
    if (!cap) continue;
    const Credits left = ledger::left_under(*cap, period, status.spending);
    writer.name(ledger::to_string(period)).begin_object();
    writer.member("cap", *cap);
    writer.member("spent", status.spending.spent(period));
    writer.member("held", status.spending.held);
    writer.member("left", left);
    const auto resets_at = ledger::end_of_period(period, status.at);
    if (resets_at) writer.member("resets_at", *resets_at);
    writer.end_object();
  }
  writer.end_object();
}

void write_verified(JsonWriter& writer, const service::VerifiedKey& verified) {
  const directory::User& user = verified.account->user;
  write_key(writer, *verified.key);
  writer.name("user").begin_object();
  writer.member("id", user.id).member("email", user.email.value_or("")).end_object();
  writer.name("organization").begin_object();
  writer.member("id", verified.membership.organization);
  writer.member("name", verified.membership.name).end_object();
  writer.member("role", directory::to_string(verified.membership.role));
  writer.name("balance").begin_object();
  writer.member("available", verified.balance.available);
  writer.member("held", verified.balance.held).end_object();
  if (verified.caps) write_cap_status(writer, verified.key->spend_caps, *verified.caps);
}

void write_verdict(JsonWriter& writer, const service::KeyVerdict& verdict) {
  writer.begin_object();
  writer.name("valid").boolean(!verdict.refusal);
  if (verdict.refusal) {
    writer.name("status").literal(std::to_string(traits_of(verdict.refusal->code).status));
    writer.name("error").begin_object();
    write_error_members(writer, *verdict.refusal);
    writer.end_object();
  } else {
    write_verified(writer, verdict.verified);
  }
  writer.end_object();
}

struct VerifyApiKey {
  using Input = service::KeyQuestion;
  static Result<Input> parse(const Call& call) {
    static const BodySpec<Input> spec{
        field(required, kCallerKeyField, &Input::key, read_presented_key),
        field(optional, "organization", &Input::organization,
              ParsedReader{OrganizationId::parse, "the id of an organization"}),
        field(optional, "scope", &Input::scope,
              ParsedReader{directory::parse_scope, "\"user\", \"service\" or \"admin\""}),
        field(optional, "address", &Input::address,
              ParsedReader{IpAddress::parse, "an IPv4 or IPv6 address"}),
        field(optional, "could_spend", &Input::could_spend, read_amount),
    };
    if (auto query = read_query(call, {}); !query) return query.error();
    Input input;
    if (auto done = read_body(call.request, spec, input); !done) return done.error();
    input.key.counted = counted_scopes(call.request.entrance());
    return input;
  }
  static void process(Services& services, Input input, Answer answer) {
    services.key_verification.verify(
        input, [answer = std::move(answer)](Result<service::KeyVerdict> verdict) mutable {
          if (!verdict) return answer.fail(verdict.error());
          send(*verdict, answer);
        });
  }

 private:
  static void send(const service::KeyVerdict& verdict, Answer& answer) {
    static const http::ResponseHead head(200, "application/json");
    thread_local std::string body;
    body.clear();
    JsonWriter writer(body);
    write_verdict(writer, verdict);
    answer.send(head, body);
  }
};

}  // namespace

void add_key_verification(Routes& routes) {
  routes.push_back(
      route<VerifyApiKey>(http::Method::post, "/v1/api-keys/verify", directory::Right::charge));
}

}  // namespace farthing::api

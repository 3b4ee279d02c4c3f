// SPDX-License-Identifier: Apache-2.0
// The question that a proxy asks before it lets a request through: nginx by `auth_request`, which
// knows three answers. 204 means go on, 401 that the caller is not known, 403 anything else against
// the caller; the headers of the answer say what it is in truth. A fault of the question itself is
// answered as everywhere, so that nobody takes it for one of the caller.
//
// The proxy's configuration comes in the query, which no caller can write into. What the caller
// sent comes in headers of the proxy's choosing. The key in Authorization is the proxy's own.
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/idempotency_key.hpp"
#include "server/api/endpoint.hpp"
#include "server/api/input.hpp"
#include "server/api/json_fields.hpp"
#include "server/api/problem.hpp"
#include "server/api/records_json.hpp"
#include "server/api/routes.hpp"
#include "server/service/authorization_header.hpp"
#include "server/service/key_verification.hpp"

namespace farthing::api {
namespace {

constexpr std::string_view kCallerAuthorization = "Farthing-Caller-Authorization";
constexpr std::string_view kCallerAddress = "Farthing-Caller-Address";
constexpr std::string_view kStatus = "Farthing-Status";

// Returns the value of a header that may be sent once; empty when it is absent.
Result<std::string_view> read_once(const http::Request& request, std::string_view name) {
  if (request.header_count(name) > 1) {
    return bad_field(std::string(name),
                     std::string("The header ").append(name).append(" was sent more than once."));
  }
  return request.header(name).value_or(std::string_view());
}

// Reads a parameter of the query as a member of a body is read.
template <class Reader, class T>
Result<Done> read_parameter(const http::QueryParameters& query, std::string_view name,
                            Reader reader, T& into) {
  const auto text = query.find(name);
  if (!text) return Done{};
  auto value = reader(JsonValue(*text), name);
  if (!value) return std::move(value).error();
  into = *std::move(value);
  return Done{};
}

Result<std::chrono::seconds> read_ttl(const JsonValue& value, std::string_view field) {
  return read_hold_ttl(JsonValue(JsonValue::Number{*value.as_string()}), field);
}

http::Response with_status(int told, int meant) {
  http::Response response{.status = told, .content_type = {}, .headers = {}, .body = {}};
  response.add_header(kStatus, std::to_string(meant));
  return response;
}

// Answers that something is against the caller.
void refuse(const Error& error, Answer answer) {
  const http::Request& request = answer.request();
  http::Response problem = make_problem(error, request.path(), request.id());
  const ErrorTraits& traits = traits_of(error.code);
  problem.status = error.code == ErrorCode::unauthorized ? 401 : 403;
  problem.add_header(kStatus, std::to_string(traits.status));
  problem.add_header("Farthing-Error", traits.name);
  answer.send(std::move(problem));
}

void let_through(const service::VerifiedKey& verified, Credits available,
                 const std::optional<HoldId>& hold, Answer answer) {
  http::Response response = with_status(204, 204);
  response.add_header("Farthing-User", verified.account->user.id.to_string());
  response.add_header("Farthing-Key", verified.key->id.to_string());
  response.add_header("Farthing-Organization", verified.membership.organization.to_string());
  response.add_header("Farthing-Role", directory::to_string(verified.membership.role));
  response.add_header("Farthing-Balance", available.to_string());
  if (hold) response.add_header("Farthing-Hold", hold->to_string());
  answer.send(std::move(response));
}

struct Authorize {
  struct Input {
    service::Requester requester;
    service::KeyQuestion question;
    // Something against the caller that the form of the headers alone shows.
    std::optional<Error> refusal = {};
    std::optional<Credits> cost = {};
    service::NewHold hold = {};  // for that cost; its organization is found out
  };

  static Result<Input> parse(const Call& call) {
    const auto query = read_query(
        call, {"cost", "idempotency_key", "ttl_s", "over_capture", "operation", "model"});
    if (!query) return query.error();
    Input input{.requester = {.api_key = call.principal.key->id, .idempotency_key = {}},
                .question = {}};
    if (auto done = read_configuration(*query, input); !done) return done.error();
    if (auto done = read_caller(call.request, input); !done) return done.error();
    return input;
  }

  static void process(Services& services, Input input, Answer answer) {
    if (input.refusal) return refuse(*input.refusal, std::move(answer));
    const service::KeyQuestion question = input.question;
    services.key_verification.verify(
        question, [&services, input = std::move(input),
                   answer = std::move(answer)](Result<service::KeyVerdict> verdict) mutable {
          if (!verdict) return answer.fail(verdict.error());
          if (verdict->refusal) return refuse(*verdict->refusal, std::move(answer));
          service::VerifiedKey verified = std::move(verdict->verified);
          if (!input.cost) {
            const Credits available = verified.balance.available;
            return let_through(verified, available, {}, std::move(answer));
          }
          place_hold(services, std::move(verified), std::move(input), std::move(answer));
        });
  }

 private:
  static Result<Done> read_configuration(const http::QueryParameters& query, Input& input) {
    const auto read = [&query](std::string_view name, auto reader, auto& into) {
      return read_parameter(query, name, reader, into);
    };
    service::NewHold& hold = input.hold;
    for (auto& done : {read("cost", read_amount, input.cost), read("ttl_s", read_ttl, hold.ttl),
                       read("over_capture",
                            ParsedReader{ledger::parse_over_capture,
                                         "\"reject\", \"up_to_available\" or \"overdraft\""},
                            hold.over_capture),
                       read("operation", TextReader{255}, hold.operation),
                       read("model", TextReader{255}, hold.model)}) {
      if (!done) return done.error();
    }
    if (!input.cost) return Done{};
    hold.amount = *input.cost;
    auto key = parse_idempotency_key(query.find("idempotency_key").value_or(std::string_view()));
    if (!key) {
      return bad_field("idempotency_key",
                       std::string("A cost needs the parameter idempotency_key, ")
                           .append(kIdempotencyKeyForm)
                           .append(", so that a repeated question places no second hold."));
    }
    input.requester.idempotency_key = *std::move(key);
    return Done{};
  }

  static Result<Done> read_caller(const http::Request& request, Input& input) {
    const auto address = read_once(request, kCallerAddress);
    if (!address) return address.error();
    input.question.address = IpAddress::parse(*address);
    if (!address->empty() && !input.question.address) {
      return bad_field(std::string(kCallerAddress),
                       std::string(kCallerAddress).append(" must be an IP address."));
    }
    const auto authorization = read_once(request, kCallerAuthorization);
    if (!authorization) return authorization.error();
    if (authorization->empty()) {
      input.refusal = make_error(ErrorCode::unauthorized, "missing authorization header");
      return Done{};
    }
    input.question.key = service::present_key(service::find_key(*authorization));
    input.question.key.counted = counted_scopes(request.entrance());
    input.hold.caller_key = input.question.key;
    const auto organization =
        read_single_header(request, http::KnownHeader::organization, "Organization");
    if (!organization) {
      input.refusal = organization.error();
    } else if (!organization->empty()) {
      input.question.organization = OrganizationId::parse(*organization);
      // A text that is no id names nobody's organization.
      if (!input.question.organization) {
        input.refusal = make_error(ErrorCode::permission_denied,
                                   "The user of this key does not belong to that organization.");
      }
    }
    return Done{};
  }

  // Places the hold, which decides about the balance, whatever was read before.
  static void place_hold(Services& services, service::VerifiedKey verified, Input input,
                         Answer answer) {
    input.hold.organization = verified.membership.organization;
    services.metering.place_hold(
        std::move(input.requester), std::move(input.hold),
        [&services, verified = std::move(verified),
         answer = std::move(answer)](Result<ledger::Outcome> outcome) mutable {
          if (!outcome) {
            // A fault of the question, or of this server, is not against the caller.
            const ErrorCode code = outcome.error().code;
            const bool is_ours = code == ErrorCode::bad_request || traits_of(code).status >= 500;
            if (is_ours) return answer.fail(outcome.error());
            return refuse(outcome.error(), std::move(answer));
          }
          const ledger::Entry& placed = outcome->entry;
          const HoldId hold{placed.organization, placed.subject};
          const Credits available = outcome->last().available;
          if (!outcome->is_replayed) {
            return let_through(verified, available, hold, std::move(answer));
          }
          if (placed.origin.caller_key != verified.key->id) {
            return refuse(make_error(ErrorCode::idempotency_key_reused), std::move(answer));
          }
          let_through_again(services, std::move(verified), available, hold, std::move(answer));
        });
  }

  // Lets a request through while its hold is open, however often the proxy asks, and not after it.
  static void let_through_again(Services& services, service::VerifiedKey verified,
                                Credits available, HoldId hold, Answer answer) {
    services.stories.read_hold(
        hold, [verified = std::move(verified), available, hold,
               answer = std::move(answer)](Result<service::HoldStory> story) mutable {
          if (!story) return answer.fail(story.error());
          if (story->status.state == ledger::HoldState::open) {
            return let_through(verified, available, hold, std::move(answer));
          }
          refuse(make_error(ErrorCode::idempotency_key_reused,
                            "The hold of this idempotency key has ended. Ask under a new one."),
                 std::move(answer));
        });
  }
};

}  // namespace

void add_authorize(Routes& routes) {
  routes.push_back(route<Authorize>(http::Method::get, "/authorize", directory::Right::charge));
}

}  // namespace farthing::api

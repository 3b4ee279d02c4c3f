// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/idempotency_key.hpp"
#include "server/api/body_reader.hpp"
#include "server/api/endpoint.hpp"
#include "server/api/input.hpp"
#include "server/api/json_fields.hpp"
#include "server/api/movement_fields.hpp"
#include "server/api/presented_key_field.hpp"
#include "server/api/problem.hpp"
#include "server/api/records_json.hpp"
#include "server/api/replies.hpp"
#include "server/api/routes.hpp"

namespace farthing::api {
namespace {

using enum Presence;

constexpr std::size_t kMaxCharges = 1000;

// A charge of a batch that is not well-formed is refused alone.
using Element = service::KeyedCharge;
using Elements = std::vector<Result<Element>>;

Result<Element> read_element(const JsonValue& value) {
  static const BodySpec<Element> spec =
      BodySpec<Element>{field(required, "idempotency_key", &Element::idempotency_key,
                              ParsedReader{parse_idempotency_key, kIdempotencyKeyForm})}
          .with(&Element::charge, charge_spec());
  if (value.as_object() == nullptr) {
    return make_error(ErrorCode::bad_request, "A charge of a batch must be an object.");
  }
  Element element;
  if (auto done = spec.read(value, element); !done) return done.error();
  return element;
}

Result<Elements> read_elements(const JsonValue& value, std::string_view field) {
  const auto* array = value.as_array();
  if (array == nullptr || array->empty() || array->size() > kMaxCharges) {
    return bad_field(std::string(field),
                     std::string(field).append(" must be an array of 1 to 1000 charges."));
  }
  Elements elements;
  elements.reserve(array->size());
  for (const JsonValue& element : *array) elements.push_back(read_element(element));
  return elements;
}

void write_result(JsonWriter& writer, const Result<ledger::Outcome>& result) {
  writer.begin_object();
  if (result) {
    writer.name("status").literal("201");
    if (result->is_replayed) writer.name("replayed").boolean(true);
    writer.name("charge");
    write_new_charge(writer, *result);
  } else {
    writer.name("status").literal(std::to_string(traits_of(result.error().code).status));
    writer.name("error").begin_object();
    write_error_members(writer, result.error());
    writer.end_object();
  }
  writer.end_object();
}

// Writes the results of a batch. `refusals` has one place for each charge, taken by those that were
// not well-formed; `results` are those of the others, in order.
std::string render_results(std::vector<std::optional<Error>> refusals,
                           const std::vector<Result<ledger::Outcome>>& results) {
  std::string json;
  json.reserve(refusals.size() * kUsualJson);
  JsonWriter writer(json);
  writer.begin_object().name("results").begin_array();
  auto result = results.begin();
  for (std::optional<Error>& refusal : refusals) {
    if (refusal) {
      write_result(writer, *std::move(refusal));
    } else {
      write_result(writer, *result++);
    }
  }
  writer.end_array().end_object();
  return json;
}

struct CreateCharges {
  struct Input {
    ApiKeyId requester;
    Elements charges = {};
  };
  static Result<Input> parse(const Call& call) {
    static const BodySpec<Input> spec{field(required, "charges", &Input::charges, read_elements)};
    if (auto query = read_query(call, {}); !query) return query.error();
    Input input{.requester = call.principal.key->id};
    if (auto done = read_body(call.request, spec, input); !done) return done.error();
    for (Result<Element>& element : input.charges) {
      if (!element) continue;
      count_scopes(call, element->charge.caller_key);
      if (auto done = expect_declared(call, element->charge.remarks); !done) {
        element = done.error();
      }
    }
    return input;
  }
  static void process(Services& services, Input input, Answer answer) {
    std::vector<std::optional<Error>> refusals(input.charges.size());
    std::vector<service::KeyedCharge> charges;
    charges.reserve(input.charges.size());
    for (std::size_t i = 0; i < input.charges.size(); ++i) {
      Result<Element>& element = input.charges[i];
      if (!element) {
        refusals[i] = element.error();
        continue;
      }
      charges.push_back(*std::move(element));
    }
    if (charges.empty()) return answer.send(200, render_results(std::move(refusals), {}));
    services.metering.create_charges(
        input.requester, std::move(charges),
        [refusals = std::move(refusals),
         answer = std::move(answer)](std::vector<Result<ledger::Outcome>> results) mutable {
          answer.send(200, render_results(std::move(refusals), results));
        });
  }
};

}  // namespace

void add_charge_batches(Routes& routes) {
  routes.push_back(
      route<CreateCharges>(http::Method::post, "/v1/charges/batch", directory::Right::charge));
}

}  // namespace farthing::api

// SPDX-License-Identifier: Apache-2.0
#include "server/api/input.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/idempotency_key.hpp"
#include "server/api/body_spec.hpp"

namespace farthing::api {
namespace {

// What an instant in a query must be, for messages.
constexpr std::string_view kInstantOfQuery =
    "an instant from 1970 on, such as 2026-11-22T16:37:42Z (a + in a query is written %2B)";
constexpr const char* kIdempotencyKey = "Idempotency-Key";

// A long name is not sent back, because answers that nobody takes are kept in memory.
Error long_parameter() {
  return make_error(ErrorCode::bad_request, "This request has no parameter with so long a name.");
}

Error explain(const http::QueryError& error) {
  switch (error.kind) {
    case http::QueryError::Kind::bad_escape:
      return make_error(
          ErrorCode::bad_request,
          "The query has a \"%\" that does not begin the code of a byte, or begins that of NUL.");
    case http::QueryError::Kind::no_name:
      return make_error(ErrorCode::bad_request, "The query has a value without a name.");
    case http::QueryError::Kind::repeated:
      if (error.name.size() > kMostOfName) return long_parameter();
      return bad_field(error.name, "The query has \"" + error.name + "\" twice.");
  }
  return make_error(ErrorCode::bad_request);
}

// Returns whether the text of a query is an instant but for the + of its offset, which stands for a
// blank in a query.
bool has_lost_plus(std::string_view text) {
  std::string restored(text);
  std::ranges::replace(restored, ' ', '+');
  return Instant::parse(restored).has_value();
}

Error missing_idempotency_key() {
  return bad_field(kIdempotencyKey,
                   "This request needs the header Idempotency-Key, so that it can be repeated "
                   "without being done twice.");
}

directory::ActOrigin act_origin_of(const Call& call) {
  return {.user = call.principal.account->user.id,
          .address = call.request.client_address().to_string(),
          .request_id = std::string(call.request.id()),
          .credential = directory::Credential{.secret_digest = call.principal.secret_digest(),
                                              .counted = counted_scopes(call.request.entrance())}};
}

}  // namespace

directory::Scopes counted_scopes(http::Entrance entrance) {
  directory::Scopes scopes = directory::Scopes::every();
  if (entrance == http::Entrance::callers) scopes.remove(directory::Scope::admin);
  return scopes;
}

Result<http::QueryParameters> read_query(const http::Request& request,
                                         std::initializer_list<std::string_view> allowed) {
  auto query = http::QueryParameters::parse(request.query());
  if (!query) return explain(query.error());
  for (const auto& [name, value] : query->all()) {
    if (std::ranges::find(allowed, name) == allowed.end()) {
      if (name.size() > kMostOfName) return long_parameter();
      return bad_field(name, "This request has no parameter \"" + name + "\".");
    }
  }
  return *std::move(query);
}

Result<std::optional<Instant>> read_instant_parameter(const http::QueryParameters& query,
                                                      std::string_view name) {
  const auto text = query.find(name);
  if (!text) return std::optional<Instant>();
  const auto instant = Instant::parse(*text);
  if (instant) return std::optional(*instant);
  if (has_lost_plus(*text)) {
    return bad_field(std::string(name),
                     std::string(name).append(
                         " has a blank where the + of its offset was: a query wants a + written "
                         "%2B. Write %2B, or the instant in UTC with a Z."));
  }
  return bad_field(std::string(name),
                   std::string(name).append(" must be ").append(kInstantOfQuery).append("."));
}

Result<service::Requester> read_requester(const Call& call, KeyNeed need) {
  service::Requester requester{.api_key = call.principal.key->id,
                               .idempotency_key = {},
                               .max_live_keys = call.max_live_keys};
  if (call.is_act)
    requester.act = std::make_shared<const directory::ActOrigin>(act_origin_of(call));
  if (need == KeyNeed::none) return requester;
  const auto key =
      read_single_header(call.request, http::KnownHeader::idempotency_key, kIdempotencyKey);
  if (!key) return key.error();
  const bool is_absent = !call.request.header(http::KnownHeader::idempotency_key).has_value();
  if (is_absent && need == KeyNeed::optional) return requester;
  if (is_absent) return missing_idempotency_key();
  auto parsed = parse_idempotency_key(*key);
  if (!parsed) {
    return bad_field(kIdempotencyKey,
                     std::string("Idempotency-Key must be ").append(kIdempotencyKeyForm) + ".");
  }
  requester.idempotency_key = *std::move(parsed);
  return requester;
}

Result<Done> expect_idempotency_key(const service::Requester& requester) {
  if (requester.idempotency_key.empty()) return missing_idempotency_key();
  return Done{};
}

std::optional<std::string> parse_idempotency_key(std::string_view text) {
  if (!may_be_stored_idempotency_key(text)) return {};
  return std::string(text);
}

Result<std::string_view> read_single_header(const http::Request& request, http::KnownHeader header,
                                            std::string_view name) {
  if (request.header_count(header) > 1) {
    return bad_field(std::string(name),
                     std::string("The header ").append(name).append(" was sent more than once."));
  }
  return request.header(header).value_or(std::string_view());
}

}  // namespace farthing::api

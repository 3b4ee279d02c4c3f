// SPDX-License-Identifier: Apache-2.0
// The parts of an input that do not come from the body: ids in the path, parameters of the query,
// the idempotency key.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "server/api/endpoint.hpp"
#include "server/http/query.hpp"
#include "server/service/requester.hpp"

namespace farthing::api {

// Reads the path's parameter at `index`. Fails with 404 when it is no id of that kind, for it names
// nothing then.
template <class Id>
Result<Id> read_path_id(const Call& call, std::size_t index, std::string_view noun) {
  const auto id = Id::parse(call.route.parameters[index]);
  if (id) return *id;
  return make_error(ErrorCode::not_found, std::string("That is not the id of ")
                                              .append(noun)
                                              .append("; copy it whole, as the server gave it."));
}

// Returns the query's parameters, if `allowed` has all of them.
Result<http::QueryParameters> read_query(const http::Request& request,
                                         std::initializer_list<std::string_view> allowed);
inline Result<http::QueryParameters> read_query(const Call& call,
                                                std::initializer_list<std::string_view> allowed) {
  return read_query(call.request, allowed);
}

// Returns the instant of a parameter, if it is there.
Result<std::optional<Instant>> read_instant_parameter(const http::QueryParameters& query,
                                                      std::string_view name);

// Returns which scopes of keys count at an entrance: nobody is an operator at the port of callers.
directory::Scopes counted_scopes(http::Entrance entrance);

enum class KeyNeed : std::uint8_t { required, optional, none };

// Returns who makes the change, with the header Idempotency-Key. With `none` the header is not
// looked at.
Result<service::Requester> read_requester(const Call& call, KeyNeed need);

// Reads the id in the path of a request that has no query.
template <class Id>
Result<Id> read_only_id(const Call& call, std::string_view noun) {
  if (auto query = read_query(call, {}); !query) return query.error();
  return read_path_id<Id>(call, 0, noun);
}

// The parts, besides the body, of a request to change one thing, which the path names.
template <class Id>
struct About {
  service::Requester requester;
  Id id;
};
template <class Id>
Result<About<Id>> read_about(const Call& call, std::string_view noun, KeyNeed need) {
  const auto id = read_only_id<Id>(call, noun);
  if (!id) return id.error();
  auto requester = read_requester(call, need);
  if (!requester) return requester.error();
  return About<Id>{.requester = *std::move(requester), .id = *id};
}

// Fails with 400 when there is no idempotency key, for kinds of which only some requests need one.
Result<Done> expect_idempotency_key(const service::Requester& requester);

// Returns the key under which a request may be a repeat, or nothing (base/idempotency_key.hpp). The
// store says whether something new may be done under it, for it alone knows what is new.
std::optional<std::string> parse_idempotency_key(std::string_view text);

// Returns the value of a header that may be sent once; empty when it is absent.
Result<std::string_view> read_single_header(const http::Request& request, http::KnownHeader header,
                                            std::string_view name);

}  // namespace farthing::api

// SPDX-License-Identifier: Apache-2.0
// The one shape of everything that can be called. An endpoint is a type with
//   Input                                         what the request says, checked;
//   static Result<Input> parse(const Call&)       reads and checks it, changes nothing;
//   static void process(Services&, Input, Answer) does it and answers, now or later.
// Before `parse` the caller is known and may call it, as far as the path tells, unless the route is
// open to everybody. Where a right is about what the query, a header or the body names, `parse`
// asks server/directory/permissions.hpp. `parse` sees the request, `process` only the input.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "server/api/answer.hpp"
#include "server/api/route_target.hpp"
#include "server/directory/permissions.hpp"
#include "server/http/method.hpp"
#include "server/http/request.hpp"
#include "server/http/router.hpp"
#include "server/service/services.hpp"
#include "server/service/tag_names.hpp"

namespace farthing::api {

using service::Services;

// A request on its way into an endpoint. It holds views that are valid during `parse`.
struct Call {
  const http::Request& request;
  const http::RouteMatch& route;
  const directory::Principal& principal;  // of nothing on a route that is open to everybody
  bool is_act = false;                    // what the audit log tells of, if it succeeds
  // How many live API keys it may give to a user; nothing: no bound.
  std::optional<std::uint32_t> max_live_keys = {};
  const service::TagNames& tag_names = service::kNoTagNames;  // that the operator has declared
};

using EndpointFunction = void (*)(Services&, const Call&, Answer);

template <class Endpoint>
void run_endpoint(Services& services, const Call& call, Answer answer) {
  auto input = Endpoint::parse(call);
  if (!input) return answer.fail(input.error());
  Endpoint::process(services, *std::move(input), std::move(answer));
}

// One line of the table of routes.
struct Route {
  http::Method method;
  std::string_view pattern;
  std::optional<directory::Right> right;  // that the caller needs; nothing: open to everybody
  EndpointFunction run;
  RouteTarget target;  // what the path names
  // Whether it only takes something away: what somebody did before never hinders them at that.
  bool is_protective = false;

  // Returns whether it changes something and is no movement of a service's.
  bool is_act() const { return method != http::Method::get && right != directory::Right::charge; }
};

using Routes = std::vector<Route>;

template <class Endpoint>
Route route(http::Method method, std::string_view pattern, directory::Right right) {
  return {method, pattern, right, &run_endpoint<Endpoint>, RouteTarget(pattern)};
}

template <class Endpoint>
Route protective_route(http::Method method, std::string_view pattern, directory::Right right) {
  Route protective = route<Endpoint>(method, pattern, right);
  protective.is_protective = true;
  return protective;
}

// Returns a route for which nobody needs a key.
template <class Endpoint>
Route open_route(http::Method method, std::string_view pattern) {
  return {method, pattern, {}, &run_endpoint<Endpoint>, RouteTarget(pattern)};
}

}  // namespace farthing::api

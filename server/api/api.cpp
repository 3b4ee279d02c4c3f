// SPDX-License-Identifier: Apache-2.0
#include "server/api/api.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "server/api/input.hpp"
#include "server/api/problem.hpp"
#include "server/api/readiness.hpp"
#include "server/api/routes.hpp"

namespace farthing::api {
namespace {

constexpr std::string_view kHealth = "/healthz";
constexpr std::string_view kReadiness = "/readyz";
// The bytes of body that a request may send that needs no key.
constexpr std::size_t kMostOpenBody = std::size_t{4} * 1024;
// The bytes of body that a key may send whose one scope is "user". It books nothing, so its
// requests are small, and there are many such keys, of people whom the operator does not know.
constexpr std::size_t kMostUserBody = std::size_t{64} * 1024;

http::Router make_router(const Routes& routes, http::Entrance entrance) {
  http::Router router;
  http::RouteId id = 0;
  for (const Route& route : routes) {
    const bool is_there =
        entrance != http::Entrance::callers || route.right != directory::Right::operate;
    if (is_there) router.add(route.method, route.pattern, id);
    ++id;
  }
  return router;
}

Error wrong_method(std::string_view allow) {
  Error error = make_error(ErrorCode::method_not_allowed);
  error.details = {{std::string(kAllowDetail), std::string(allow)}};
  return error;
}

// Returns the path with one slash at its begin and none at its end; "/" when it has nothing else.
std::string_view without_outer_slashes(std::string_view path) {
  while (path.starts_with("//")) path.remove_prefix(1);
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path;
}

Error slash_too_many(std::string_view pattern) {
  return make_error(ErrorCode::not_found,
                    std::string("There is nothing at a path with a slash too many. The path is \"")
                        .append(pattern)
                        .append("\"."));
}

Error bad_path() {
  return make_error(
      ErrorCode::bad_request,
      "The path has a \"%\" that does not begin the code of a byte, or begins that of NUL.");
}

Error no_scope() {
  return make_error(ErrorCode::permission_denied,
                    "The scope \"admin\" does not count at this port; operators have a port of "
                    "their own.");
}

}  // namespace

Api::Api(Services& services)
    : services_(services),
      routes_(all_routes()),
      router_(make_router(routes_, http::Entrance::full)),
      callers_router_(make_router(routes_, http::Entrance::callers)) {
  std::ranges::copy_if(routes_, std::back_inserter(open_routes_),
                       [](const Route& route) { return !route.right; });
}

void Api::handle_head(const http::Request& head, http::Responder responder) {
  Answer answer(head, std::move(responder));
  if (answer_probe(answer)) return;
  if (find_open_route(head) != nullptr) return answer.accept_body(kMostOpenBody);
  authenticate(std::move(answer), [this](const Result<directory::Principal>& principal,
                                         Answer from) { admit_head(principal, std::move(from)); });
}

void Api::handle(const http::Request& request, http::Responder responder) {
  Answer answer(request, std::move(responder));
  if (answer_probe(answer) || answer_open_route(answer)) return;
  authenticate(std::move(answer), [this](const Result<directory::Principal>& principal,
                                         Answer from) { admit(principal, std::move(from)); });
}

template <class Then>
void Api::authenticate(Answer answer, Then then) {
  const http::Request& request = answer.request();
  if (request.header_count(http::KnownHeader::authorization) > 1) {
    return answer.fail(
        bad_field("Authorization", "The header Authorization was sent more than once."));
  }
  services_.authenticator.authenticate(
      request.header(http::KnownHeader::authorization),
      [then, answer = std::move(answer)](const Result<directory::Principal>& principal) mutable {
        then(principal, std::move(answer));
      });
}

void Api::refuse(const Error& error, Answer& answer) {
  const http::Request& request = answer.request();
  const bool is_wrong_key = error.code == ErrorCode::unauthorized &&
                            !request.header(http::KnownHeader::authorization).value_or("").empty();
  if (!is_wrong_key) return answer.fail(error);
  answer.fail(services_.admission.refuse(error, request.client_address()));
}

void Api::admit_head(const Result<directory::Principal>& principal, Answer answer) {
  if (!principal) return refuse(principal.error(), answer);
  const http::Request& head = answer.request();
  const auto find_address = [&head] { return head.client_address(); };
  auto refusal = service::Admission::check_address(*principal->key, find_address);
  if (!refusal) {
    refusal =
        find_refusal(directory::with_scopes(*principal, counted_scopes(head.entrance())), head);
  }
  if (!refusal) {
    const bool is_user_key = principal->key->scopes == directory::Scopes(directory::Scope::user);
    return is_user_key ? answer.accept_body(kMostUserBody) : answer.accept_body();
  }
  const auto verdict =
      services_.admission.admit(*principal->key, service::KeyUser::holder, find_address);
  if (verdict.rate) answer.set_rate(*verdict.rate);
  answer.fail(verdict.refusal ? *verdict.refusal : *refusal);
}

std::optional<Error> Api::find_refusal(const directory::Principal& principal,
                                       const http::Request& head) const {
  const http::RouteMatch match = router_of(head).match(head.method(), head.path());
  if (match.kind != http::RouteMatch::Kind::found) return no_route(head, match);
  const Route& route = routes_[match.route];
  if (!route.right) return {};
  if (principal.key->scopes == directory::Scopes()) return no_scope();
  if (directory::may_everywhere(principal, *route.right)) return {};
  // The user of a key that the path names is looked up later.
  if (!route.target.is_named() || route.target.is_api_key()) {
    return directory::find_refusal(principal, *route.right);
  }
  return directory::find_refusal(principal, *route.right, route.target.find(match));
}

std::string_view Api::find_pattern(const http::Request& request, std::string_view path) const {
  for (const std::string_view probe : {kHealth, kReadiness}) {
    if (path == probe) return probe;
  }
  for (std::size_t i = 0; i < http::kMethodCount; ++i) {
    const auto match = router_of(request).match(static_cast<http::Method>(i), path);
    if (match.kind == http::RouteMatch::Kind::found) return routes_[match.route].pattern;
  }
  return {};
}

Error Api::no_route(const http::Request& request, const http::RouteMatch& match) const {
  using Kind = http::RouteMatch::Kind;
  if (match.kind == Kind::method_not_allowed) return wrong_method(match.allow);
  if (match.kind != Kind::not_found) return bad_path();
  const std::string_view path = without_outer_slashes(request.path());
  // The pattern is told and not the path, which may have a secret where an id belongs.
  const std::string_view pattern =
      path == request.path() ? std::string_view() : find_pattern(request, path);
  return pattern.empty() ? make_error(ErrorCode::not_found) : slash_too_many(pattern);
}

void Api::admit(const Result<directory::Principal>& principal, Answer answer) {
  if (!principal) return refuse(principal.error(), answer);
  const http::Request& request = answer.request();
  const auto verdict = services_.admission.admit(*principal->key, service::KeyUser::holder,
                                                 [&request] { return request.client_address(); });
  if (verdict.rate) answer.set_rate(*verdict.rate);
  if (verdict.refusal) return answer.fail(*verdict.refusal);
  dispatch(directory::with_scopes(*principal, counted_scopes(request.entrance())),
           std::move(answer));
}

void Api::dispatch(const directory::Principal& principal, Answer answer) {
  const http::Request& request = answer.request();
  const http::RouteMatch match = router_of(request).match(request.method(), request.path());
  if (match.kind != http::RouteMatch::Kind::found) return answer.fail(no_route(request, match));
  const Route& route = routes_[match.route];
  answer.set_route(route.pattern);
  if (!route.right) {
    // The route is open, but its path was not spelled as the pattern is, so a key was needed.
    const Call call{.request = request, .route = match, .principal = principal};
    return route.run(services_, call, std::move(answer));
  }
  if (principal.key->scopes == directory::Scopes()) return answer.fail(no_scope());
  const bool is_settled = directory::may_everywhere(principal, *route.right);
  if (!is_settled && route.target.is_api_key()) {
    return dispatch_on_key(route, match, principal, std::move(answer));
  }
  const auto refusal = route.target.is_named() ? directory::find_refusal(principal, *route.right,
                                                                         route.target.find(match))
                                               : directory::find_refusal(principal, *route.right);
  if (refusal) return answer.fail(*refusal);
  run(route, match, principal, std::move(answer));
}

void Api::run(const Route& route, const http::RouteMatch& match,
              const directory::Principal& principal, Answer answer) {
  if (route.is_act() && !route.is_protective) {
    const auto rate = services_.user_acts.count(principal, service::coarse_now());
    if (rate && !rate->is_allowed) {
      answer.set_act_rate(*rate);
      return answer.fail(service::rate_limit_exceeded(
          *rate, "The user of this key has asked for as many changes as one may in that time."));
    }
  }
  const Call call{.request = answer.request(),
                  .route = match,
                  .principal = principal,
                  .is_act = route.is_act(),
                  .max_live_keys = services_.user_limits.live_keys_for(principal),
                  .tag_names = services_.tag_names};
  route.run(services_, call, std::move(answer));
}

const Route* Api::find_open_route(const http::Request& request) const {
  const auto is_asked_for = [&](const Route& route) {
    const bool is_method =
        route.method == request.method() ||
        (route.method == http::Method::get && request.method() == http::Method::head);
    return is_method && route.pattern == request.path();
  };
  const auto route = std::ranges::find_if(open_routes_, is_asked_for);
  return route == open_routes_.end() ? nullptr : &*route;
}

bool Api::answer_open_route(Answer& answer) {
  const http::Request& request = answer.request();
  const Route* const route = find_open_route(request);
  if (route == nullptr) return false;
  static const directory::Principal nobody;
  static const http::RouteMatch no_parameters;
  route->run(services_, Call{.request = request, .route = no_parameters, .principal = nobody},
             std::move(answer));
  return true;
}

// A key's user never changes, so nothing is lost between the look-up and the endpoint.
void Api::dispatch_on_key(const Route& route, const http::RouteMatch& match,
                          const directory::Principal& principal, Answer answer) {
  if (const auto refusal = directory::find_refusal(principal, *route.right)) {
    return answer.fail(*refusal);
  }
  const auto key = route.target.find_api_key(match);
  if (!key) return answer.fail(*directory::find_refusal(principal, *route.right, {}));
  services_.registry.read_api_key(
      *key, [this, &route, match, principal,
             answer = std::move(answer)](Result<directory::ApiKey> found) mutable {
        if (!found && found.error().code != ErrorCode::not_found) {
          return answer.fail(found.error());
        }
        directory::Target target;
        if (found) target.user = found->user;
        if (const auto refusal = directory::find_refusal(principal, *route.right, target)) {
          return answer.fail(*refusal);
        }
        run(route, match, principal, std::move(answer));
      });
}

void Api::note_shortage(http::Shortage shortage, const std::optional<IpAddress>& peer) {
  shortages_.note(shortage, std::chrono::steady_clock::now(), SystemClock().now());
  // The transport logs a shortage of connections itself, for nobody's address is known yet.
  if (shortage == http::Shortage::request_memory) {
    services_.admission.refusals().note(service::Refusal::large_request, peer);
  }
}

bool Api::is_probe(const http::Request& request) const {
  return request.path() == kReadiness || request.path() == kHealth;
}

bool Api::answer_probe(Answer& answer) const {
  if (!is_probe(answer.request())) return false;
  const bool is_readiness = answer.request().path() == kReadiness;
  const http::Method method = answer.request().method();
  if (method != http::Method::get && method != http::Method::head) {
    answer.fail(wrong_method("GET, HEAD"));
  } else if (is_readiness && !is_ready_.load(std::memory_order_relaxed)) {
    answer.fail(make_error(ErrorCode::unavailable));
  } else if (is_readiness) {
    auto limitations = services_.operations.limitations();
    std::ranges::move(shortages_.all(std::chrono::steady_clock::now()),
                      std::back_inserter(limitations));
    auto response = make_readiness(answer.request(), limitations);
    if (response) {
      answer.send(*std::move(response));
    } else {
      answer.fail(response.error());
    }
  } else if (const auto query = read_query(answer.request(), {}); !query) {
    answer.fail(query.error());
  } else {
    answer.send(200, R"({"status":"ok"})");
  }
  return true;
}

http::Response Api::describe(const http::TransportError& error) { return make_problem(error); }

}  // namespace farthing::api

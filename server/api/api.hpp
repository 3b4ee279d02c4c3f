// SPDX-License-Identifier: Apache-2.0
// All that can be asked of the server, as one handler for the transport. Every request is answered
// in this order of checks: who is asking (401), from where (403) and how often (429), whether there
// is such a thing to call (404, 405), whether the key may (403), how much its user has changed
// lately (429), the form of the request (400, 415), the idempotency key, then what it names and the
// balance. Whatever the head alone can be refused for is found before a large body is read.
// Immutable but for the readiness; safe to call from any thread.
#pragma once

#include <atomic>
#include <optional>

#include "server/api/answer.hpp"
#include "server/api/endpoint.hpp"
#include "server/api/shortages.hpp"
#include "server/http/handler.hpp"
#include "server/http/router.hpp"

namespace farthing::api {

class Api final : public http::Handler {
 public:
  // `services` must outlive the API and every pending answer.
  explicit Api(Services& services);

  void handle_head(const http::Request& head, http::Responder responder) override;
  bool is_probe(const http::Request& request) const override;
  void handle(const http::Request& request, http::Responder responder) override;
  http::Response describe(const http::TransportError& error) override;

  // Sets whether /readyz says what the store can do, or that the server is not ready; it is not
  // ready at first.
  void set_ready(bool is_ready) { is_ready_.store(is_ready, std::memory_order_relaxed); }
  // Notes that the server has turned somebody away before this was asked: /readyz and the log tell
  // of it.
  void note_shortage(http::Shortage shortage, const std::optional<IpAddress>& peer);

 private:
  // Returns the pattern of what is at a path, whatever the method; empty when there is nothing.
  std::string_view find_pattern(const http::Request& request, std::string_view path) const;
  // Returns why a request has no route. A path with slashes too many is no route either, but the
  // refusal names the path that was meant.
  Error no_route(const http::Request& request, const http::RouteMatch& match) const;
  // Calls `then(const Result<directory::Principal>&, Answer)` with who sent the request.
  template <class Then>
  void authenticate(Answer answer, Then then);
  // Refuses a request whose sender is not known.
  void refuse(const Error& error, Answer& answer);
  // Refuses a head that can be refused without the body, and counts that as a use of the key.
  // `principal` is who sent it, or why that is not known. A head that is not refused comes again
  // with its whole request, which is checked and counted then.
  void admit_head(const Result<directory::Principal>& principal, Answer answer);
  // Returns why the sender may not do what the head says, if the head shows that.
  std::optional<Error> find_refusal(const directory::Principal& principal,
                                    const http::Request& head) const;
  // Checks from where and how often a key is used, and dispatches its request. `principal` is who
  // sent it, or why that is not known.
  void admit(const Result<directory::Principal>& principal, Answer answer);
  // Finds the route of a request that was let in, checks its sender's right, and runs it.
  void dispatch(const directory::Principal& principal, Answer answer);
  // Checks that the sender may use the route on the API key that the path names, and runs it.
  void dispatch_on_key(const Route& route, const http::RouteMatch& match,
                       const directory::Principal& principal, Answer answer);
  // Runs a request that its sender may make, unless it is an act and the user has done too many.
  void run(const Route& route, const http::RouteMatch& match, const directory::Principal& principal,
           Answer answer);
  // Answers the two probes, which need no key. Returns false for other requests.
  bool answer_probe(Answer& answer) const;
  // Returns the request's route if it needs no key, else null.
  const Route* find_open_route(const http::Request& request) const;
  bool answer_open_route(Answer& answer);
  const http::Router& router_of(const http::Request& request) const {
    return request.entrance() == http::Entrance::callers ? callers_router_ : router_;
  }

  Services& services_;
  Routes routes_;
  Routes open_routes_;  // those that need no key; their patterns are whole paths
  http::Router router_;
  // The routes without what only operators may do.
  http::Router callers_router_;
  std::atomic<bool> is_ready_ = false;
  Shortages shortages_;
};

}  // namespace farthing::api

// SPDX-License-Identifier: Apache-2.0
#include "server/http/handlers/answer.hpp"

#include "server/http/handlers/missing.hpp"
#include "server/http/problem.hpp"

namespace farthing::http {

void Answer::send(int status, std::string json, Freshness freshness) {
  Response response{
      .status = status, .content_type = "application/json", .headers = {}, .body = std::move(json)};
  if (freshness == Freshness::replayed) response.add_header("Idempotency-Replayed", "true");
  responder_.send(std::move(response));
}

void Answer::fail(const Error& error) {
  responder_.send(
      make_problem(name_what_is_missing(error, route_), request_->path(), request_->id()));
}

}  // namespace farthing::http

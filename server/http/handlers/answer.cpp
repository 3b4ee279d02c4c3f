// SPDX-License-Identifier: Apache-2.0
#include "server/http/handlers/answer.hpp"

#include "server/http/handlers/missing.hpp"
#include "server/http/problem.hpp"

namespace farthing::http {

void Answer::send(int status, std::string json, Freshness freshness) {
  Response response{
      .status = status, .content_type = "application/json", .headers = {}, .body = std::move(json)};
  if (freshness == Freshness::replayed) response.add_header("Idempotency-Replayed", "true");
  send(std::move(response));
}

void Answer::send(Response response) {
  rate_.append_to(response.headers);
  responder_.send(std::move(response));
}

void Answer::send(const ResponseHead& head, std::string_view body) {
  thread_local std::string lines;
  lines.clear();
  rate_.append_to(lines);
  responder_.send(head, lines, body);
}

void Answer::fail(const Error& error) {
  send(make_problem(name_what_is_missing(error, route_), request_->path(), request_->id()));
}

}  // namespace farthing::http

// SPDX-License-Identifier: Apache-2.0
#include "server/api/answer.hpp"

#include "server/api/missing.hpp"
#include "server/api/problem.hpp"

namespace farthing::api {

void Answer::send(int status, std::string json, Freshness freshness) {
  http::Response response{
      .status = status, .content_type = "application/json", .headers = {}, .body = std::move(json)};
  if (freshness == Freshness::replayed) response.add_header("Idempotency-Replayed", "true");
  send(std::move(response));
}

void Answer::send(http::Response response) {
  rate_.append_to(response.headers);
  responder_.send(std::move(response));
}

void Answer::send(const http::ResponseHead& head, std::string_view body) {
  thread_local std::string lines;
  lines.clear();
  rate_.append_to(lines);
  responder_.send(head, lines, body);
}

void Answer::fail(const Error& error) {
  send(make_problem(name_what_is_missing(error, route_), request_->path(), request_->id()));
}

}  // namespace farthing::api

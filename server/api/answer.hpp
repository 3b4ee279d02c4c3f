// SPDX-License-Identifier: Apache-2.0
// The one answer to one request, as the endpoints give it: a JSON body, or an error in the form of
// the request's API version. Move-only, used once, from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "server/api/rate_fields.hpp"
#include "server/http/request.hpp"
#include "server/http/responder.hpp"
#include "server/http/response.hpp"
#include "server/service/rate_meter.hpp"

namespace farthing::api {

// Tells whether what is answered was done now or at an earlier request with the same idempotency
// key.
enum class Freshness : std::uint8_t { fresh, replayed };

inline Freshness freshness(bool is_replayed) {
  return is_replayed ? Freshness::replayed : Freshness::fresh;
}

class Answer {
 public:
  // `request` lives as long as `responder` is unspent.
  Answer(const http::Request& request, http::Responder responder)
      : request_(&request), responder_(std::move(responder)) {}

  void send(int status, std::string json, Freshness freshness = Freshness::fresh);
  // Answers in another form than JSON.
  void send(http::Response response);
  // Answers without an allocation, when called before the handler returns.
  void send(const http::ResponseHead& head, std::string_view body);
  void fail(const Error& error);
  // Has the body read, of at most so many bytes, instead of an answer to a head.
  void accept_body(std::size_t max_body = std::numeric_limits<std::size_t>::max()) {
    responder_.accept_body(max_body);
  }

  const http::Request& request() const { return *request_; }
  // Sets the pattern of the route that was taken, by which a 404 names what is missing; it must
  // outlive this. There is none at first.
  void set_route(std::string_view pattern) { route_ = pattern; }
  // Sets what is left to the key of its rate limit; the answer says it then.
  void set_rate(const service::RateVerdict& rate) { rate_ = RateFields(rate); }
  // Sets what is left of the acts of its user; the answer says that in place of the key's limit.
  void set_act_rate(const service::RateVerdict& rate) { rate_ = RateFields(rate, "acts"); }

 private:
  const http::Request* request_;
  http::Responder responder_;
  std::string_view route_;
  RateFields rate_;
};

}  // namespace farthing::api

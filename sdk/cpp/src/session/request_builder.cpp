// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/session/request_builder.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "sdk/cpp/src/session/header_rules.hpp"
#include "sdk/cpp/src/session/idempotency_key.hpp"

namespace farthing::sdk {
namespace {

constexpr std::size_t kLongestIdempotencyKey = 255;

std::optional<Failure> check_idempotency_key(const std::string& key) {
  if (const auto flaw = credential_flaw(key)) {
    return usage_failure("idempotency_key", "the idempotency key " + *flaw);
  }
  if (key.size() > kLongestIdempotencyKey) {
    return usage_failure("idempotency_key", "the idempotency key is longer than 255 characters");
  }
  return {};
}

// Returns whether the server could carry the call out twice without an idempotency key.
bool needs_key(const Call& call) {
  const bool is_repeatable = call.method == "GET" || call.method == "PUT";
  return !is_repeatable && !call.has_own_keys;
}

std::string url_of(const Settings& settings, const Call& call) {
  std::string url = settings.server.origin;
  url += settings.server.path;
  url += '/';
  url += call.version.empty() ? std::string_view(settings.options.api_version) : call.version;
  url += call.path;
  return url;
}

}  // namespace

Result<PreparedRequest> make_request(const Settings& settings, const Call& call,
                                     const CallOptions& options, Pacer& pacer) {
  if (!call.is_of_user_api) {
    if (auto failure = check_is_farthing(settings)) return std::move(*failure);
  }
  PreparedRequest request;
  request.http.method = call.method;
  request.http.url = url_of(settings, call);
  request.http.unix_socket = settings.server.unix_socket;
  std::vector<Header>& headers = request.http.headers;
  headers.reserve(settings.headers.size() + 4);
  if (call.needs_api_key) {
    if (auto failure = check_has_key(settings)) return std::move(*failure);
    headers.push_back(settings.authorization);
  }
  headers.insert(headers.end(), settings.headers.begin(), settings.headers.end());
  request.http.connect_timeout = settings.options.connect_timeout;
  request.http.max_response_bytes = settings.options.max_response_bytes;
  request.http.cancellation = options.cancellation;
  request.http.should_stop = options.should_stop;

  if (call.organization && !call.organization->empty()) {
    if (const auto flaw = credential_flaw(*call.organization)) {
      return usage_failure("organization", "the organization " + *flaw);
    }
    headers.push_back({"Organization", *call.organization});
  }
  if (call.body) {
    request.http.body = call.body;
    headers.push_back({"Content-Type", "application/json"});
  }
  if (call.answer_type == AnswerType::csv) {
    set_header(headers, {"Accept", "text/csv"});
  }
  if (call.has_own_keys) {
    if (options.idempotency_key) {
      return usage_failure("idempotency_key",
                           "each charge of a batch has an idempotency key of its own, the batch "
                           "has none");
    }
  } else if (call.method != "GET" && options.idempotency_key) {
    if (auto failure = check_idempotency_key(*options.idempotency_key)) return std::move(*failure);
    request.idempotency_key = *options.idempotency_key;
  } else if (needs_key(call)) {
    request.idempotency_key = make_idempotency_key(pacer.wall_now());
  }
  if (!request.idempotency_key.empty()) {
    headers.push_back({"Idempotency-Key", request.idempotency_key});
  }
  request.http.is_repeatable = !needs_key(call) || !request.idempotency_key.empty();
  return request;
}

}  // namespace farthing::sdk

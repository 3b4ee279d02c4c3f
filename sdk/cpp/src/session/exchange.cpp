// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/session/exchange.hpp"

#include <algorithm>
#include <utility>

#include "sdk/cpp/src/session/redaction.hpp"
#include "sdk/cpp/src/session/retry_rules.hpp"
#include "sdk/cpp/src/session/url.hpp"

namespace farthing::sdk {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr int kMaxRedirects = 5;
constexpr milliseconds kLongestSlice{50};  // of a wait, when somebody wants to be asked meanwhile

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// Cuts a key out of the whole answer.
void redact_answer(ServerAnswer& answer, const std::string& key) {
  const auto clean = [&](std::string text) {
    return answer.is_good() ? redact_whole(std::move(text), key) : redact(text, key);
  };
  answer.body = clean(std::move(answer.body));
  for (Header& header : answer.headers) header.value = clean(std::move(header.value));
  if (answer.error) redact_error(*answer.error, key);
}

}  // namespace

Exchange::Exchange(const Settings& settings, Pacer& pacer, const Call& call,
                   PreparedRequest request)
    : settings_(settings),
      pacer_(pacer),
      call_(call),
      request_(std::move(request.http)),
      idempotency_key_(std::move(request.idempotency_key)),
      first_url_(request_.url),
      attempt_begin_(pacer.now()),
      deadline_(attempt_begin_ + settings.options.deadline) {}

Result<ServerAnswer> Exchange::run() {
  while (true) {
    if (is_to_stop()) {
      return finish(Failure{.kind = FailureKind::cancelled, .message = "cancelled by the caller"});
    }
    auto outcome = attempt();
    note_outcome(outcome);
    const auto wait = wait_before_next(outcome);
    if (!wait) return finish(std::move(outcome));
    log_retry(*wait);
    if (!wait_unless_stopped(*wait)) {
      return finish(Failure{.kind = FailureKind::cancelled,
                            .message = "cancelled by the caller while waiting to try again"});
    }
    attempt_begin_ = pacer_.now();
  }
}

Result<ServerAnswer> Exchange::attempt() {
  ++attempts_;
  auto response = send_following_redirects();
  Result<ServerAnswer> outcome = response ? Result<ServerAnswer>(make_answer(std::move(*response)))
                                          : std::move(response.error());
  log_attempt(outcome);
  return outcome;
}

// Only GETs are redirected, and only within the same scheme, host and port: the key is for that
// server alone. Any other redirect is the answer.
Result<HttpResponse> Exchange::send_following_redirects() {
  request_.url = first_url_;
  request_.timeout = time_left(attempt_begin_);
  for (int redirects = 0;; ++redirects) {
    auto response = settings_.options.transport->send(request_);
    if (!response || redirects == kMaxRedirects) return response;
    auto target = redirect_target(*response);
    if (!target) return response;
    request_.url = std::move(*target);
    request_.timeout = time_left(pacer_.now());
  }
}

milliseconds Exchange::time_left(std::chrono::steady_clock::time_point now) const {
  const auto end = std::min(attempt_begin_ + settings_.options.attempt_timeout, deadline_);
  return std::max(duration_cast<milliseconds>(end - now), milliseconds(1));
}

std::optional<std::string> Exchange::redirect_target(const HttpResponse& response) const {
  if (!is_redirect(response.status) || request_.method != "GET") return {};
  const std::string* location = find_header(response.headers, "location");
  if (!location) return {};
  return same_origin_target(request_.url, *location);
}

ServerAnswer Exchange::make_answer(HttpResponse response) const {
  ServerAnswer answer{.status = response.status, .headers = std::move(response.headers)};
  answer.body = std::move(response.body);
  if (!answer.is_good()) {
    auto error = Error::from_json(answer.body);
    if (error) answer.error = std::move(*error);
  }
  redact_answer(answer, settings_.options.api_key.reveal());
  for (const Secret& key : call_.presented_keys) redact_answer(answer, key.reveal());
  answer.url = request_.url;
  if (const std::string* id = find_header(answer.headers, "x-request-id")) {
    answer.request_id = *id;
  } else if (answer.error) {
    answer.request_id = answer.error->id;
  }
  return answer;
}

bool Exchange::is_to_stop() const {
  return request_.cancellation.stop_requested() || (request_.should_stop && request_.should_stop());
}

bool Exchange::wait_unless_stopped(milliseconds duration) {
  if (!request_.should_stop) return pacer_.wait(duration, request_.cancellation);
  for (milliseconds left = duration; left > milliseconds(0); left -= kLongestSlice) {
    if (request_.should_stop()) return false;
    if (!pacer_.wait(std::min(left, kLongestSlice), request_.cancellation)) return false;
  }
  return true;
}

void Exchange::note_outcome(const Result<ServerAnswer>& outcome) {
  if (call_.method == "GET") return;
  if (!outcome) {
    may_have_been_carried_out_ |= outcome.error().is_outcome_unknown;
  } else if (leaves_outcome_unknown(outcome->status)) {
    may_have_been_carried_out_ = true;
  } else if (!is_retryable(RetryPolicy{}, outcome->status, outcome->error)) {
    // All attempts carry the same idempotency key, so this answer holds for the earlier ones as
    // well.
    may_have_been_carried_out_ = false;
  }
}

std::optional<milliseconds> Exchange::wait_before_next(Result<ServerAnswer>& outcome) {
  const bool is_worth_it =
      outcome ? is_retryable(settings_.options.retry, outcome->status, outcome->error)
              : is_retryable(outcome.error().kind);
  const RetryPolicy& policy = settings_.options.retry;
  if (!is_worth_it || !request_.is_repeatable || attempts_ >= policy.max_attempts) return {};

  const auto asked = outcome ? retry_after(outcome->headers, pacer_.wall_now()) : std::nullopt;
  const milliseconds wait = asked ? *asked : backoff(policy, attempts_, pacer_.random_fraction());
  if (wait < deadline_ - pacer_.now()) return wait;
  if (asked) outcome->refused_wait = asked;
  return {};
}

Result<ServerAnswer> Exchange::finish(Result<ServerAnswer> outcome) const {
  if (outcome) {
    outcome->attempts = attempts_;
    outcome->idempotency_key = idempotency_key_;
    outcome->is_outcome_unknown = may_have_been_carried_out_;
    return outcome;
  }
  Failure& failure = outcome.error();
  failure.message = redact(failure.message, settings_.options.api_key.reveal());
  failure.attempts = attempts_;
  failure.idempotency_key = idempotency_key_;
  failure.is_outcome_unknown = may_have_been_carried_out_;
  if (failure.is_outcome_unknown) {
    failure.message += ". The request may have been carried out: send it again ";
    failure.message += idempotency_key_.empty() ? "as it is" : "with the same idempotency key";
    failure.message += " to learn the outcome";
  }
  return outcome;
}

void Exchange::log_attempt(const Result<ServerAnswer>& outcome) const {
  if (!settings_.options.log) return;
  LogLine line{.duration = duration_cast<microseconds>(pacer_.now() - attempt_begin_)};
  if (outcome) {
    line.event = LogLine::Event::answer;
    line.status = outcome->status;
    line.request_id = outcome->request_id;
  } else {
    line.event = LogLine::Event::failure;
    line.failure = outcome.error().kind;
  }
  log(line);
}

void Exchange::log_retry(milliseconds wait) const {
  if (settings_.options.log) log({.event = LogLine::Event::retry, .duration = wait});
}

void Exchange::log(LogLine line) const {
  std::string path = "/";
  path += call_.version.empty() ? std::string_view(settings_.options.api_version) : call_.version;
  path += call_.path_template;
  line.method = call_.method;
  line.path = path;
  line.attempt = attempts_;
  try {
    settings_.options.log(line);
  } catch (...) {  // NOLINT(bugprone-empty-catch): a log that fails must not fail the call.
  }
}

}  // namespace farthing::sdk

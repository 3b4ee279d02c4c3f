// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/calls/server_answer.hpp"

#include <string>

#include "sdk/cpp/src/session/header_rules.hpp"

namespace farthing::sdk {
namespace {

// Returns what to do next, for people.
std::string_view advice(const ServerAnswer& answer) {
  const std::string_view name = answer.error ? std::string_view(answer.error->name) : "";
  if (name == "spend_cap_exceeded") {
    return "Spend less, or have the spend cap of the caller's API key raised";
  }
  if (answer.status == 402 || name == "insufficient_balance" || name == "insufficient_credits") {
    return "Add credits to the organization, or spend less";
  }
  if (name == "idempotency_key_reused") {
    return "That idempotency key belongs to another request; use a fresh one";
  }
  switch (answer.status) {
    case 400:
      return "Correct the request";
    case 401:
      return "Check the API key: it is missing, mistyped, revoked or expired";
    case 403:
      return "This API key may not do this, or may not use that organization";
    case 404:
      return "Check the id, and that the base URL and the API version are right";
    case 408:
      return "Try again";
    case 409:
      return "Look at what is there now before trying again";
    case 429:
      return "Send fewer requests, and try again later";
    default:
      break;
  }
  if (answer.status >= 500) return "The server is at fault; try again later";
  if (answer.status >= 300 && answer.status <= 399) {
    return "Redirects are followed for GET and within the same host only, so that the API key goes "
           "nowhere else; set the base URL to the server that answers";
  }
  return "The request was refused";
}

std::string status_message(const ServerAnswer& answer) {
  std::string message = "HTTP " + std::to_string(answer.status);
  if (answer.error) {
    message += " " + answer.error->name + ": " + answer.error->message;
    while (message.ends_with('.')) message.pop_back();
    if (const auto field = answer.error->detail("field")) message += " (field `" + *field + "`)";
  } else {
    message += " without a readable error body";
  }
  message += ". ";
  message += advice(answer);
  if (answer.refused_wait) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(*answer.refused_wait);
    message += "; the server asks to wait " + std::to_string(seconds.count()) +
               " s, which is beyond the deadline of the call";
  }
  return message;
}

// Returns the media type in lower case, without parameters.
std::string media_type(std::string_view content_type) {
  std::string type;
  for (const char c : content_type.substr(0, content_type.find(';'))) {
    if (c != ' ' && c != '\t') {
      type.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
    }
  }
  return type;
}

bool is_of(AnswerType type, std::string_view media_type) {
  if (type == AnswerType::csv) return media_type == "text/csv";
  return media_type == "application/json" || media_type == "text/json" ||
         media_type.ends_with("+json");
}

}  // namespace

Failure with_answer(Failure failure, const ServerAnswer& answer) {
  failure.status = answer.status;
  failure.request_id = answer.request_id;
  failure.attempts = answer.attempts;
  failure.idempotency_key = answer.idempotency_key;
  failure.is_outcome_unknown = answer.is_outcome_unknown;
  if (failure.kind == FailureKind::decoding) {
    failure.message = "the answer could not be read: " + failure.message +
                      ". Check that the base URL leads to the API";
  }
  return failure;
}

Failure status_failure(const ServerAnswer& answer) {
  return with_answer(Failure{.kind = FailureKind::http_status,
                             .message = status_message(answer),
                             .error = answer.error},
                     answer);
}

std::optional<Failure> answer_failure(const ServerAnswer& answer, AnswerType type) {
  if (!answer.is_good()) return status_failure(answer);
  const std::string* content_type = find_header(answer.headers, "content-type");
  if (content_type && !is_of(type, media_type(*content_type))) {
    const std::string expected = type == AnswerType::json ? "JSON" : "CSV";
    return with_answer(Failure{.kind = FailureKind::decoding,
                               .message = "expected " + expected + ", got the content type `" +
                                          content_type->substr(0, 100) + "`",
                               .field = "Content-Type"},
                       answer);
  }
  return {};
}

}  // namespace farthing::sdk

// SPDX-License-Identifier: Apache-2.0
// The ways in which a call can fail. `Error` is what a server says in an error body (the seed's
// model); `Failure` is what the SDK says, of which a server's error is one kind. No text in here
// holds an API key: keys are cut out of whatever a server or a library says before it is stored.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <farthing/credits.hpp>
#include <farthing/error_name.hpp>
#include <farthing/export.hpp>
#include <farthing/result.hpp>

namespace farthing::sdk {

struct Failure;

// A value or the failure in its place. Only `value()` throws.
template <class T>
using Result = BasicResult<T, Failure>;

// A field that the model does not know, with its value as JSON text: `"org-1"` keeps its quotes.
struct ExtraField {
  std::string name{};
  std::string json{};
};

// The error body of a server.
struct FARTHING_API Error {
  std::string id{};       // of this occurrence; opaque
  std::string name{};     // the class of error: `unauthorized`, `insufficient_credits`, …
  std::string message{};  // for people; v2beta's list of `errors` is joined with "; "
  // v1alpha sends these three; v1beta and v1 leave them out.
  std::optional<bool> temporary{};
  std::optional<bool> timeout{};
  std::optional<bool> fault{};  // the server's fault
  // The other members of the body, in their order: `field`, `required`, `available`, …
  std::vector<ExtraField> extra{};

  // Returns the extra field of that name: the text of a string without its quotes, any other value
  // as JSON; nothing when there is none.
  std::optional<std::string> detail(std::string_view field) const;
  // Returns that field as an amount; nothing when it is not one.
  std::optional<Credits> amount(std::string_view field) const;

  // Reads strictly: a missing or mistyped field is a failure of kind `decoding` that names it.
  static Result<Error> from_json(std::string_view json);
  std::string to_json() const;
};

enum class FailureKind {
  usage,        // the call was wrong as it stood; nothing was sent
  transport,    // no answer: name, connection, TLS, an answer that broke off
  timeout,      // the attempt's or the call's time ran out
  cancelled,    // the caller's stop token asked for it
  http_status,  // an answer outside 200 to 299
  decoding,     // an answer that is not what the call promises, or is too large
  file,         // the answer is good, but the data file could not be written
};

// Returns the enumerator's own name.
FARTHING_API std::string_view to_string(FailureKind kind);

struct FARTHING_API Failure {
  FailureKind kind = FailureKind::usage;
  // What happened and what to do next, in one or two sentences.
  std::string message{};
  // For `usage` the argument or option; for `decoding` the path, as in `organizations[2].role`.
  std::string field{};
  int status = 0;                // of the answer, 0 without one
  std::optional<Error> error{};  // the server's own words, when it sent a readable error body
  std::string request_id{};      // the answer's X-Request-Id, or the error's id
  int attempts = 0;              // how many requests went out
  // True for a request that writes and may have been carried out. Send it again with the same
  // `idempotency_key` to learn the outcome.
  bool is_outcome_unknown = false;
  std::string idempotency_key{};  // the one that was sent, if any

  // Returns whether the server's error has that name; the second form is for servers that have
  // others.
  bool is_named(ErrorName error_name) const { return is_named(to_string(error_name)); }
  bool is_named(std::string_view error_name) const { return error && error->name == error_name; }
};

}  // namespace farthing::sdk

// SPDX-License-Identifier: Apache-2.0
// The errors of the service: one table of what each code means, and the value that carries one to
// the caller. Messages never hold a secret.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error_code.hpp"
#include "base/result.hpp"

namespace farthing {

// The meaning of an error code to a caller.
struct ErrorTraits {
  ErrorCode code;
  std::string_view name;      // on the wire
  int status;                 // HTTP
  bool temporary;             // the same request may succeed later
  std::string_view sentence;  // the message when none more exact is given
};

// Returns the traits of every code, in the order of the enumeration.
std::span<const ErrorTraits> all_error_traits();
const ErrorTraits& traits_of(ErrorCode code);

// A fact beside the message, for programs: {"required", "12.5"}. Values are strings on the wire.
struct ErrorDetail {
  std::string name;
  std::string value;
};

// The name of the detail that says in how many seconds to try again.
inline constexpr std::string_view kRetryAfterDetail = "retry_after_s";

struct Error {
  ErrorCode code = ErrorCode::server_error;
  std::string message;  // what happened and what to do next, for a person
  std::string field;    // the input that is wrong ("amount", "Idempotency-Key"), or empty
  std::vector<ErrorDetail> details;
};

// Makes an error, with the message of the table unless one is given.
Error make_error(ErrorCode code);
Error make_error(ErrorCode code, std::string message);
// Makes a 400 about one input.
Error bad_field(std::string field, std::string message);

template <class T>
using Result = BasicResult<T, Error>;

}  // namespace farthing

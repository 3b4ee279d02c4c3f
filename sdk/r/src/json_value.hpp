// SPDX-License-Identifier: Apache-2.0
// Converts JSON to R and back, with the SDK's strict reader and its writer.
#pragma once

#include <cpp11.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

namespace farthing::r {

// Thrown for text that is not JSON, and for values of R that JSON has no form for. The message says
// where.
class JsonProblem : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Returns the value of JSON text: objects are named lists, arrays are unnamed lists, numbers are
// doubles, null is NULL. A string stays text, whatever it looks like. Throws JsonProblem and
// NullCharacter.
cpp11::sexp r_json(std::string_view text);

// Returns JSON text: named lists are objects; lists without names and vectors of another length
// than one are arrays; NA and NULL are null. Throws JsonProblem.
std::string json_text(SEXP value);

}  // namespace farthing::r

// SPDX-License-Identifier: Apache-2.0
// From a server's answer to a model, or to the failure that says what to do next.
#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include <farthing/failure.hpp>

#include "sdk/cpp/src/session/session.hpp"

namespace farthing::sdk {

// Why the answer is not what was asked for: its status, or a body that is said to be of another
// type.
std::optional<Failure> answer_failure(const ServerAnswer& answer,
                                      AnswerType type = AnswerType::json);

// Of an answer whose status is outside 200 to 299.
Failure status_failure(const ServerAnswer& answer);

// Gives a failure to decode the answer's status, request id and the rest.
Failure with_answer(Failure failure, const ServerAnswer& answer);

// `decode_body` makes a Result<T> of the body of a good answer.
template <class T, class Decode>
Result<T> read_answer(const ServerAnswer& answer, Decode decode_body) {
  if (auto failure = answer_failure(answer)) return std::move(*failure);
  Result<T> model = decode_body(std::string_view(answer.body));
  if (!model) return with_answer(std::move(model.error()), answer);
  return model;
}

}  // namespace farthing::sdk

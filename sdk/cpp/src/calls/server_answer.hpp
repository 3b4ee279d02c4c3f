// SPDX-License-Identifier: Apache-2.0
// Turns a server's answer into a model, or into the failure that says what to do next.
#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include <farthing/failure.hpp>

#include "sdk/cpp/src/session/session.hpp"

namespace farthing::sdk {

// Returns why the answer is not what was asked for: its status, or a body declared as another type.
// Returns nothing for a good answer.
std::optional<Failure> answer_failure(const ServerAnswer& answer,
                                      AnswerType type = AnswerType::json);

// Returns the failure of an answer whose status is outside 200 to 299.
Failure status_failure(const ServerAnswer& answer);

// Adds the answer's status, request id and the rest to a failure of decoding it.
Failure with_answer(Failure failure, const ServerAnswer& answer);

// Returns the model of a good answer, or the failure. `decode_body` makes a Result<T> of the body.
template <class T, class Decode>
Result<T> read_answer(const ServerAnswer& answer, Decode decode_body) {
  if (auto failure = answer_failure(answer)) return std::move(*failure);
  Result<T> model = decode_body(std::string_view(answer.body));
  if (!model) return with_answer(std::move(model.error()), answer);
  return model;
}

}  // namespace farthing::sdk

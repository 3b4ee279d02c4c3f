// SPDX-License-Identifier: Apache-2.0
// Reads a model from JSON text in one step.
#pragma once

#include <optional>
#include <string_view>

#include <farthing/failure.hpp>

#include "base/json/json_reader.hpp"
#include "sdk/cpp/src/json/field_reader.hpp"

namespace farthing::sdk {

// Return failures of kind `decoding`.
Failure decoding_failure(const JsonFault& fault);
Failure decoding_failure(const DecodeFault& fault);

// Needs a declared `decode(const FieldReader&, T&)`.
template <class T>
Result<T> decode_json(std::string_view json) {
  const auto tree = read_json(json);
  if (!tree) return decoding_failure(tree.error());
  std::optional<DecodeFault> fault;
  T model;
  decode(FieldReader(**tree, fault), model);
  if (fault) return decoding_failure(*fault);
  return model;
}

}  // namespace farthing::sdk

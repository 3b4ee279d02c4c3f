// SPDX-License-Identifier: Apache-2.0
// Writes a model as JSON text. A function `void encode(JsonWriter&, const Model&)` writes the
// members of a model.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json/json_writer.hpp"

namespace farthing::sdk {

// Appends the fewest digits that read back as the same double, with an exponent only below 10⁻⁶ and
// from 10¹⁵ on; null for what JSON cannot say.
void append_json_double(double number, std::string& out);

template <class T>
void encode_object(JsonWriter& out, const T& model) {
  out.begin_object();
  encode(out, model);
  out.end_object();
}

template <class T>
std::string encode_json(const T& model) {
  std::string json;
  JsonWriter writer(json);
  encode_object(writer, model);
  return json;
}

// Writes the member `name`, itself an object.
template <class T>
void encode_member(JsonWriter& out, std::string_view name, const T& model) {
  out.name(name);
  encode_object(out, model);
}

// Writes the member `name`, an array of strings.
void encode_member(JsonWriter& out, std::string_view name, const std::vector<std::string>& texts);

}  // namespace farthing::sdk

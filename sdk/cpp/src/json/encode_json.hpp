// SPDX-License-Identifier: Apache-2.0
// From a model to JSON text. A model is written by a function `void encode(JsonObjectWriter&, const
// Model&)`, which writes its members.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sdk/cpp/src/json/json_writer.hpp"

namespace farthing::sdk {

template <class T>
std::string encode_json(const T& model) {
  std::string json;
  {
    JsonObjectWriter object(json);
    encode(object, model);
  }
  return json;
}

// The member `name` of `object`, itself an object.
template <class T>
void encode_member(JsonObjectWriter& object, std::string_view name, const T& model) {
  JsonObjectWriter member(object.begin(name));
  encode(member, model);
}

// The same, an array of objects.
template <class T>
void encode_member(JsonObjectWriter& object, std::string_view name, const std::vector<T>& models) {
  std::string& json = object.begin(name);
  json.push_back('[');
  for (const T& model : models) {
    if (json.back() != '[') json.push_back(',');
    JsonObjectWriter element(json);
    encode(element, model);
  }
  json.push_back(']');
}

}  // namespace farthing::sdk

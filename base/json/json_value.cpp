// SPDX-License-Identifier: Apache-2.0
#include "base/json/json_value.hpp"

#include <algorithm>

#include "base/json/json_writer.hpp"

namespace farthing {
namespace {

std::vector<const JsonMember*> sorted_by_name(const JsonValue::Object& object) {
  std::vector<const JsonMember*> members;
  members.reserve(object.size());
  for (const JsonMember& member : object) members.push_back(&member);
  std::ranges::sort(members, {}, [](const JsonMember* member) { return member->name; });
  return members;
}

std::size_t depth_within(const auto& parts, auto value_of) {
  std::size_t deepest = 0;
  for (const auto& part : parts) deepest = std::max(deepest, value_of(part).depth());
  return deepest;
}

void write_canonical(const JsonValue& value, JsonWriter& writer) {
  if (const bool* boolean = value.as_boolean()) {
    writer.boolean(*boolean);
  } else if (const auto* number = value.as_number()) {
    writer.literal(number->literal);
  } else if (const std::string_view* string = value.as_string()) {
    writer.string(*string);
  } else if (const auto* array = value.as_array()) {
    writer.begin_array();
    for (const JsonValue& element : *array) write_canonical(element, writer);
    writer.end_array();
  } else if (const auto* object = value.as_object()) {
    writer.begin_object();
    for (const JsonMember* member : sorted_by_name(*object)) {
      writer.name(member->name);
      write_canonical(member->value, writer);
    }
    writer.end_object();
  } else {
    writer.literal("null");
  }
}

}  // namespace

const JsonValue* JsonValue::find(std::string_view name) const {
  const Object* object = as_object();
  if (object == nullptr) return nullptr;
  const auto found = std::ranges::find(*object, name, &JsonMember::name);
  return found == object->end() ? nullptr : &found->value;
}

std::size_t JsonValue::depth() const {
  if (const Array* array = as_array()) {
    return 1 +
           depth_within(*array, [](const JsonValue& value) -> const JsonValue& { return value; });
  }
  if (const Object* object = as_object()) {
    return 1 + depth_within(*object, [](const JsonMember& member) -> const JsonValue& {
             return member.value;
           });
  }
  return 0;
}

void JsonValue::append_canonical(std::string& out) const {
  JsonWriter writer(out);
  write_canonical(*this, writer);
}

}  // namespace farthing

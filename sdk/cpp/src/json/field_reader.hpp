// SPDX-License-Identifier: Apache-2.0
// Reads typed values out of a JSON tree and remembers the first that is missing or of another type,
// by its path. A function `void decode(const FieldReader&, Model&)` decodes a model: it reads all
// fields without checking each; the outcome is checked once, at the end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <farthing/credits.hpp>
#include <farthing/secret.hpp>

#include "base/json/json_value.hpp"

namespace farthing::sdk {

struct DecodeFault {
  std::string path;     // as in `organizations[2].role`; empty for the document itself
  std::string message;  // as in `expected a string, got a number`
};

// A JSON number in each form that a model may need.
struct DecodedNumber {
  double nearest = 0;
  std::string text;
  std::optional<Credits> exact;
};

// A value and its place. It is cheap to make and refers to the tree, its parent and the fault.
class FieldReader {
 public:
  FieldReader(const JsonValue& value, std::optional<DecodeFault>& fault)
      : value_(value), fault_(fault) {}

  const JsonValue& value() const { return value_; }

  // Decodes the member `name` of this object into `out`. A member that is null counts as missing.
  template <class T>
  void require(std::string_view name, T& out) const {
    const JsonValue* member = find(name);
    if (!member) return;
    if (member->is_null()) return child(*member, name).fail("expected a value, got null");
    decode(child(*member, name), out);
  }

  // Decodes the member `name` if there is one; absent and null leave `out` empty.
  template <class T>
  void optional(std::string_view name, std::optional<T>& out) const {
    if (fault_ || !is(JsonType::object)) return;
    const JsonValue* member = value_.find(name);
    if (!member || member->is_null()) return;
    decode(child(*member, name), out.emplace());
  }

  // Returns whether the value has that type; if not, notes the fault.
  bool is(JsonType type) const;

  // Notes the fault unless there is one already.
  void fail(std::string message) const;

  FieldReader child(const JsonValue& value, std::string_view name) const {
    FieldReader reader(value, fault_);
    reader.parent_ = this;
    reader.name_ = name;
    return reader;
  }

  // Returns the reader of an element of this array, which must have that many.
  FieldReader element(std::size_t index) const {
    FieldReader reader((*value_.as_array())[index], fault_);
    reader.parent_ = this;
    reader.index_ = index;
    return reader;
  }

 private:
  // Returns null, with the fault noted, when there is no such member.
  const JsonValue* find(std::string_view name) const;
  std::string path() const;

  const JsonValue& value_;
  std::optional<DecodeFault>& fault_;
  const FieldReader* parent_ = nullptr;
  std::string_view name_;  // empty for the document and for an element of an array
  std::size_t index_ = 0;
};

void decode(const FieldReader& in, std::string& out);
void decode(const FieldReader& in, Secret& out);
void decode(const FieldReader& in, bool& out);
void decode(const FieldReader& in, std::int64_t& out);
void decode(const FieldReader& in, Credits& out);  // a decimal string
void decode(const FieldReader& in, DecodedNumber& out);

template <class T>
void decode(const FieldReader& in, std::vector<T>& out) {
  if (!in.is(JsonType::array)) return;
  const std::size_t size = in.value().as_array()->size();
  out.reserve(size);
  for (std::size_t i = 0; i < size; ++i) {
    decode(in.element(i), out.emplace_back());
  }
}

// The text of a JSON object, kept as it was written.
struct ObjectText {
  std::string text;
};
void decode(const FieldReader& in, ObjectText& out);

}  // namespace farthing::sdk

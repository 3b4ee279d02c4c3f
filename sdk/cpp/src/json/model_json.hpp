// SPDX-License-Identifier: Apache-2.0
// Reads and writes models by their fields (farthing/fields.hpp), for `decode_json` and `encode_json`.
// A model whose JSON is of another shape has a `decode` and an `encode` of its own, which come first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <farthing/credits.hpp>
#include <farthing/fields.hpp>
#include <farthing/models.hpp>
#include <farthing/secret.hpp>

#include "sdk/cpp/src/json/decode_json.hpp"
#include "sdk/cpp/src/json/encode_json.hpp"

namespace farthing::sdk {

template <class T>
concept Model = requires { T::fields([](const char*, auto, FieldForm = FieldForm::plain) {}); };

template <class T>
void read_field(const FieldReader& in, const char* name, FieldForm /*form*/, T& out) {
  in.require(name, out);
}

template <class T>
void read_field(const FieldReader& in, const char* name, FieldForm /*form*/,
                std::optional<T>& out) {
  in.optional(name, out);
}

template <class T>
void read_field(const FieldReader& in, const char* name, FieldForm form, std::vector<T>& out) {
  if (form != FieldForm::non_empty) return in.require(name, out);
  std::optional<std::vector<T>> read;
  in.optional(name, read);
  if (read) out = *std::move(read);
}

inline void read_field(const FieldReader& in, const char* name, FieldForm form, std::string& out) {
  if (form != FieldForm::object) return in.require(name, out);
  ObjectText object;
  in.require(name, object);
  out = std::move(object.text);
}

inline void read_field(const FieldReader& in, const char* name, FieldForm form,
                       std::optional<std::string>& out) {
  if (form != FieldForm::object) return in.optional(name, out);
  std::optional<ObjectText> object;
  in.optional(name, object);
  if (object) out = std::move(object->text);
}

inline void read_field(const FieldReader& in, const char* name, FieldForm form, bool& out) {
  if (form != FieldForm::flag) return in.require(name, out);
  std::optional<bool> flag;
  in.optional(name, flag);
  out = flag.value_or(false);
}

inline void read_field(const FieldReader& in, const char* name, FieldForm form, std::int64_t& out) {
  if (form != FieldForm::version) return in.require(name, out);
  std::optional<std::int64_t> version;
  in.optional(name, version);
  out = version.value_or(1);
}

template <class T>
void decode_fields(const FieldReader& in, T& out) {
  T::fields([&](const char* name, auto member, FieldForm form = FieldForm::plain) {
    read_field(in, name, form, out.*member);
  });
}

template <Model T>
void decode(const FieldReader& in, T& out) {
  decode_fields(in, out);
}

inline void write_value(JsonWriter& out, const std::string& value) { out.string(value); }
inline void write_value(JsonWriter& out, const Credits& value) { out.string(value.to_string()); }
inline void write_value(JsonWriter& out, const Secret& value) { out.string(value.reveal()); }
inline void write_value(JsonWriter& out, std::int64_t value) { out.integer(value); }
inline void write_value(JsonWriter& out, bool value) { out.boolean(value); }
template <Model T>
void write_value(JsonWriter& out, const T& value) {
  encode_object(out, value);
}

template <class T>
void write_field(JsonWriter& out, const char* name, FieldForm /*form*/, const T& value) {
  out.name(name);
  write_value(out, value);
}

template <class T>
void write_field(JsonWriter& out, const char* name, FieldForm form, const std::vector<T>& values) {
  if (form == FieldForm::non_empty && values.empty()) return;
  out.name(name).begin_array();
  for (const T& value : values) write_value(out, value);
  out.end_array();
}

inline void write_field(JsonWriter& out, const char* name, FieldForm form,
                        const std::string& value) {
  if (form == FieldForm::object) {
    out.name(name).literal(value);
  } else {
    out.name(name).string(value);
  }
}

inline void write_field(JsonWriter& out, const char* name, FieldForm form, bool value) {
  if (form != FieldForm::flag || value) out.name(name).boolean(value);
}

inline void write_field(JsonWriter& out, const char* name, FieldForm form, std::int64_t value) {
  if (form != FieldForm::version || value != 1) out.name(name).integer(value);
}

template <class T>
void write_field(JsonWriter& out, const char* name, FieldForm form, const std::optional<T>& value) {
  if (value) {
    write_field(out, name, form, *value);
  } else if (form == FieldForm::null) {
    out.name(name).literal("null");
  }
}

template <class T>
void encode_fields(JsonWriter& out, const T& model) {
  T::fields([&](const char* name, auto member, FieldForm form = FieldForm::plain) {
    write_field(out, name, form, model.*member);
  });
}

template <Model T>
void encode(JsonWriter& out, const T& model) {
  encode_fields(out, model);
}

template <class T>
Result<Page<T>> decode_page(std::string_view json, std::string_view plural) {
  const auto tree = read_json(json);
  if (!tree) return decoding_failure(tree.error());
  std::optional<DecodeFault> fault;
  const FieldReader in(**tree, fault);
  Page<T> page;
  in.require(plural, page.items);
  in.optional("next", page.next);
  if (fault) return decoding_failure(*fault);
  return page;
}

}  // namespace farthing::sdk

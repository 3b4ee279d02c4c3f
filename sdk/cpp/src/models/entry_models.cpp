// SPDX-License-Identifier: Apache-2.0
#include <farthing/entry_models.hpp>

#include <algorithm>
#include <string_view>
#include <type_traits>
#include <utility>

#include "sdk/cpp/src/models/models_json.hpp"

namespace farthing::sdk {
namespace {

// An object whose members are all texts.
struct Tags {
  std::vector<Tag> list;
};

void decode(const FieldReader& in, Tags& out) {
  if (!in.is(JsonType::object)) return;
  for (const JsonMember& member : *in.value().as_object()) {
    Tag& tag = out.list.emplace_back();
    tag.name = member.name;
    sdk::decode(in.child(member.value, member.name), tag.value);
  }
}

// The type of what a field holds: of an optional the value, of an array an element.
template <class T>
struct Held {
  using type = T;
};
template <class T>
struct Held<std::optional<T>> : Held<T> {};
template <class T>
struct Held<std::vector<T>> : Held<T> {};

// Adds the paths of members that are no field of `T`, nor of the models within it, to `out`, once
// each.
template <Model T>
void find_unknown(const JsonValue& value, const std::string& before,
                  std::vector<std::string>& out) {
  if (const auto* array = value.as_array()) {
    for (const JsonValue& element : *array) find_unknown<T>(element, before, out);
  }
  const auto* object = value.as_object();
  if (object == nullptr) return;
  for (const JsonMember& member : *object) {
    const std::string path = before + std::string(member.name);
    bool is_known = false;
    T::fields([&](std::string_view name, auto place, FieldForm /*form*/ = FieldForm::plain) {
      if (name != member.name) return;
      is_known = true;
      using Field = Held<std::remove_cvref_t<decltype(std::declval<T>().*place)>>::type;
      if constexpr (Model<Field>) find_unknown<Field>(member.value, path + ".", out);
    });
    if (!is_known && std::ranges::find(out, path) == out.end()) out.push_back(path);
  }
}

}  // namespace

void read_field(const FieldReader& in, const char* name, FieldForm /*form*/,
                std::vector<Tag>& out) {
  std::optional<Tags> tags;
  in.optional(name, tags);
  if (tags) out = std::move(tags->list);
}

void write_field(JsonWriter& out, const char* name, FieldForm /*form*/,
                 const std::vector<Tag>& tags) {
  if (tags.empty()) return;
  out.name(name).begin_object();
  for (const Tag& tag : tags) out.member(tag.name, tag.value);
  out.end_object();
}

void decode(const FieldReader& in, LedgerEntry& out) {
  decode_fields(in, out);
  find_unknown<LedgerEntry>(in.value(), "", out.unknown_members);
}

void encode(JsonWriter& out, const LedgerEntry& entry) { encode_fields(out, entry); }

Result<LedgerEntry> LedgerEntry::from_json(std::string_view json) {
  return decode_json<LedgerEntry>(json);
}
std::string LedgerEntry::to_json() const { return encode_json(*this); }

Result<Outcome> Outcome::from_json(std::string_view json) { return decode_json<Outcome>(json); }
std::string Outcome::to_json() const { return encode_json(*this); }

}  // namespace farthing::sdk

// SPDX-License-Identifier: Apache-2.0
// The table of what the body of a request may hold: one line a member, with the input's field that
// it fills and the reader that checks it. Members that the table does not list are refused.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/json/json_value.hpp"

namespace farthing::api {

// Says whether a member must be there, and what null is. For an `optional` one null is the same as
// leaving it out. `changed` is for a member that a change may leave out as well, and whose reader
// says what null does to it.
enum class Presence : std::uint8_t { required, optional, changed };

// One member of the body of an `Input`.
template <class Input>
struct BodyField {
  std::string_view name;
  Presence presence;
  std::function<Result<Done>(const JsonValue&, std::string_view, Input&)> read;
};

// Returns the line of a member that goes into `member` by way of `reader` (json_fields.hpp).
template <class Input, class Member, class Reader>
BodyField<Input> field(Presence presence, std::string_view name, Member Input::*member,
                       Reader reader) {
  return {name, presence,
          [member, reader](const JsonValue& value, std::string_view field_name,
                           Input& input) -> Result<Done> {
            auto read = reader(value, field_name);
            if (!read) return std::move(read).error();
            input.*member = *std::move(read);
            return Done{};
          }};
}

// No name that a client may mean is longer; a longer one is not sent back to it.
inline constexpr std::size_t kMostOfName = 255;

inline Error no_such_member(std::string_view name) {
  if (name.size() > kMostOfName) {
    return make_error(ErrorCode::bad_request, "This request has no member with so long a name.");
  }
  return bad_field(std::string(name),
                   std::string("This request has no member \"").append(name).append("\"."));
}

template <class Input>
class BodySpec {
 public:
  BodySpec(std::initializer_list<BodyField<Input>> fields) : fields_(fields) {}

  // Returns this table with the members of a part of the input behind its own.
  template <class Part>
  BodySpec with(Part Input::*part, const BodySpec<Part>& spec) && {
    for (const BodyField<Part>& field : spec.fields()) {
      fields_.push_back(
          {field.name, field.presence,
           [part, read = field.read](const JsonValue& value, std::string_view name, Input& input) {
             return read(value, name, input.*part);
           }});
    }
    return std::move(*this);
  }

  const std::vector<BodyField<Input>>& fields() const { return fields_; }

  // Fills `input` from the document. The error is the first thing that is wrong; unknown members
  // come before all else.
  Result<Done> read(const JsonValue& document, Input& input) const {
    const JsonValue::Object* object = document.as_object();
    if (object == nullptr) {
      return make_error(ErrorCode::bad_request, "The body must be a JSON object.");
    }
    for (const JsonMember& member : *object) {
      if (std::ranges::find(fields_, member.name, &BodyField<Input>::name) == fields_.end()) {
        return no_such_member(member.name);
      }
    }
    for (const BodyField<Input>& field : fields_) {
      if (auto done = read_field(field, *object, input); !done) return done;
    }
    return Done{};
  }

 private:
  static Result<Done> read_field(const BodyField<Input>& field, const JsonValue::Object& object,
                                 Input& input) {
    const auto member = std::ranges::find(object, field.name, &JsonMember::name);
    const bool is_left_out =
        member == object.end() || (field.presence == Presence::optional && member->value.is_null());
    if (!is_left_out) return field.read(member->value, field.name, input);
    if (field.presence != Presence::required) return Done{};
    return bad_field(std::string(field.name), std::string(field.name) + " is missing.");
  }

  std::vector<BodyField<Input>> fields_;
};

}  // namespace farthing::api

// SPDX-License-Identifier: Apache-2.0
// The fields of models by name, for code that writes a model in another form: a table, a data frame,
// a document. Each model that is an object on the wire has
//
//   template <class Visit> static void fields(Visit&& visit);
//
// It calls `visit(name, member)` or `visit(name, member, form)` for each field, in the order of the
// wire: `name` is the JSON member's, `member` points to the member of the model that holds it.
#pragma once

#include <cstdint>

namespace farthing::sdk {

// Says how a field stands on the wire where the type of its member does not. An empty optional is
// left out.
enum class FieldForm : std::uint8_t {
  plain,
  object,     // a string that is the text of a JSON object
  flag,       // a bool that is left out while it is false
  non_empty,  // an array that is left out while it is empty
  null,       // an optional that is null while it is empty
  version,    // a number that is left out while it is 1
};

}  // namespace farthing::sdk

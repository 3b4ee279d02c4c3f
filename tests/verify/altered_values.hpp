// SPDX-License-Identifier: Apache-2.0
// Alters stored values in every way that their codec still reads as another value. The codec alone
// says what a field is: a field that is added to one is altered too.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace farthing::inspect {

// Reads a stored value and writes it again; returns nothing when it cannot be read.
using Rewrite = std::function<std::optional<std::string>(std::string_view)>;

struct Alteration {
  std::string how;  // "byte 17 + -1, less 16": so many bytes behind it are gone
  std::string bytes;
};

// Returns altered bytes that are read as other values, one for each such value. Each differs in one
// byte, which may be a count, a length or a flag: what stands directly behind it may become less or
// more.
std::vector<Alteration> alterations_of(const std::string& stored, const Rewrite& rewrite);

}  // namespace farthing::inspect

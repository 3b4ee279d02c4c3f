// SPDX-License-Identifier: Apache-2.0
// Our reading of amounts held against a second one.
#include <cstdint>
#include <string_view>

#include "base/check.hpp"
#include "base/credits.hpp"
#include "tests/model/credits_reference.hpp"

namespace {

using farthing::Credits;

void agree(std::optional<Credits> ours, std::optional<std::int64_t> theirs) {
  CHECK(ours.has_value() == theirs.has_value());
  if (!ours) return;
  CHECK(ours->nano() == *theirs);
  CHECK(Credits::parse(ours->to_string()) == ours);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  agree(Credits::parse(text), farthing::credits_reference::read_decimal(text));
  agree(Credits::parse_number(text), farthing::credits_reference::read_number(text));
  return 0;
}

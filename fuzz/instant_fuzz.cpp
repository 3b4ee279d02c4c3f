// SPDX-License-Identifier: Apache-2.0
// Our reading of RFC 3339 held against a second one.
#include <cstdint>
#include <string_view>

#include "base/check.hpp"
#include "base/instant.hpp"
#include "tests/model/instant_reference.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto ours = farthing::Instant::parse(text);
  const auto theirs = farthing::instant_reference::read_us(text);
  CHECK(ours.has_value() == theirs.has_value());
  if (!ours) return 0;
  CHECK(ours->us() == *theirs);
  CHECK(farthing::Instant::parse(ours->to_string()) == ours);
  return 0;
}

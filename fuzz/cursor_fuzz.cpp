// SPDX-License-Identifier: Apache-2.0
// Cursors: the first byte says how many of the rest name the list. What is accepted is what was
// made for that list, and what is made is accepted for that list and refused for another.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.hpp"
#include "server/api/cursor.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace farthing;
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string_view list = rest.substr(0, data[0]);
  const std::string_view text = rest.substr(list.size());
  if (const auto last = api::parse_cursor(list, text)) CHECK(api::make_cursor(list, *last) == text);
  if (text.size() < 16) return 0;
  const Id128 id = Id128::from_bytes(text.substr(0, 16));
  const std::string cursor = api::make_cursor(list, id);
  CHECK(api::parse_cursor(list, cursor) == id);
  CHECK(!api::parse_cursor(std::string(list) + "x", cursor));
  return 0;
}

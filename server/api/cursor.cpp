// SPDX-License-Identifier: Apache-2.0
#include "server/api/cursor.hpp"

#include "base/digest.hpp"

namespace farthing::api {
namespace {

constexpr std::size_t kCheckBytes = 4;

std::string check_of(std::string_view list, Id128 last) {
  const Digest digest = sha256({list, last.as_bytes()});
  return to_hex(as_bytes(digest).substr(0, kCheckBytes));
}

}  // namespace

std::string make_cursor(std::string_view list, Id128 last) {
  std::string cursor;
  last.append_to(cursor);
  return cursor + check_of(list, last);
}

std::optional<Id128> parse_cursor(std::string_view list, std::string_view cursor) {
  const auto last = Id128::parse(cursor.substr(0, Id128::kTextSize));
  if (!last || cursor.substr(Id128::kTextSize) != check_of(list, *last)) return {};
  return last;
}

}  // namespace farthing::api

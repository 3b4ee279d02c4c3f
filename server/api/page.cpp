// SPDX-License-Identifier: Apache-2.0
#include "server/api/page.hpp"

#include <charconv>

namespace farthing::api {
namespace {

std::optional<std::size_t> parse_limit(std::string_view text) {
  std::size_t limit = 0;
  const char* end = text.data() + text.size();
  const auto [stopped_at, error] = std::from_chars(text.data(), end, limit);
  if (error != std::errc() || stopped_at != end || limit < 1 || limit > kMaxLimit) return {};
  return limit;
}

}  // namespace

Result<PageInput> read_page(const http::QueryParameters& query, std::string_view list) {
  PageInput page;
  if (const auto text = query.find("limit")) {
    const auto limit = parse_limit(*text);
    if (!limit) return bad_field("limit", "limit must be a whole number from 1 to 1000.");
    page.limit = *limit;
  }
  if (const auto text = query.find("cursor")) {
    page.after = parse_cursor(list, *text);
    if (!page.after) {
      return bad_field("cursor",
                       "cursor must be what \"next\" of this very list said; leave it out for the "
                       "first page.");
    }
  }
  return page;
}

}  // namespace farthing::api

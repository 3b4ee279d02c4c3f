// SPDX-License-Identifier: Apache-2.0
// Reads which part of a list is asked for, and writes the answer: {"users": […], "next": "…" or
// null}.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/id.hpp"
#include "base/json/json_writer.hpp"
#include "server/api/cursor.hpp"
#include "server/http/query.hpp"

namespace farthing::api {

inline constexpr std::size_t kDefaultLimit = 100;
inline constexpr std::size_t kMaxLimit = 1000;

// The parameters "limit" and "cursor" of a query. `list` is as for make_cursor.
struct PageInput {
  std::optional<Id128> after;
  std::size_t limit = kDefaultLimit;
};
Result<PageInput> read_page(const http::QueryParameters& query, std::string_view list);

// Returns the page as the store wants it, for ids of a type of their own.
template <class Id>
PageRequest<Id> typed(const PageInput& page) {
  return {.after = page.after ? std::optional(Id{*page.after}) : std::nullopt, .limit = page.limit};
}
template <>
inline PageRequest<Id128> typed<Id128>(const PageInput& page) {
  return {.after = page.after, .limit = page.limit};
}

// Returns the cursor of the page after this one, or nothing when this is the last.
template <class Record, class IdOf>
std::optional<std::string> next_cursor(std::string_view list, const Page<Record>& page,
                                       IdOf id_of) {
  if (page.resume_after) return make_cursor(list, *page.resume_after);
  if (page.has_more && !page.records.empty()) return make_cursor(list, id_of(page.records.back()));
  return {};
}

// Returns a page as JSON. `write(writer, record)` writes one record; `id_of(record)` is the id that
// the next page comes after.
template <class Record, class Write, class IdOf>
std::string render_page(std::string_view plural, std::string_view list, const Page<Record>& page,
                        Write write, IdOf id_of) {
  std::string json;
  JsonWriter writer(json);
  writer.begin_object().name(plural).begin_array();
  for (const Record& record : page.records) write(writer, record);
  writer.end_array().name("next");
  if (const auto next = next_cursor(list, page, id_of)) {
    writer.string(*next);
  } else {
    writer.literal("null");
  }
  writer.end_object();
  return json;
}

}  // namespace farthing::api

// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "server/api/endpoint.hpp"
#include "server/api/entries_csv.hpp"
#include "server/api/entry_fields.hpp"
#include "server/api/input.hpp"
#include "server/api/json_fields.hpp"
#include "server/api/page.hpp"
#include "server/api/replies.hpp"
#include "server/api/routes.hpp"
#include "server/http/ascii.hpp"
#include "server/ledger/entry_id.hpp"

namespace farthing::api {
namespace {

constexpr std::uint64_t kMostSeq = std::numeric_limits<std::int64_t>::max();
constexpr std::string_view kCsv = "text/csv";

enum class Form : std::uint8_t { json, csv };

// Returns a media range of the header Accept without its parameters and the blanks around it.
std::string bare_range(std::string_view range) {
  range = range.substr(0, range.find(';'));
  std::string bare;
  for (const char c : range) {
    if (c != ' ' && c != '\t') bare.push_back(http::to_lower(c));
  }
  return bare;
}

// Returns the form that Accept names first; quality values do not count.
Form read_form(const http::Request& request) {
  std::string_view rest = request.header(http::KnownHeader::accept).value_or(std::string_view());
  while (!rest.empty()) {
    const std::size_t end = rest.find(',');
    const std::string range = bare_range(rest.substr(0, end));
    if (range == kCsv) return Form::csv;
    if (range == "application/json" || range == "*/*") return Form::json;
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  return Form::json;
}

// Parses the parameter `name`, if it is there, with `parse`. `wanted` completes "must be …".
template <class T, class Parse>
Result<Done> read_parameter(const http::QueryParameters& query, std::string_view name, Parse parse,
                            std::string_view wanted, std::optional<T>& into) {
  const auto text = query.find(name);
  if (!text) return Done{};
  into = parse(*text);
  if (into) return Done{};
  return bad_field(std::string(name),
                   std::string(name).append(" must be ").append(wanted).append("."));
}

Result<ledger::EntryFilter> read_entry_filter(const http::QueryParameters& query) {
  ledger::EntryFilter filter;
  auto done =
      read_parameter(query, "kind", ledger::parse_entry_kind, "a kind of entry", filter.kind);
  if (done) {
    done = read_parameter(query, "key", ApiKeyId::parse, "the id of an API key", filter.key);
  }
  if (!done) return done.error();
  const auto from = read_instant_parameter(query, "from");
  if (!from) return from.error();
  const auto to = read_instant_parameter(query, "to");
  if (!to) return to.error();
  filter.from = *from;
  filter.to = *to;
  if (const auto operation = query.find("operation")) {
    // No longer text is an entry's, as requests have no room for one.
    auto read = TextReader{255}(JsonValue(*operation), "operation");
    if (!read) return read.error();
    filter.operation = *std::move(read);
  }
  return filter;
}

Result<CsvTexts> read_texts(const http::QueryParameters& query) {
  const auto raw = query.find("raw");
  // PHP's generated client writes booleans as digits.
  if (!raw || *raw == "false" || *raw == "0") return CsvTexts::guarded;
  if (*raw == "true" || *raw == "1") return CsvTexts::raw;
  return bad_field("raw", "raw must be true or false.");
}

// Says which list it is, filters included. The operation comes last, as it may hold anything.
std::string list_of(OrganizationId organization, const ledger::EntryFilter& filter) {
  std::string list = "entries " + organization.to_string();
  if (filter.kind) list.append(" kind ").append(ledger::to_string(*filter.kind));
  if (filter.from) list += " from " + filter.from->to_string();
  if (filter.to) list += " to " + filter.to->to_string();
  if (filter.key) list += " key " + filter.key->to_string();
  if (!filter.operation.empty()) list += " operation " + filter.operation;
  return list;
}

Id128 position_of(const ledger::Entry& entry) { return ledger::make_entry_id(entry.at, entry.seq); }

http::Response make_csv(const std::string& list, const Page<ledger::Entry>& page, CsvTexts texts) {
  http::Response response{.status = 200,
                          .content_type = std::string(kCsv) + "; charset=utf-8",
                          .headers = {},
                          .body = render_csv(page.records, texts)};
  if (const auto next = next_cursor(list, page, position_of)) {
    response.add_header("Next-Cursor", *next);
  }
  return response;
}

struct ListEntries {
  struct Input {
    OrganizationId organization;
    ledger::EntryFilter filter;
    PageInput page;
    std::string list;
    Form form = Form::json;
    CsvTexts texts = CsvTexts::guarded;
  };
  static Result<Input> parse(const Call& call) {
    const auto organization = read_path_id<OrganizationId>(call, 0, "an organization");
    if (!organization) return organization.error();
    const auto query =
        read_query(call, {"kind", "from", "to", "operation", "key", "limit", "cursor", "raw"});
    if (!query) return query.error();
    const auto texts = read_texts(*query);
    if (!texts) return texts.error();
    auto filter = read_entry_filter(*query);
    if (!filter) return filter.error();
    std::string list = list_of(*organization, *filter);
    const auto page = read_page(*query, list);
    if (!page) return page.error();
    return Input{.organization = *organization,
                 .filter = *std::move(filter),
                 .page = *page,
                 .list = std::move(list),
                 .form = read_form(call.request),
                 .texts = *texts};
  }
  static void process(Services& services, Input input, Answer answer) {
    services.books.list_entries(
        input.organization, std::move(input.filter), typed<Id128>(input.page),
        [answer = std::move(answer), list = std::move(input.list), form = input.form,
         texts = input.texts](Result<Page<ledger::Entry>> page) mutable {
          if (!page) return answer.fail(page.error());
          if (form == Form::csv) return answer.send(make_csv(list, *page, texts));
          answer.send(200, render_page("entries", list, *page, write_entry, position_of));
        });
  }
};

// Returns the number of an entry, the second part of the path that is no name.
Result<std::uint64_t> read_seq(const Call& call) {
  const std::string_view text = call.route.parameters[1];
  std::uint64_t seq = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seq);
  const bool is_seq = error == std::errc() && end == text.data() + text.size() && seq > 0 &&
                      seq <= kMostSeq && text.front() != '0';
  if (is_seq) return seq;
  return make_error(ErrorCode::not_found,
                    "That is not the number of an entry, which is a whole number from 1 on.");
}

struct EraseTexts {
  struct Input {
    service::Requester requester;
    directory::EntryTexts of;
  };
  static Result<Input> parse(const Call& call) {
    const auto organization = read_path_id<OrganizationId>(call, 0, "an organization");
    if (!organization) return organization.error();
    const auto seq = read_seq(call);
    if (!seq) return seq.error();
    if (auto query = read_query(call, {}); !query) return query.error();
    auto requester = read_requester(call, KeyNeed::none);
    if (!requester) return requester.error();
    if (auto done = expect_no_body(call.request); !done) return done.error();
    return Input{.requester = *std::move(requester),
                 .of = {.organization = *organization, .seq = *seq}};
  }
  static void process(Services& services, Input input, Answer answer) {
    services.operations.erase_texts(std::move(input.requester), input.of,
                                    answer_record<ledger::Entry>(std::move(answer), write_entry));
  }
};

}  // namespace

void add_entries(Routes& routes) {
  routes.push_back(route<ListEntries>(http::Method::get, "/v1/organizations/{organization}/entries",
                                      directory::Right::see_ledger));
  routes.push_back(route<EraseTexts>(http::Method::post,
                                     "/v1/organizations/{organization}/entries/{entry}/erase",
                                     directory::Right::operate));
}

}  // namespace farthing::api

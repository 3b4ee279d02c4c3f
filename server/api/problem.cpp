// SPDX-License-Identifier: Apache-2.0
#include "server/api/problem.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace farthing::api {
namespace {

// Writes the problem of one code as v1alpha has it: six members, no more.
void write_goa_members(const ErrorTraits& traits, JsonWriter& writer) {
  writer.name("temporary").boolean(traits.temporary);
  writer.name("timeout").boolean(traits.code == ErrorCode::request_timeout);
  writer.name("fault").boolean(traits.status >= 500);
}

void write_particulars(const Error& error, JsonWriter& writer) {
  writer.member_if_any("field", error.field);
  for (const ErrorDetail& detail : error.details) writer.member(detail.name, detail.value);
}

// Details that are told in a header as well.
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kHeadersOfDetails = {{
    {kRetryAfterDetail, "Retry-After"},
    {kAllowDetail, "Allow"},
    {kAcceptEncodingDetail, "Accept-Encoding"},
}};

void add_headers(const Error& error, http::Response& response) {
  if (error.code == ErrorCode::unauthorized) response.add_header("WWW-Authenticate", "Bearer");
  if (error.code == ErrorCode::unavailable) response.add_header("Retry-After", "1");
  for (const auto& [name, header] : kHeadersOfDetails) {
    const auto detail = std::ranges::find(error.details, name, &ErrorDetail::name);
    if (detail != error.details.end()) response.add_header(header, detail->value);
  }
}

bool is_v1alpha(std::string_view path) {
  constexpr std::string_view kPrefix = "/v1alpha";
  return path.starts_with(kPrefix) &&
         (path.size() == kPrefix.size() || path[kPrefix.size()] == '/');
}

}  // namespace

void write_error_members(JsonWriter& writer, const Error& error) {
  writer.member("name", traits_of(error.code).name).member("message", error.message);
  write_particulars(error, writer);
}

http::Response make_problem(const Error& error, std::string_view path, std::string_view request_id,
                            const WriteMembers& write_more) {
  const ErrorTraits& traits = traits_of(error.code);
  const bool is_goa = is_v1alpha(path);
  http::Response response{.status = traits.status,
                          .content_type = is_goa ? "application/vnd.goa.error" : "application/json",
                          .headers = {},
                          .body = {}};
  JsonWriter writer(response.body);
  writer.begin_object();
  writer.member("id", request_id).member("name", traits.name).member("message", error.message);
  if (is_goa) {
    write_goa_members(traits, writer);
  } else {
    write_particulars(error, writer);
    if (write_more) write_more(writer);
  }
  writer.end_object();
  add_headers(error, response);
  return response;
}

http::Response make_problem(const http::TransportError& error) {
  const auto traits = all_error_traits();
  const auto known = std::ranges::find(traits, error.status, &ErrorTraits::status);
  const ErrorCode code = known == traits.end() ? ErrorCode::server_error : known->code;
  // The client is not told what went wrong inside, which is for the log only.
  if (code == ErrorCode::server_error) {
    return make_problem(make_error(code), error.path, error.request_id);
  }
  return make_problem(make_error(code, std::string(error.message)), error.path, error.request_id);
}

}  // namespace farthing::api

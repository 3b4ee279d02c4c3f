// SPDX-License-Identifier: Apache-2.0
#include "server/api/readiness.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/json/json_writer.hpp"
#include "server/api/input.hpp"
#include "server/api/problem.hpp"

namespace farthing::api {
namespace {

using service::Cause;
using service::Limitation;
using service::Work;
using service::WorkSet;

constexpr const char* kOnlyIfDone = "for";

// Returns nothing when no kind of work is asked for.
Result<std::optional<Work>> find_asked_work(const http::Request& request) {
  const auto query = read_query(request, {kOnlyIfDone});
  if (!query) return query.error();
  const auto value = query->find(kOnlyIfDone);
  if (!value) return std::optional<Work>();
  const auto works = WorkSet::all().list();
  const auto found =
      std::ranges::find_if(works, [&](Work work) { return store::to_string(work) == *value; });
  if (found == works.end()) {
    return bad_field(kOnlyIfDone, "It must be acts, movements, protection or reads.");
  }
  return std::optional(*found);
}

bool is_out(std::optional<Work> asked, const std::vector<Limitation>& limitations) {
  return std::ranges::any_of(limitations, [&](const Limitation& each) {
    if (asked) return each.refused.has(*asked);
    return each.cause == Cause::node &&
           (each.refused.has(Work::movements) || each.refused.has(Work::reads));
  });
}

void write_refused(WorkSet refused, JsonWriter& writer) {
  writer.name("refused").begin_array();
  for (const Work work : refused.list()) writer.string(store::to_string(work));
  writer.end_array();
}

void write_members(const std::vector<Limitation>& limitations, bool are_told_of,
                   JsonWriter& writer) {
  write_refused(service::refused_by(limitations), writer);
  writer.name("limitations").begin_array();
  for (const Limitation& each : limitations) {
    writer.begin_object();
    writer.member("name", std::string_view(each.name));
    writer.member("cause", store::to_string(each.cause));
    write_refused(each.refused, writer);
    if (are_told_of) {
      writer.member("since", each.since.to_string()).member("message", each.message);
    }
    writer.end_object();
  }
  writer.end_array();
}

}  // namespace

Result<http::Response> make_readiness(const http::Request& request,
                                      const std::vector<Limitation>& limitations) {
  const auto asked = find_asked_work(request);
  if (!asked) return asked.error();
  const bool are_told_of = request.entrance() == http::Entrance::operators;
  if (is_out(*asked, limitations)) {
    return make_problem(make_error(ErrorCode::unavailable), request.path(), request.id(),
                        [&](JsonWriter& writer) {
                          writer.member("status", "unavailable");
                          write_members(limitations, are_told_of, writer);
                        });
  }
  http::Response response{
      .status = 200, .content_type = "application/json", .headers = {}, .body = {}};
  JsonWriter writer(response.body);
  writer.begin_object();
  writer.member("status", limitations.empty() ? "ok" : "degraded");
  if (!limitations.empty()) write_members(limitations, are_told_of, writer);
  writer.end_object();
  return response;
}

}  // namespace farthing::api

// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>
#include <utility>

#include "base/digest.hpp"
#include "base/json/json_writer.hpp"
#include "server/api/endpoint.hpp"
#include "server/api/input.hpp"
#include "server/api/page.hpp"
#include "server/api/replies.hpp"
#include "server/api/routes.hpp"

namespace farthing::api {
namespace {

void write_digest_if_any(JsonWriter& writer, std::string_view name,
                         const std::optional<Digest>& digest) {
  if (digest) writer.member(name, to_hex(as_bytes(*digest)));
}

void write_change(JsonWriter& writer, const directory::AuditRecord& record,
                  const directory::ActChange& change) {
  writer.begin_object();
  writer.member("field", change.field);
  if (change.before) writer.member("before", *change.before);
  if (change.after) writer.member("after", *change.after);
  if (change.is_personal) {
    write_digest_if_any(writer, "before_digest", directory::digest_before(record, change));
    write_digest_if_any(writer, "after_digest", directory::digest_after(record, change));
  }
  writer.end_object();
}

void write_salt(JsonWriter& writer, const directory::AuditRecord& record) {
  writer.member("salt",
                to_hex({reinterpret_cast<const char*>(record.salt.data()), record.salt.size()}));
}

// Shows all that is hashed: docs/reference/audit-log.md says how to compute the hash.
void write_act(JsonWriter& writer, const directory::AuditRecord& record) {
  writer.begin_object();
  if (record.version > 1) writer.name("version").literal(std::to_string(record.version));
  writer.name("number").literal(std::to_string(record.number));
  writer.member("at", record.at.to_string());
  writer.member("kind", record.act.kind);
  writer.member("target", record.act.target);
  if (record.act.organization) {
    writer.member("organization", record.act.organization->to_string());
  }
  if (record.api_key) {
    writer.member("api_key", record.api_key->to_string());
    writer.member("user", record.origin.user.to_string());
  }
  writer.member_if_any("address", record.origin.address);
  writer.member_if_any("request", record.origin.request_id);
  writer.name("changes").begin_array();
  for (const directory::ActChange& change : record.act.changes) {
    write_change(writer, record, change);
  }
  writer.end_array();
  if (directory::has_personal_texts(record)) write_salt(writer, record);
  if (!record.extension.empty()) writer.member("extension", to_hex(record.extension));
  writer.member("hash", to_hex(as_bytes(record.hash)));
  writer.end_object();
}

// Reads the actor, which is a user or a key.
Result<Done> read_actor(const http::QueryParameters& query, directory::AuditFilter& filter) {
  const auto text = query.find("actor");
  if (!text) return Done{};
  filter.user = UserId::parse(*text);
  if (!filter.user) filter.api_key = ApiKeyId::parse(*text);
  if (filter.user || filter.api_key) return Done{};
  return bad_field("actor", "actor must be the id of a user or of an API key.");
}

Result<Done> read_name(const http::QueryParameters& query, std::string_view name,
                       std::string& into) {
  const auto text = query.find(name);
  if (!text) return Done{};
  if (text->empty()) {
    return bad_field(std::string(name), std::string(name).append(" must not be empty."));
  }
  into = *text;
  return Done{};
}

Result<directory::AuditFilter> read_audit_filter(const http::QueryParameters& query) {
  directory::AuditFilter filter;
  auto done = read_actor(query, filter);
  if (done) done = read_name(query, "target", filter.target);
  if (done) done = read_name(query, "kind", filter.kind);
  if (!done) return done.error();
  const auto from = read_instant_parameter(query, "from");
  if (!from) return from.error();
  const auto to = read_instant_parameter(query, "to");
  if (!to) return to.error();
  filter.from = *from;
  filter.to = *to;
  return filter;
}

// Says which list it is, filters included. A text that may hold anything stands behind its length.
std::string list_of(const directory::AuditFilter& filter) {
  std::string list = "audit log";
  if (filter.user) list += " user " + filter.user->to_string();
  if (filter.api_key) list += " key " + filter.api_key->to_string();
  if (filter.from) list += " from " + filter.from->to_string();
  if (filter.to) list += " to " + filter.to->to_string();
  list += " target " + std::to_string(filter.target.size()) + " " + filter.target;
  list += " kind " + filter.kind;
  return list;
}

struct ListAuditLog {
  struct Input {
    directory::AuditFilter filter;
    PageInput page;
    std::string list;
  };
  static Result<Input> parse(const Call& call) {
    const auto query =
        read_query(call, {"actor", "target", "kind", "from", "to", "limit", "cursor"});
    if (!query) return query.error();
    auto filter = read_audit_filter(*query);
    if (!filter) return filter.error();
    std::string list = list_of(*filter);
    const auto page = read_page(*query, list);
    if (!page) return page.error();
    return Input{.filter = *std::move(filter), .page = *page, .list = std::move(list)};
  }
  static void process(Services& services, Input input, Answer answer) {
    services.operations.list_audit_log(
        std::move(input.filter), typed<Id128>(input.page),
        answer_page<directory::AuditRecord>(std::move(answer), "acts", std::move(input.list),
                                            write_act, directory::audit_position));
  }
};

}  // namespace

void add_audit_log(Routes& routes) {
  routes.push_back(
      route<ListAuditLog>(http::Method::get, "/v1/audit-log", directory::Right::operate));
}

}  // namespace farthing::api

// SPDX-License-Identifier: Apache-2.0
#include "server/service/statements.hpp"

#include <string>
#include <utility>

#include "base/digest.hpp"
#include "base/json/json_writer.hpp"
#include "server/api/endpoint.hpp"
#include "server/api/input.hpp"
#include "server/api/routes.hpp"

namespace farthing::api {
namespace {

void write_end(JsonWriter& writer, std::string_view name, const service::LedgerEnd& end) {
  writer.name(name).begin_object();
  writer.name("seq").literal(std::to_string(end.seq));
  writer.member("hash", to_hex(as_bytes(end.hash)));
  writer.member("available", end.balance.available.to_string());
  writer.member("held", end.balance.held.to_string());
  writer.end_object();
}

// Returns the text that is signed, byte for byte. Public: docs/reference/proof.md.
std::string render_statement(const service::Statement& statement, const VerificationKey& key) {
  std::string json;
  JsonWriter writer(json);
  writer.begin_object();
  writer.member("format", "farthing statement 1");
  writer.member("organization", statement.organization.to_string());
  writer.member("from", statement.from.to_string());
  writer.member("to", statement.to.to_string());
  writer.member("issued_at", statement.issued_at.to_string());
  write_end(writer, "opening", statement.opening);
  write_end(writer, "closing", statement.closing);
  writer.member("key", key.fingerprint());
  writer.end_object();
  return json;
}

struct MakeStatement {
  struct Input {
    OrganizationId organization;
    service::StatementPeriod period;
  };
  static Result<Input> parse(const Call& call) {
    const auto organization = read_path_id<OrganizationId>(call, 0, "an organization");
    if (!organization) return organization.error();
    const auto query = read_query(call, {"from", "to"});
    if (!query) return query.error();
    const auto from = read_instant_parameter(*query, "from");
    if (!from) return from.error();
    const auto to = read_instant_parameter(*query, "to");
    if (!to) return to.error();
    return Input{.organization = *organization, .period = {.from = *from, .to = *to}};
  }
  static void process(Services& services, const Input& input, Answer answer) {
    services.statements.make(input.organization, input.period,
                             [&statements = services.statements, answer = std::move(answer)](
                                 Result<service::Statement> statement) mutable {
                               if (!statement) return answer.fail(statement.error());
                               const std::string text =
                                   render_statement(*statement, *statements.verification_key());
                               std::string json;
                               JsonWriter writer(json);
                               writer.begin_object();
                               writer.name("statement").literal(text);
                               writer.member("signature", to_hex(statements.sign(text)));
                               writer.end_object();
                               answer.send(200, std::move(json));
                             });
  }
};

struct ReadStatementKey {
  using Input = Done;
  static Result<Input> parse(const Call& call) {
    if (auto query = read_query(call, {}); !query) return query.error();
    return Done{};
  }
  static void process(Services& services, Input /*input*/, Answer answer) {
    const auto key = services.statements.verification_key();
    if (!key) return answer.fail(key.error());
    std::string json;
    JsonWriter writer(json);
    writer.begin_object();
    writer.member("key", key->fingerprint());
    writer.member("algorithm", "Ed25519");
    writer.member("public_key", key->to_pem());
    writer.end_object();
    answer.send(200, std::move(json));
  }
};

}  // namespace

void add_statements(Routes& routes) {
  routes.push_back(route<MakeStatement>(http::Method::get,
                                        "/v1/organizations/{organization}/statement",
                                        directory::Right::see_ledger));
  routes.push_back(route<ReadStatementKey>(http::Method::get, "/v1/statement-key",
                                           directory::Right::read_statement_key));
}

}  // namespace farthing::api

// SPDX-License-Identifier: Apache-2.0
#include <farthing/statement_models.hpp>

#include <utility>

#include "base/json/json_writer.hpp"
#include "sdk/cpp/src/models/models_json.hpp"

namespace farthing::sdk {

void decode(const FieldReader& in, StatementEnd& out) {
  in.require("seq", out.seq);
  in.require("hash", out.hash);
  in.require("available", out.available);
  in.require("held", out.held);
}

void decode(const FieldReader& in, Statement& out) {
  in.require("format", out.format);
  in.require("organization", out.organization);
  in.require("from", out.from);
  in.require("to", out.to);
  in.require("issued_at", out.issued_at);
  in.require("opening", out.opening);
  in.require("closing", out.closing);
  in.require("key", out.key);
}

Result<Statement> Statement::from_json(std::string_view json) {
  return decode_json<Statement>(json);
}

void decode(const FieldReader& in, SignedStatement& out) {
  ObjectText statement;
  in.require("statement", statement);
  out.statement = std::move(statement.text);
  in.require("signature", out.signature);
}

Result<SignedStatement> SignedStatement::from_json(std::string_view json) {
  return decode_json<SignedStatement>(json);
}

std::string SignedStatement::to_json() const {
  std::string json;
  JsonWriter object(json);
  object.begin_object();
  object.name("statement").literal(statement);
  object.member("signature", signature);
  object.end_object();
  return json;
}

void decode(const FieldReader& in, StatementKey& out) {
  in.require("key", out.key);
  in.require("algorithm", out.algorithm);
  in.require("public_key", out.public_key);
}

Result<StatementKey> StatementKey::from_json(std::string_view json) {
  return decode_json<StatementKey>(json);
}

std::string StatementKey::to_json() const {
  std::string json;
  JsonWriter object(json);
  object.begin_object();
  object.member("key", key);
  object.member("algorithm", algorithm);
  object.member("public_key", public_key);
  object.end_object();
  return json;
}

}  // namespace farthing::sdk

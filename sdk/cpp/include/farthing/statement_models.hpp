// SPDX-License-Identifier: Apache-2.0
// Signed statements of an organization's ledger, as the server makes them. The text that is signed
// is kept as it came, because the signature is over its bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <farthing/credits.hpp>
#include <farthing/export.hpp>
#include <farthing/failure.hpp>
#include <farthing/fields.hpp>

namespace farthing::sdk {

// The state of the ledger after one of its entries.
struct StatementEnd {
  std::int64_t seq = 0;  // 0: before the first entry
  std::string hash{};    // in hex
  Credits available{};
  Credits held{};

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("seq", &StatementEnd::seq);
    visit("hash", &StatementEnd::hash);
    visit("available", &StatementEnd::available);
    visit("held", &StatementEnd::held);
  }
};

// The content of a statement: the ends of the ledger of a period, from `from` until just before
// `to`.
struct FARTHING_API Statement {
  std::string format{};
  std::string organization{};
  std::string from{};
  std::string to{};
  std::string issued_at{};
  StatementEnd opening{};
  StatementEnd closing{};
  std::string key{};  // SHA-256 of the public key, in hex

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("format", &Statement::format);
    visit("organization", &Statement::organization);
    visit("from", &Statement::from);
    visit("to", &Statement::to);
    visit("issued_at", &Statement::issued_at);
    visit("opening", &Statement::opening);
    visit("closing", &Statement::closing);
    visit("key", &Statement::key);
  }

  static Result<Statement> from_json(std::string_view json);
};

struct FARTHING_API SignedStatement {
  std::string statement{};  // the text that is signed, JSON of a `Statement`
  std::string signature{};  // Ed25519, in hex

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("statement", &SignedStatement::statement, FieldForm::object);
    visit("signature", &SignedStatement::signature);
  }

  static Result<SignedStatement> from_json(std::string_view json);
  std::string to_json() const;
};

// The public key that verifies the server's statements.
struct FARTHING_API StatementKey {
  std::string key{};         // SHA-256 of it, in hex
  std::string algorithm{};   // `Ed25519`
  std::string public_key{};  // PEM

  template <class Visit>
  static void fields(Visit&& visit) {
    visit("key", &StatementKey::key);
    visit("algorithm", &StatementKey::algorithm);
    visit("public_key", &StatementKey::public_key);
  }

  static Result<StatementKey> from_json(std::string_view json);
  std::string to_json() const;
};

}  // namespace farthing::sdk

// SPDX-License-Identifier: Apache-2.0
// Reads and writes the models of the directory, the user API, the audit log, the clock and
// statements, and pages of any model; for `decode_json` and `encode_json`.
#pragma once

#include <string_view>

#include <farthing/audit_models.hpp>
#include <farthing/clock_models.hpp>
#include <farthing/models.hpp>
#include <farthing/statement_models.hpp>
#include <farthing/user_models.hpp>

#include "base/json/json_writer.hpp"
#include "sdk/cpp/src/json/decode_json.hpp"

namespace farthing::sdk {

void decode(const FieldReader& in, User& out);
void decode(const FieldReader& in, Organization& out);
void decode(const FieldReader& in, Membership& out);
void decode(const FieldReader& in, Member& out);
void decode(const FieldReader& in, RateLimit& out);
void encode(JsonWriter& out, const RateLimit& rate);
void decode(const FieldReader& in, SpendCaps& out);
void encode(JsonWriter& out, const SpendCaps& caps);
void decode(const FieldReader& in, PreviousSecret& out);
void encode(JsonWriter& out, const PreviousSecret& secret);
void decode(const FieldReader& in, ApiKey& out);

void decode(const FieldReader& in, OrganizationMembership& out);
void decode(const FieldReader& in, AccountResponseBody& out);
void decode(const FieldReader& in, BalanceResponseBody& out);

void decode(const FieldReader& in, ActChange& out);
void decode(const FieldReader& in, Act& out);

void decode(const FieldReader& in, ClockStatus& out);

void decode(const FieldReader& in, Statement& out);
void decode(const FieldReader& in, SignedStatement& out);
void decode(const FieldReader& in, StatementKey& out);

// Reads a list, which has the form `{"<plural>": [...], "next": "<cursor>" or null}`.
template <class T>
Result<Page<T>> decode_page(std::string_view json, std::string_view plural) {
  const auto tree = read_json(json);
  if (!tree) return decoding_failure(tree.error());
  std::optional<DecodeFault> fault;
  const FieldReader in(**tree, fault);
  Page<T> page;
  in.require(plural, page.items);
  in.optional("next", page.next);
  if (fault) return decoding_failure(*fault);
  return page;
}

}  // namespace farthing::sdk

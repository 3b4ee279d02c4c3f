// SPDX-License-Identifier: Apache-2.0
// How the models of the /v1 API are decoded; for `decode_json`.
#pragma once

#include <string_view>

#include <farthing/models.hpp>

#include "sdk/cpp/src/decode_json.hpp"

namespace farthing::sdk {

void decode(const FieldReader& in, User& out);
void decode(const FieldReader& in, Organization& out);
void decode(const FieldReader& in, Membership& out);
void decode(const FieldReader& in, Member& out);
void decode(const FieldReader& in, ApiKey& out);
void decode(const FieldReader& in, Grant& out);
void decode(const FieldReader& in, GrantShare& out);
void decode(const FieldReader& in, LedgerBalance& out);
void decode(const FieldReader& in, OrganizationBalance& out);
void decode(const FieldReader& in, Charge& out);
void decode(const FieldReader& in, EntryKey& out);
void decode(const FieldReader& in, LedgerEntry& out);

// A list answers `{"<plural>": [...], "next": "<cursor>" or null}`.
template <class T>
Result<Page<T>> decode_page(std::string_view json, std::string_view plural) {
  const auto tree = read_json(json);
  if (!tree) return decoding_failure(tree.error());
  std::optional<DecodeFault> fault;
  const FieldReader in(*tree, fault);
  Page<T> page;
  in.require(plural, page.items);
  in.optional("next", page.next);
  if (fault) return decoding_failure(*fault);
  return page;
}

}  // namespace farthing::sdk

// SPDX-License-Identifier: Apache-2.0
// The keys of the embedded store's families. Integers are big-endian, so that
// keys sort by value. Stored: docs/reference/formats.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/id.hpp"
#include "server/ledger/entry.hpp"

namespace farthing::store::embedded {

// Many keys begin with the bytes of an id.
inline constexpr std::size_t kIdBytes = 16;

inline constexpr std::string_view kCheckpointKey = "checkpoint";

// Returns the first key behind all that begin with the organization's id; empty where the family
// ends.
inline std::string end_of_organization(OrganizationId organization) {
  std::string end(organization.value.as_bytes());
  while (!end.empty() && end.back() == '\xff') end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(end.back() + 1);
  return end;
}

inline std::string entry_key(OrganizationId organization, std::uint64_t seq) {
  std::string key;
  key.reserve(24);
  ByteWriter(key).raw(organization.value.as_bytes()).fixed(seq);
  return key;
}

inline std::string outcome_key(OrganizationId organization, std::string_view idempotency_key) {
  std::string key;
  key.reserve(16 + idempotency_key.size());
  ByteWriter(key).raw(organization.value.as_bytes()).raw(idempotency_key);
  return key;
}

inline std::string record_key(OrganizationId organization, const Id128& id) {
  std::string key;
  key.reserve(32);
  ByteWriter(key).raw(organization.value.as_bytes()).raw(id.as_bytes());
  return key;
}

inline std::string spending_key(OrganizationId organization, ApiKeyId caller_key) {
  return record_key(organization, caller_key.value);
}

inline std::string audit_key(std::uint64_t number) {
  std::string key;
  ByteWriter(key).fixed(number);
  return key;
}

// Returns where an organization's subjects of one kind begin; they end where the next kind begins.
inline std::string subject_prefix(OrganizationId organization, std::uint8_t kind) {
  std::string key;
  key.reserve(25);
  ByteWriter(key).raw(organization.value.as_bytes()).fixed(kind);
  return key;
}

inline std::string subject_key(OrganizationId organization, ledger::EntryKind kind,
                               std::uint64_t seq) {
  std::string key = subject_prefix(organization, static_cast<std::uint8_t>(kind));
  ByteWriter(key).fixed(seq);
  return key;
}

// Returns the number at the end of the key of an entry or a subject.
inline std::uint64_t seq_of_key(std::string_view key) {
  constexpr std::size_t kSeqSize = 8;
  return ByteReader(key.substr(key.size() - kSeqSize)).fixed<std::uint64_t>();
}

inline std::string encode_seq(std::uint64_t seq) {
  std::string value;
  ByteWriter(value).fixed(seq);
  return value;
}

inline std::uint64_t decode_seq(std::string_view value) {
  return ByteReader(value).fixed<std::uint64_t>();
}

}  // namespace farthing::store::embedded

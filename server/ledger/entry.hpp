// SPDX-License-Identifier: Apache-2.0
// One line of an organization's ledger: what happened, when, who asked for it and what was left
// after it. Append-only, numbered without gaps from 1, and chained by hash. An entry holds
// everything that the state after it needs (apply.hpp) and everything that the answer to its
// request says.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/credits.hpp"
#include "base/digest.hpp"
#include "base/id.hpp"
#include "base/instant.hpp"
#include "server/ledger/grant_terms.hpp"

namespace farthing::ledger {

// Stored: never renumber. Spelled as on the wire, but for `void`.
enum class EntryKind : std::uint8_t {
  grant = 1,
  activate = 2,  // a grant that was to come became spendable
  expire = 3,    // a grant ended with something left
  charge = 5,
};

std::string_view to_string(EntryKind kind);

// What an idempotency key stood for: a digest of the request's kind, target and values.
using Fingerprint = std::array<std::uint8_t, 16>;

// A JSON object that the caller wanted kept. It enters the hash chain only as a digest with salt,
// so that it can be erased on request, text and salt, without breaking the chain.
struct Metadata {
  std::string json;  // empty: there is none
  std::array<std::uint8_t, 16> salt{};
  std::optional<Digest> erased;  // what stands in the chain for a text that was erased
};

// Who asked for a movement, and under which key. Empty for entries that fell due by themselves.
struct Origin {
  std::optional<ApiKeyId> api_key;     // the key that did it
  std::optional<ApiKeyId> caller_key;  // the caller's key, if one was presented beside it
  std::string idempotency_key;
  Fingerprint fingerprint{};
  std::string operation;
  std::string engine;
  Metadata metadata;
};

// A part of an amount and the lot that it came from or went to.
struct LotAmount {
  Id128 grant;
  Credits amount;

  friend bool operator==(const LotAmount&, const LotAmount&) = default;
};

struct Entry {
  OrganizationId organization;
  std::uint64_t seq = 0;
  EntryKind kind = EntryKind::grant;
  Instant at;
  // The grant or charge that this is about; its full id has the organization in front. The entry
  // that makes it gives it its id (entry_id.hpp).
  Id128 subject;
  Credits amount;
  std::vector<LotAmount> lots;      // of a charge, in burn order
  std::optional<GrantTerms> terms;  // of a grant
  Credits available;                // after it
  Credits held;                     // after it
  Origin origin;
  Digest hash{};
};

// The bytes that are hashed: everything but the metadata's text, which stands there as its digest,
// and the hash itself. Stored: docs/reference/formats.md.
std::string canonical_bytes(const Entry& entry);

// SHA-256 over the hash of the entry before (all zero before the first) and the canonical bytes.
Digest chain_hash(const Digest& previous, std::string_view canonical);

// The stored form: canonical bytes, metadata, hash. To erase the metadata, store the entry anew
// with an empty `Metadata` behind its canonical bytes of before.
void append_encoded(const Entry& entry, std::string_view canonical, std::string& out);
// Sets the hash of an entry that follows the one with the hash `previous`, and appends its stored
// form: the canonical bytes are made once for both.
void append_sealed(Entry& entry, const Digest& previous, std::string& out);
// The kind of an entry in its stored form, without reading all of it.
EntryKind kind_of_encoded(std::string_view stored);
// Nothing when the bytes are not those of an entry.
std::optional<Entry> decode_entry(std::string_view bytes);

}  // namespace farthing::ledger

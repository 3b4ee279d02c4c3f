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
#include "server/ledger/hold_status.hpp"

namespace farthing::ledger {

// Stored: never renumber. Spelled as on the wire, but for `void`, which C++ keeps for itself.
enum class EntryKind : std::uint8_t {
  grant = 1,
  activate = 2,  // a grant that was to come became spendable
  expire = 3,    // a grant ended with something left
  void_ = 4,     // a grant was taken back, as far as it was neither spent nor held
  charge = 5,
  hold = 6,
  extend = 7,   // a hold runs longer
  capture = 8,  // a charge out of a hold
  release = 9,  // what a hold still had goes back
  refund = 10,  // a part of a charge goes back
  repay = 11,   // a lot pays what a charge has left owing
  limit = 12,   // how far below zero the organization may go
};

std::string_view to_string(EntryKind kind);
std::optional<EntryKind> parse_entry_kind(std::string_view text);
// Returns whether each entry of that kind makes a charge; a capture does.
constexpr bool makes_charge(EntryKind kind) {
  return kind == EntryKind::charge || kind == EntryKind::capture;
}

// A digest of the kind, target and values of the request that an idempotency key stood for.
using Fingerprint = std::array<std::uint8_t, 16>;

// A JSON object that the caller wanted kept. It enters the hash chain only as a digest with salt,
// so that it can be erased on request, text and salt, without breaking the chain.
struct Metadata {
  std::string json;  // empty: there is none
  std::array<std::uint8_t, 16> salt{};
  std::optional<Digest> erased;  // what stands in the chain for a text that was erased
};

// Says who asked for a movement, and under which key. It is empty for entries that fell due by
// themselves.
struct Origin {
  std::optional<ApiKeyId> api_key;  // the key that did it
  // The caller's key, if one was presented beside it. Later requests about a hold or a charge that
  // it was presented with name it too.
  std::optional<ApiKeyId> caller_key;
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
  bool has_ended = false;  // what went back to a lot that had ended or been voided: it ended too

  friend bool operator==(const LotAmount&, const LotAmount&) = default;
};

// A lot that had left the state and comes back to it with a refund.
struct ReturningLot {
  Id128 grant;
  GrantTerms terms;
};

struct Entry {
  OrganizationId organization;
  std::uint64_t seq = 0;
  EntryKind kind = EntryKind::grant;
  // Whether the next entry belongs to the same outcome: a final capture and the release of the
  // rest, a grant and the debts that it repays.
  bool is_continued = false;
  Instant at;
  // What this is about: what it makes (a grant, a charge, a hold, a refund; a capture makes a
  // charge), or else what it changes (a grant that it activates, ends or voids, a hold that it
  // extends or releases, a charge that it repays, the organization whose limit it sets). What it
  // makes gets its own id from the entry (entry_id.hpp); the full id has the organization in front.
  Id128 subject;
  std::optional<Id128> parent;  // the hold of a capture, the charge of a refund
  // What moved; of a limit, the limit. What `lots` do not add up to is debt: of a charge or capture
  // new debt of that charge, of a refund debt that it takes back.
  Credits amount;
  // What paid a charge, was set aside by a hold or given back by a release or a refund, in that
  // order. Of a capture, first what the hold had.
  std::vector<LotAmount> lots;
  std::vector<ReturningLot> returning;  // of a refund
  std::optional<GrantTerms> terms;      // of a grant
  std::optional<HoldStatus> hold;       // of a hold, an extend, a capture, a release: after it
  Credits available;                    // after it; below zero by what is owed
  Credits held;                         // after it
  Origin origin;
  Digest hash{};
};

// Returns the sum of the parts. It must fit: some amount has counted it before.
Credits sum_of(const std::vector<LotAmount>& lots);
// Returns how much of the entry is debt: new if positive, settled if negative.
Credits debt_of(const Entry& entry);

// Returns the bytes that are hashed: everything but the metadata's text, which stands there as its
// digest, and the hash itself. Stored: docs/reference/formats.md.
std::string canonical_bytes(const Entry& entry);

// Returns SHA-256 over the hash of the entry before (all zero before the first) and the canonical
// bytes.
Digest chain_hash(const Digest& previous, std::string_view canonical);

// Appends the stored form: canonical bytes, metadata, hash. To erase the metadata, store the entry
// anew with an empty `Metadata` behind its old canonical bytes.
void append_encoded(const Entry& entry, std::string_view canonical, std::string& out);
// Sets the hash of an entry that follows the one with the hash `previous`, and appends its stored
// form: the canonical bytes are made once for both.
void append_sealed(Entry& entry, const Digest& previous, std::string& out);
// Returns the kind of an entry in its stored form, without reading all of it.
EntryKind kind_of_encoded(std::string_view stored);
// Returns nothing when the bytes are not those of an entry.
std::optional<Entry> decode_entry(std::string_view bytes);

}  // namespace farthing::ledger

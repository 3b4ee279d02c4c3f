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

// The texts of a request that may have to be erased. Of each, empty means that there is none. They
// enter the hash chain only as one digest with salt, so that they can be erased, texts and salt,
// without breaking the chain.
struct Erasable {
  std::string metadata;           // a JSON object
  std::string reason;             // of the movement, for people
  std::string payment_reference;  // of a grant: what it was paid with
  std::array<std::uint8_t, 16> salt{};
  std::optional<Digest> erased = {};  // what stands in the chain for texts that were erased

  bool is_empty() const { return metadata.empty() && reason.empty() && payment_reference.empty(); }
};

// A name that the operator has declared, and what the request is counted under by that name.
struct Tag {
  std::string name;
  std::string value;

  friend auto operator<=>(const Tag&, const Tag&) = default;
};

// What was paid for a grant.
struct Price {
  std::int64_t nano = 0;  // in 10⁻⁹ of the currency's unit, zero or more
  std::string currency;   // three capital letters, as in ISO 4217

  friend bool operator==(const Price&, const Price&) = default;
};

// The most tags of a request, the most characters of a tag's name and of its value, and those of the
// other texts. Each has at least one.
inline constexpr std::size_t kMaxTags = 5;
inline constexpr std::size_t kMaxTagName = 32;
inline constexpr std::size_t kMaxTagValue = 64;
inline constexpr std::size_t kMaxReason = 500;
inline constexpr std::size_t kMaxPaymentReference = 255;

// Says who asked for a movement, under which key, and what the request said besides. It is empty
// for entries that fell due by themselves.
struct Origin {
  std::optional<ApiKeyId> api_key;  // the key that did it
  // The caller's key, if one was presented beside it. Later requests about a hold or a charge that
  // it was presented with name it too.
  std::optional<ApiKeyId> caller_key;
  std::string idempotency_key;
  Fingerprint fingerprint{};  // of everything but the erasable texts
  std::string operation;
  std::string model;
  Erasable erasable;
  std::vector<Tag> tags = {};            // by name; each name once
  std::optional<Price> price_paid = {};  // of a grant
  // The fingerprint that entries of version 1 have of the same request, where it is another: they
  // counted the erasable texts. It is not stored.
  std::optional<Fingerprint> fingerprint_with_texts = {};
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

// The version of the entries that are written now. Entries of version 1 have metadata, but none of
// the other erasable texts, no tags and no price; their digest is taken over the metadata alone.
inline constexpr std::uint8_t kEntryVersion = 2;

struct Entry {
  std::uint8_t version = kEntryVersion;
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
  // What a later version of the server has added to an entry of this version. It is hashed and kept
  // as it is.
  std::string extension = {};
  Digest hash{};
};

// Returns the sum of the parts. It must fit: some amount has counted it before.
Credits sum_of(const std::vector<LotAmount>& lots);
// Returns how much of the entry is debt: new if positive, settled if negative.
Credits debt_of(const Entry& entry);

// Returns the digest that stands in the chain for the erasable texts of an entry of that version;
// nothing when there never were any.
std::optional<Digest> digest_of(const Erasable& texts, std::uint8_t version);

// Erases the texts and their salt, and keeps their digest: the entry verifies as before, and nobody
// can tell from the digest what the texts were. Returns whether there were any.
bool erase_texts(Entry& entry);

// Returns the bytes that are hashed: everything but the erasable texts, which stand there as their
// digest, and the hash itself. Stored: docs/reference/formats.md.
std::string canonical_bytes(const Entry& entry);

// Returns SHA-256 over the hash of the entry before (all zero before the first) and the canonical
// bytes.
Digest chain_hash(const Digest& previous, std::string_view canonical);

// Appends the stored form: canonical bytes, erasable texts, hash.
void append_encoded(const Entry& entry, std::string_view canonical, std::string& out);
// Sets the hash of an entry that follows the one with the hash `previous`, and appends its stored
// form: the canonical bytes are made once for both.
void append_sealed(Entry& entry, const Digest& previous, std::string& out);
// Returns the kind of an entry in its stored form, without reading all of it.
EntryKind kind_of_encoded(std::string_view stored);
// Returns nothing when the bytes are not those of an entry.
std::optional<Entry> decode_entry(std::string_view bytes);

}  // namespace farthing::ledger

// SPDX-License-Identifier: Apache-2.0
// An entry of the ledger as the verifier sees it: it is read from its canonical bytes, or from what
// the API shows of it, and written back to those bytes. All of this follows docs/reference/proof.md
// and formats.md and shares no code with what made the entry.
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

namespace farthing::verify {

// The kinds of entries, numbered as in the canonical bytes, named as on the wire.
enum class Kind : std::uint8_t {
  grant = 1,
  activate = 2,
  expire = 3,
  void_ = 4,
  charge = 5,
  hold = 6,
  extend = 7,
  capture = 8,
  release = 9,
  refund = 10,
  repay = 11,
  limit = 12,
};
enum class Category : std::uint8_t { paid = 1, promotional = 2 };
enum class OverCapture : std::uint8_t { reject = 1, up_to_available = 2, overdraft = 3 };
enum class HoldState : std::uint8_t { open = 1, captured = 2, released = 3, expired = 4 };

std::string_view name_of(Kind kind);
std::string_view name_of(OverCapture policy);
std::string_view name_of(HoldState state);
// Return nothing for an unknown name.
std::optional<Kind> find_kind(std::string_view name);
std::optional<Category> find_category(std::string_view name);
std::optional<OverCapture> find_over_capture(std::string_view name);
std::optional<HoldState> find_hold_state(std::string_view name);

struct Terms {
  Credits amount;
  Instant effective_at;
  std::int32_t priority = 0;
  Category category = Category::paid;
  std::optional<Instant> expires_at;

  bool has_expired_at(Instant at) const { return expires_at && *expires_at <= at; }

  friend bool operator==(const Terms&, const Terms&) = default;
};

struct HoldStatus {
  Credits amount;
  Credits captured;
  Credits released;
  Instant expires_at;
  OverCapture over_capture = OverCapture::reject;
  HoldState state = HoldState::open;

  friend bool operator==(const HoldStatus&, const HoldStatus&) = default;
};

// The part that a lot paid or got back.
struct Part {
  Id128 grant;
  Credits amount;
  bool has_ended = false;

  friend bool operator==(const Part&, const Part&) = default;
};

struct ReturningLot {
  Id128 grant;
  Terms terms;
};

struct Tag {
  std::string name;
  std::string value;
};

struct Price {
  std::int64_t nano = 0;  // in 10⁻⁹ of the currency's unit
  std::string currency;
};

// An entry of version 1 has no tags, no price and no extension, and its digest is that of metadata.
struct Entry {
  std::uint8_t version = 2;
  OrganizationId organization;
  std::uint64_t seq = 0;
  Kind kind = Kind::grant;
  bool is_continued = false;
  Instant at;
  Id128 subject;
  std::optional<Id128> parent;
  Credits amount;
  Credits available;
  Credits held;
  std::vector<Part> parts;
  std::vector<ReturningLot> returning;
  std::optional<Terms> terms;
  std::optional<HoldStatus> hold;
  std::optional<Id128> api_key;
  std::optional<Id128> caller_key;
  std::string idempotency_key;
  std::array<std::uint8_t, 16> fingerprint{};
  std::string operation;
  std::string model;
  std::string erasable_digest;  // empty, or 32 bytes
  std::vector<Tag> tags;
  std::optional<Price> price_paid;
  std::string extension;
};

// The texts that stand in the chain as their digest. Empty texts are not there, or were erased.
struct ErasableTexts {
  std::string metadata;
  std::string reason;
  std::string payment_reference;
  std::string salt;  // 16 bytes, or none

  bool is_empty() const { return metadata.empty() && reason.empty() && payment_reference.empty(); }
};

// Returns whether an entry of this kind makes something that has an id.
bool makes_something(Kind kind);

std::string encode_canonical(const Entry& entry);

// An entry with what is stored around its canonical bytes.
struct SealedEntry {
  Entry entry;
  std::string canonical;
  ErasableTexts texts;
  Digest hash{};
};

// Reads the stored form; returns nothing when the bytes are not those of an entry.
std::optional<SealedEntry> decode_stored(std::string_view bytes);

// Return the own id of what an entry makes, and the number of the entry that made the thing with
// that id.
Id128 id_made_by(const Entry& entry);
std::uint64_t maker_of(const Id128& id);

}  // namespace farthing::verify

// SPDX-License-Identifier: Apache-2.0
#include "model/canonical.hpp"

#include <openssl/sha.h>

#include <optional>

namespace farthing::model {
namespace {

template <class Bytes>
std::string string_of(const Bytes& bytes) {
  return {bytes.begin(), bytes.end()};
}

std::string big_endian(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i) & 0xff);
  return out;
}
std::string big_endian(std::int64_t value) {
  return big_endian(static_cast<std::uint64_t>(value), 8);
}
std::string counted(std::uint64_t value) {
  std::string out;
  while (value > 127) {
    out += static_cast<char>((value & 127) + 128);
    value /= 128;
  }
  return out += static_cast<char>(value);
}
std::string counted(const std::string& text) { return counted(text.size()) + text; }
std::string flag(bool value) { return {value ? '\1' : '\0'}; }
std::string flagged(const std::optional<std::string>& value) {
  return flag(value.has_value()) + value.value_or("");
}

std::optional<std::string> bytes_of(const std::optional<ApiKeyId>& key) {
  if (!key) return {};
  return text_of(key->value);
}

std::string bytes_of(const ledger::GrantTerms& terms) {
  std::optional<std::string> expires;
  if (terms.expires_at) expires = big_endian(terms.expires_at->us());
  return big_endian(terms.amount.nano()) + big_endian(terms.effective_at.us()) +
         big_endian(static_cast<std::uint32_t>(terms.priority), 4) +
         static_cast<char>(terms.category) + flagged(expires);
}

std::string bytes_of(const ledger::HoldStatus& hold) {
  return big_endian(hold.amount.nano()) + big_endian(hold.captured.nano()) +
         big_endian(hold.released.nano()) + big_endian(hold.expires_at.us()) +
         static_cast<char>(hold.over_capture) + static_cast<char>(hold.state);
}

std::string digest_of(const ledger::Erasable& texts) {
  if (texts.metadata.empty() && texts.reason.empty() && texts.payment_reference.empty()) {
    return texts.erased ? text_of(*texts.erased) : std::string();
  }
  return sha256_of(string_of(texts.salt) + counted(texts.metadata) + counted(texts.reason) +
                   counted(texts.payment_reference));
}

std::string bytes_of(const ledger::Price& price) {
  return big_endian(price.nano) + counted(price.currency);
}

std::string bytes_of(const ledger::Origin& origin) {
  std::string tags = counted(origin.tags.size());
  for (const ledger::Tag& tag : origin.tags) tags += counted(tag.name) + counted(tag.value);
  std::optional<std::string> price;
  if (origin.price_paid) price = bytes_of(*origin.price_paid);
  return flagged(bytes_of(origin.api_key)) + flagged(bytes_of(origin.caller_key)) +
         counted(origin.idempotency_key) + string_of(origin.fingerprint) +
         counted(origin.operation) + counted(origin.model) + counted(digest_of(origin.erasable)) +
         tags + flagged(price);
}

}  // namespace

std::string text_of(const Id128& id) { return string_of(id.bytes); }
std::string text_of(const Digest& digest) { return string_of(digest); }

std::string entry_id(std::int64_t at_us, std::uint64_t seq) {
  return big_endian(static_cast<std::uint64_t>(at_us / 1000), 6) + big_endian(0, 2) +
         big_endian(seq, 8);
}

std::string canonical_bytes_of(const ledger::Entry& entry) {
  std::string out = '\2' + text_of(entry.organization.value) + counted(entry.seq) +
                    static_cast<char>(entry.kind) + flag(entry.is_continued) +
                    big_endian(entry.at.us()) + text_of(entry.subject);
  std::optional<std::string> parent;
  if (entry.parent) parent = text_of(*entry.parent);
  out += flagged(parent) + big_endian(entry.amount.nano()) + big_endian(entry.available.nano()) +
         big_endian(entry.held.nano()) + counted(entry.lots.size());
  for (const ledger::LotAmount& lot : entry.lots) {
    out += text_of(lot.grant) + big_endian(lot.amount.nano()) + flag(lot.has_ended);
  }
  out += counted(entry.returning.size());
  for (const ledger::ReturningLot& lot : entry.returning) {
    out += text_of(lot.grant) + bytes_of(lot.terms);
  }
  std::optional<std::string> terms;
  if (entry.terms) terms = bytes_of(*entry.terms);
  std::optional<std::string> hold;
  if (entry.hold) hold = bytes_of(*entry.hold);
  return out + flagged(terms) + flagged(hold) + bytes_of(entry.origin) + counted(entry.extension);
}

std::string sha256_of(const std::string& bytes) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

std::string decimal_of(std::int64_t nano) {
  const std::string sign = nano < 0 ? "-" : "";
  if (nano < 0) nano = -nano;
  std::string fraction = std::to_string(1'000'000'000 + nano % 1'000'000'000).substr(1);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return sign + std::to_string(nano / 1'000'000'000) + (fraction.empty() ? "" : "." + fraction);
}

}  // namespace farthing::model

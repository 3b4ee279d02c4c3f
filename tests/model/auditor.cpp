// SPDX-License-Identifier: Apache-2.0
#include "tests/model/auditor.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <limits>
#include <tuple>

namespace farthing::model {
namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kMostLiveLots = 10'000;

template <class Bytes>
std::string text_of(const Bytes& bytes) {
  return {bytes.begin(), bytes.end()};
}
std::string text_of(const Id128& id) { return text_of(id.bytes); }

std::string sha256_of(const std::string& bytes) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

// The canonical bytes as docs/reference/formats.md describes them, written from scratch.

std::string big_endian(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i) & 0xff);
  return out;
}
std::string big_endian(std::int64_t value) {
  return big_endian(static_cast<std::uint64_t>(value), 8);
}
// The id of what the entry with this number makes.
std::string own_id(std::int64_t at_us, std::uint64_t seq) {
  return big_endian(static_cast<std::uint64_t>(at_us / 1000), 6) + big_endian(0, 2) +
         big_endian(seq, 8);
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
std::string flagged(const std::optional<std::string>& value) {
  return value ? '\1' + *value : std::string(1, '\0');
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

std::string digest_of(const ledger::Metadata& metadata) {
  if (!metadata.json.empty()) return sha256_of(text_of(metadata.salt) + metadata.json);
  return metadata.erased ? text_of(*metadata.erased) : std::string();
}

std::string bytes_of(const ledger::Entry& entry) {
  std::string out = '\1' + text_of(entry.organization.value) + counted(entry.seq) +
                    static_cast<char>(entry.kind) + big_endian(entry.at.us()) +
                    text_of(entry.subject) + big_endian(entry.amount.nano()) +
                    big_endian(entry.available.nano()) + big_endian(entry.held.nano()) +
                    counted(entry.lots.size());
  for (const ledger::LotAmount& lot : entry.lots) {
    out += text_of(lot.grant) + big_endian(lot.amount.nano());
  }
  std::optional<std::string> terms;
  if (entry.terms) terms = bytes_of(*entry.terms);
  const ledger::Origin& origin = entry.origin;
  return out + flagged(terms) + flagged(bytes_of(origin.api_key)) +
         flagged(bytes_of(origin.caller_key)) + counted(origin.idempotency_key) +
         text_of(origin.fingerprint) + counted(origin.operation) + counted(origin.engine) +
         counted(digest_of(origin.metadata));
}

bool is_same(const ledger::Origin& a, const ledger::Origin& b) {
  return a.api_key == b.api_key && a.caller_key == b.caller_key &&
         a.idempotency_key == b.idempotency_key && a.fingerprint == b.fingerprint &&
         a.operation == b.operation && a.engine == b.engine && a.metadata.json == b.metadata.json &&
         a.metadata.salt == b.metadata.salt;
}

std::string decimal_of(std::int64_t nano) {
  std::string fraction = std::to_string(1'000'000'000 + nano % 1'000'000'000).substr(1);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return std::to_string(nano / 1'000'000'000) + (fraction.empty() ? "" : "." + fraction);
}

}  // namespace

void Auditor::audit(const ledger::Command& command, const Outcome& outcome) {
  std::vector<std::int64_t> available_after;
  std::vector<Expected> expected = take_due(command.at.us(), available_after);
  const std::size_t due = expected.size();
  const auto* grant = std::get_if<ledger::CreateGrant>(&command.action);
  const auto refusal =
      grant != nullptr
          ? take_grant(command, *grant, expected)
          : take_charge(command, std::get<ledger::CreateCharge>(command.action), expected);
  if (expected.size() > due) available_after.push_back(available());
  compare(expected, available_after, outcome.entries);
  compare_refusal(refusal, outcome.refusal);
  for (std::size_t i = 0; i < outcome.entries.size(); ++i) {
    const bool is_own = !refusal && i + 1 == outcome.entries.size();
    check_origin(is_own ? command.origin : ledger::Origin{}, outcome.entries[i]);
  }
  if (!refusal && !outcome.entries.empty()) {
    const bool is_new =
        outcomes_.emplace(command.origin.idempotency_key, outcome.entries.back()).second;
    expect(is_new, "an idempotency key led to a second outcome");
  }
  check_lots();
}

void Auditor::audit_sweep(Instant at, std::span<const ledger::Entry> entries) {
  std::vector<std::int64_t> available_after;
  const std::vector<Expected> expected = take_due(at.us(), available_after);
  compare(expected, available_after, entries);
  for (const ledger::Entry& entry : entries) check_origin({}, entry);
  check_lots();
}

void Auditor::audit_replay(const ledger::Origin& origin, const ledger::Entry* first) {
  const auto known = outcomes_.find(origin.idempotency_key);
  expect(known != outcomes_.end(), "a replay of a key that led to nothing");
  if (known == outcomes_.end()) return;
  const bool is_same_request = known->second.origin.fingerprint == origin.fingerprint;
  ++seen_[is_same_request ? "replay" : "idempotency_key_reused"];
  expect(is_same_request == (first != nullptr), "a replay was judged wrongly");
  if (first == nullptr) return;
  expect(bytes_of(*first) == bytes_of(known->second) && first->hash == known->second.hash,
         "a replay answered with another entry");
}

// Everything due, one by one in the order (instant, kind, id). The lots are looked over anew for
// each.
std::vector<Auditor::Expected> Auditor::take_due(std::int64_t at_us,
                                                 std::vector<std::int64_t>& available_after) {
  using Due = std::tuple<std::int64_t, int, std::string, std::size_t>;
  std::vector<Expected> expected;
  while (true) {
    std::optional<Due> first;
    for (std::size_t i = 0; i < lots_.size(); ++i) {
      const Lot& lot = lots_[i];
      if (lot.remaining() == 0) continue;
      std::optional<Due> due;
      if (!lot.is_activated) {
        due = {lot.effective_us, 0, lot.grant, i};
      } else if (lot.expires_us) {
        due = {*lot.expires_us, 1, lot.grant, i};
      }
      if (due && std::get<0>(*due) <= at_us && (!first || *due < *first)) first = due;
    }
    if (!first) return expected;
    const auto& [due_us, kind, grant, index] = *first;
    Lot& lot = lots_[index];
    expected.push_back({.kind = kind == 0 ? "activate" : "expire",
                        .at_us = due_us,
                        .subject = grant,
                        .amount = lot.remaining(),
                        .lots = {}});
    if (kind == 0) {
      lot.is_activated = true;
    } else {
      lot.expired = lot.remaining();
    }
    available_after.push_back(available());
  }
}

std::optional<Auditor::Refusal> Auditor::take_grant(const ledger::Command& command,
                                                    const ledger::CreateGrant& action,
                                                    std::vector<Expected>& expected) {
  Lot lot;
  lot.grant = own_id(command.at.us(), last_seq_ + expected.size() + 1);
  lot.granted = action.terms.amount.nano();
  lot.effective_us = std::max(action.terms.effective_at.us(), command.at.us());
  if (action.terms.expires_at) lot.expires_us = action.terms.expires_at->us();
  lot.priority = action.terms.priority;
  lot.is_activated = lot.effective_us == command.at.us();
  if (lot.expires_us.value_or(kNever) <= lot.effective_us) {
    return Refusal{.name = "bad_request", .field = "expires_at", .details = {}};
  }
  __int128 sum = lot.granted;
  std::size_t live = 0;
  for (const Lot& each : lots_) {
    sum += each.remaining();
    if (each.remaining() > 0) ++live;
  }
  if (live >= kMostLiveLots) return Refusal{.name = "too_many_grants", .field = {}, .details = {}};
  if (sum > std::numeric_limits<std::int64_t>::max()) {
    return Refusal{.name = "amount_overflow", .field = {}, .details = {}};
  }
  expected.push_back({.kind = "grant",
                      .at_us = command.at.us(),
                      .subject = lot.grant,
                      .amount = lot.granted,
                      .lots = {}});
  lots_.push_back(lot);
  return {};
}

std::optional<Auditor::Refusal> Auditor::take_charge(const ledger::Command& command,
                                                     const ledger::CreateCharge& action,
                                                     std::vector<Expected>& expected) {
  const std::int64_t required = action.amount.nano();
  if (required > available()) {
    Refusal refusal{.name = "insufficient_credits",
                    .field = {},
                    .details = {{"required", decimal_of(required)},
                                {"available", decimal_of(available())},
                                {"held", "0"}}};
    if (const auto next_us = next_grant_us()) {
      refusal.details["next_grant_at"] = std::to_string(*next_us);
    }
    return refusal;
  }
  std::vector<Lot*> payers;
  for (Lot& lot : lots_) {
    const bool is_spendable =
        lot.effective_us <= command.at.us() && command.at.us() < lot.expires_us.value_or(kNever);
    if (is_spendable && lot.remaining() > 0) payers.push_back(&lot);
  }
  std::sort(payers.begin(), payers.end(), [](const Lot* a, const Lot* b) {
    const auto rank = [](const Lot& lot) {
      return std::tuple(lot.priority, lot.expires_us.value_or(kNever), lot.effective_us, lot.grant);
    };
    return rank(*a) < rank(*b);
  });
  Expected entry{.kind = "charge",
                 .at_us = command.at.us(),
                 .subject = own_id(command.at.us(), last_seq_ + expected.size() + 1),
                 .amount = required,
                 .lots = {}};
  std::int64_t left = required;
  for (Lot* lot : payers) {
    if (left == 0) break;
    const std::int64_t paid = std::min(left, lot->remaining());
    entry.lots.emplace_back(lot->grant, paid);
    lot->spent += paid;
    left -= paid;
  }
  expect(left == 0, "the auditor's own lots do not add up to what is available");
  expected.push_back(entry);
  return {};
}

void Auditor::compare(const std::vector<Expected>& expected,
                      const std::vector<std::int64_t>& available_after,
                      std::span<const ledger::Entry> entries) {
  expect(expected.size() == entries.size(), "expected " + std::to_string(expected.size()) +
                                                " entries, found " +
                                                std::to_string(entries.size()));
  for (std::size_t i = 0; i < std::min(expected.size(), entries.size()); ++i) {
    const Expected& want = expected[i];
    const ledger::Entry& entry = entries[i];
    const std::string where = "entry " + std::to_string(entry.seq) + ": ";
    ++seen_[want.kind];
    expect(entry.seq == last_seq_ + 1, where + "is not the next number");
    expect(entry.at.us() >= last_us_, where + "goes back in time");
    expect(to_string(entry.kind) == want.kind, where + "should be " + want.kind);
    expect(entry.at.us() == want.at_us, where + "has the wrong instant");
    expect(text_of(entry.subject) == want.subject, where + "is about the wrong thing");
    expect(entry.amount.nano() == want.amount, where + "has the wrong amount");
    expect(entry.available.nano() == available_after[i], where + "has the wrong available");
    expect(entry.held.is_zero(), where + "holds something");
    expect(entry.terms.has_value() == (want.kind == "grant"), where + "has terms or lacks them");
    std::vector<std::pair<std::string, std::int64_t>> lots;
    lots.reserve(entry.lots.size());
    for (const ledger::LotAmount& lot : entry.lots) {
      lots.emplace_back(text_of(lot.grant), lot.amount.nano());
    }
    expect(lots == want.lots, where + "names the wrong lots");
    extend_chain(entry);
  }
}

void Auditor::compare_refusal(const std::optional<Refusal>& expected, const Error* refusal) {
  expect(expected.has_value() == (refusal != nullptr),
         expected ? "should have been refused: " + expected->name : "should not have been refused");
  if (!expected || refusal == nullptr) return;
  ++seen_[expected->name];
  expect(traits_of(refusal->code).name == expected->name, "should be refused as " + expected->name);
  expect(refusal->field == expected->field, expected->name + " names the wrong field");
  std::map<std::string, std::string> details;
  for (const ErrorDetail& detail : refusal->details) {
    const auto instant = Instant::parse(detail.value);
    details[detail.name] = instant ? std::to_string(instant->us()) : detail.value;
  }
  expect(details == expected->details, expected->name + " has the wrong details");
}

void Auditor::check_origin(const ledger::Origin& origin, const ledger::Entry& entry) {
  expect(is_same(entry.origin, origin),
         "entry " + std::to_string(entry.seq) + " does not say who asked for it");
}

void Auditor::extend_chain(const ledger::Entry& entry) {
  last_hash_ = sha256_of(last_hash_ + bytes_of(entry));
  expect(text_of(entry.hash) == last_hash_,
         "entry " + std::to_string(entry.seq) + " breaks the chain");
  last_seq_ = entry.seq;
  last_us_ = entry.at.us();
}

void Auditor::check_lots() {
  for (const Lot& lot : lots_) {
    expect(lot.spent >= 0 && lot.expired >= 0 && lot.remaining() >= 0, "a lot is below zero");
    expect(lot.expired == 0 || lot.remaining() == 0, "a lot that ended has something left");
  }
  expect(available() >= 0, "available is below zero");
}

void Auditor::audit_state(const ledger::OrganizationState& state) {
  expect(state.last_seq == last_seq_, "the state has another last number");
  expect(state.last_at.us() == last_us_, "the state has another last instant");
  expect(text_of(state.last_hash) == last_hash_, "the state has another last hash");
  expect(state.balance.available.nano() == available(), "the state has another available");
  expect(state.balance.held.is_zero(), "the state holds something");

  using Left = std::tuple<std::string, std::int64_t, bool>;  // grant, remaining, spendable
  std::vector<Left> left;
  std::vector<Left> left_of_state;
  left_of_state.reserve(state.spendable.size() + state.coming.size());
  std::int64_t next_due_us = kNever;
  for (const Lot& lot : lots_) {
    if (lot.remaining() == 0) continue;
    left.emplace_back(lot.grant, lot.remaining(), lot.is_activated);
    next_due_us = std::min(next_due_us,
                           lot.is_activated ? lot.expires_us.value_or(kNever) : lot.effective_us);
  }
  for (const ledger::Lot& lot : state.spendable) {
    left_of_state.emplace_back(text_of(lot.grant), lot.remaining.nano(), true);
  }
  for (const ledger::Lot& lot : state.coming) {
    left_of_state.emplace_back(text_of(lot.grant), lot.remaining.nano(), false);
  }
  std::sort(left.begin(), left.end());
  std::sort(left_of_state.begin(), left_of_state.end());
  expect(left == left_of_state, "the state has other lots");
  expect((state.next_due_at ? state.next_due_at->us() : kNever) == next_due_us,
         "the state has another next due instant");
}

void Auditor::audit_balance(Instant at, const ledger::Balance& balance) {
  std::int64_t sum = 0;
  for (const Lot& lot : lots_) {
    if (lot.effective_us <= at.us() && at.us() < lot.expires_us.value_or(kNever)) {
      sum += lot.remaining();
    }
  }
  expect(balance.available.nano() == sum, "a balance read later is wrong");
  expect(balance.held.is_zero(), "a balance read later holds something");
}

std::int64_t Auditor::available() const {
  std::int64_t sum = 0;
  for (const Lot& lot : lots_) {
    if (lot.is_activated) sum += lot.remaining();
  }
  return sum;
}

std::optional<std::int64_t> Auditor::next_grant_us() const {
  std::optional<std::int64_t> next_us;
  for (const Lot& lot : lots_) {
    if (lot.is_activated) continue;
    next_us = std::min(next_us.value_or(kNever), lot.effective_us);
  }
  return next_us;
}

void Auditor::expect(bool condition, const std::string& complaint) {
  if (!condition) complaints_.push_back(complaint);
}

}  // namespace farthing::model

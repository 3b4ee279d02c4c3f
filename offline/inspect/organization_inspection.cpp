// SPDX-License-Identifier: Apache-2.0
#include "offline/inspect/organization_inspection.hpp"

#include <string>
#include <utility>

#include "server/store/embedded/tables/derived_keys.hpp"

namespace farthing::inspect {
namespace {

using verify::Check;
using verify::Finding;

}  // namespace

OrganizationInspection::OrganizationInspection(OrganizationId organization, Making making,
                                               const store::embedded::Database& database,
                                               verify::Spool& spool, verify::Counts& counts)
    : organization_(organization),
      making_(making),
      database_(database),
      verifier_(organization, spool),
      counts_(counts) {
  ++counts_.organizations;
}

Verdict OrganizationInspection::next(const std::optional<verify::SealedEntry>& sealed,
                                     std::string_view stored) {
  if (!sealed) return Check(unreadable("the entry"));
  if (auto wrong = verifier_.next(*sealed)) return wrong;
  counts_.count(sealed->entry);
  head_.add(sealed->entry.seq, sealed->hash, stored);
  return Check();
}

Verdict OrganizationInspection::next_derived(std::uint64_t seq, std::string_view stored) {
  if (derived_.entries == 0) {
    if (auto verdict = find_next_snapshot(0); !verdict) return verdict;
  }
  const auto sealed = verify::decode_stored(stored);
  if (auto verdict = next(sealed, stored); !verdict || *verdict) return verdict;
  if (auto wrong = verify::expect_equal("the number that it is stored under",
                                        std::to_string(sealed->entry.seq), std::to_string(seq))) {
    return wrong;
  }
  derived_.count(sealed->entry);
  if (auto verdict = check_snapshot(); !verdict || *verdict) return verdict;
  return check_indexes(sealed->entry);
}

// Checks the snapshot, if one is kept.
Verdict OrganizationInspection::check_snapshot() {
  const std::uint64_t seq = verifier_.chain().seq();
  if (!next_snapshot_ || *next_snapshot_ != seq) return Check();
  const auto encoded = database_.find(store::embedded::Family::snapshots,
                                      store::embedded::entry_key(organization_, seq));
  if (!encoded) return encoded.error();
  const auto state = *encoded ? ledger::decode_state(**encoded) : std::nullopt;
  if (!state) return Check(unreadable("the snapshot"));
  if (auto wrong = inspect::check_state(*state, verifier_, making_)) {
    wrong->what += " (of the snapshot)";
    return wrong;
  }
  return find_next_snapshot(seq + 1);
}

// Finds the first snapshot that is kept from the number `seq` on.
Verdict OrganizationInspection::find_next_snapshot(std::uint64_t seq) {
  next_snapshot_.reset();
  const auto scanned = database_.scan(store::embedded::Family::snapshots,
                                      store::embedded::entry_key(organization_, seq),
                                      store::embedded::end_of_organization(organization_),
                                      [this](std::string_view key, std::string_view) {
                                        next_snapshot_ = store::embedded::seq_of_key(key);
                                        return false;
                                      });
  if (!scanned) return scanned.error();
  return Check();
}

// Each key leads to its entry and there are as many keys as entries with one. Therefore no key
// leads to two outcomes, and none to nothing.
Verdict OrganizationInspection::check_indexes(const verify::Entry& entry) {
  if (!entry.idempotency_key.empty()) {
    const auto seq =
        database_.find(store::embedded::Family::outcomes,
                       store::embedded::outcome_key(organization_, entry.idempotency_key));
    if (!seq) return seq.error();
    auto wrong = verify::expect_equal(
        "the entry that its idempotency key leads to", std::to_string(entry.seq),
        *seq ? std::to_string(store::embedded::decode_seq(**seq)) : "none");
    if (wrong) return wrong;
  }
  if (entry.kind != verify::Kind::grant) return Check();
  const auto listed = database_.find(
      store::embedded::Family::subjects,
      store::embedded::subject_key(organization_, ledger::EntryKind::grant, entry.seq));
  if (!listed) return listed.error();
  return verify::expect(listed->has_value(), "the list of grants", "to have it", "without it");
}

Result<std::uint64_t> OrganizationInspection::count_keys(store::embedded::Family family) const {
  std::uint64_t count = 0;
  const auto scanned = database_.scan(
      family, organization_.value.as_bytes(), store::embedded::end_of_organization(organization_),
      [&count](std::string_view, std::string_view) { return ++count, true; });
  if (!scanned) return scanned.error();
  return count;
}

Verdict OrganizationInspection::check_index_sizes() {
  const auto keys = count_keys(store::embedded::Family::outcomes);
  if (!keys) return keys.error();
  if (auto wrong =
          verify::expect_equal("how many idempotency keys lead to entries",
                               std::to_string(derived_.idempotency_keys), std::to_string(*keys))) {
    return wrong;
  }
  const auto grants = count_keys(store::embedded::Family::subjects);
  if (!grants) return grants.error();
  return verify::expect_equal("how many grants are listed", std::to_string(derived_.grants),
                              std::to_string(*grants));
}

Verdict OrganizationInspection::check_records() {
  Check wrong;
  std::uint64_t count = 0;
  const auto scanned = database_.scan(
      store::embedded::Family::records, organization_.value.as_bytes(),
      store::embedded::end_of_organization(organization_),
      [&](std::string_view key, std::string_view value) {
        ++count;
        const auto record = ledger::decode_record(value);
        wrong = record && key.size() == 2 * store::embedded::kIdBytes
                    ? check_record(Id128::from_bytes(key.substr(store::embedded::kIdBytes)),
                                   *record, verifier_.movements(), making_)
                    : Check(unreadable("a record"));
        return !wrong;
      });
  if (!scanned) return scanned.error();
  if (wrong) return wrong;
  return verify::expect_equal("how many records there are",
                              std::to_string(verifier_.movements().changed()),
                              std::to_string(count));
}

Verdict OrganizationInspection::check_state() {
  const auto encoded =
      database_.find(store::embedded::Family::states, organization_.value.as_bytes());
  if (!encoded) return encoded.error();
  if (!*encoded) {
    if (auto wrong = verify::expect(verifier_.chain().seq() == 0, "the state", "one", "none")) {
      return wrong;
    }
    return check_spending({});
  }
  const auto state = ledger::decode_state(**encoded);
  if (!state) return Check(unreadable("the state"));
  if (auto wrong = inspect::check_state(*state, verifier_, making_)) return wrong;
  return check_spending(*state);
}

Verdict OrganizationInspection::check_spending(const ledger::OrganizationState& state) {
  SpendingRecords records;
  bool is_good = true;
  const auto scanned = database_.scan(
      store::embedded::Family::spending, organization_.value.as_bytes(),
      store::embedded::end_of_organization(organization_),
      [&](std::string_view key, std::string_view value) {
        const auto record = ledger::decode_spending_record(value);
        is_good = record && key.size() == 2 * store::embedded::kIdBytes;
        if (is_good) records[Id128::from_bytes(key.substr(store::embedded::kIdBytes))] = *record;
        return is_good;
      });
  if (!scanned) return scanned.error();
  if (!is_good) return Check(unreadable("the record of a caller's key"));
  return check_spending_records(records, state, verifier_.movements());
}

Verdict OrganizationInspection::check_derived() {
  if (next_snapshot_) {
    return Check(Finding{.what = "the entry of a snapshot",
                         .expected = std::to_string(*next_snapshot_),
                         .found = "none"});
  }
  if (auto verdict = check_index_sizes(); !verdict || *verdict) return verdict;
  if (auto verdict = check_records(); !verdict || *verdict) return verdict;
  return check_state();
}

// Checks that the key is not in the index, which has no fresh entry yet. `finish` finds one that
// comes twice.
Verdict OrganizationInspection::next_fresh(std::string_view stored) {
  const auto sealed = verify::decode_stored(stored);
  if (auto verdict = next(sealed, stored); !verdict || *verdict) return verdict;
  const std::string& key = sealed->entry.idempotency_key;
  if (key.empty()) return Check();
  const auto seq = database_.find(store::embedded::Family::outcomes,
                                  store::embedded::outcome_key(organization_, key));
  if (!seq) return seq.error();
  keys_.add(key, sealed->entry.seq);
  if (!*seq) return Check();
  return Check(
      Finding{.what = "its idempotency key",
              .expected = "a new one",
              .found = "that of entry " + std::to_string(store::embedded::decode_seq(**seq))});
}

Verdict OrganizationInspection::finish() {
  if (const auto repeat = keys_.find_repeat()) {
    return Check(Finding{.what = "the idempotency key of entry " + std::to_string(repeat->second),
                         .expected = "a new one",
                         .found = "that of entry " + std::to_string(repeat->first)});
  }
  return verifier_.finish();
}

}  // namespace farthing::inspect

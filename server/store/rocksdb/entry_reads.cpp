// SPDX-License-Identifier: Apache-2.0
#include "server/store/rocksdb/entry_reads.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "server/store/grant_remainder.hpp"
#include "server/store/rocksdb/derived_keys.hpp"

namespace farthing::store {
namespace {

ledger::Entry decode(std::string_view encoded) {
  auto entry = ledger::decode_entry(encoded);
  CHECK(entry);
  return *std::move(entry);
}

// The organization has at least one entry: the grants that are asked about.
GrantRemainders remainders_of(const SyncedStates& states, OrganizationId organization,
                              Instant now) {
  const ledger::OrganizationState* state = states.find(organization);
  CHECK(state != nullptr);
  return {*state, std::max(now, state->last_at)};
}

}  // namespace

Result<ledger::Entry> read_subject(const Database& database, OrganizationId organization,
                                   ledger::EntryKind kind, const Id128& subject) {
  const auto seq = database.find(Family::subjects, subject_key(organization, kind, subject));
  if (!seq) return seq.error();
  if (!*seq) return make_error(ErrorCode::not_found);
  const auto encoded = database.find(Family::entries, entry_key(organization, decode_seq(**seq)));
  if (!encoded) return encoded.error();
  CHECK(*encoded);
  return decode(**encoded);
}

Result<Page<ledger::Entry>> list_subjects(const Database& database, OrganizationId organization,
                                          ledger::EntryKind kind, const PageRequest<Id128>& page) {
  // Just behind a key is that key with a zero byte more.
  const auto kind_byte = static_cast<std::uint8_t>(kind);
  const std::string begin = page.after ? subject_key(organization, kind, *page.after) + '\0'
                                       : subject_prefix(organization, kind_byte);
  const std::string end = subject_prefix(organization, static_cast<std::uint8_t>(kind_byte + 1));
  Page<ledger::Entry> entries;
  std::vector<std::string> keys;
  const auto scanned =
      database.scan(Family::subjects, begin, end, [&](std::string_view, std::string_view seq) {
        entries.has_more = keys.size() == page.limit;
        if (entries.has_more) return false;
        keys.push_back(entry_key(organization, decode_seq(seq)));
        return true;
      });
  if (!scanned) return scanned.error();
  const auto found = database.find_all(Family::entries, keys);
  if (!found) return found.error();
  entries.records.reserve(found->size());
  for (const std::string& encoded : *found) entries.records.push_back(decode(encoded));
  return entries;
}

Result<std::vector<ledger::Entry>> read_all_entries(const Database& database,
                                                    OrganizationId organization) {
  std::vector<ledger::Entry> entries;
  const auto scanned =
      database.scan(Family::entries, entry_key(organization, 0),
                    entry_key(organization, std::numeric_limits<std::uint64_t>::max()),
                    [&](std::string_view, std::string_view encoded) {
                      entries.push_back(decode(encoded));
                      return true;
                    });
  if (!scanned) return scanned.error();
  return entries;
}

Result<GrantStatus> read_grant_status(const Database& database, const SyncedStates& states,
                                      Instant now, const GrantId& id) {
  auto entry = read_subject(database, id.organization, ledger::EntryKind::grant, id.own);
  if (!entry) return std::move(entry).error();
  const Credits remaining = remainders_of(states, id.organization, now).of(id.own);
  return GrantStatus{.entry = *std::move(entry), .remaining = remaining};
}

Result<Page<GrantStatus>> list_grant_statuses(const Database& database, const SyncedStates& states,
                                              Instant now, OrganizationId organization,
                                              const PageRequest<Id128>& page) {
  auto entries = list_subjects(database, organization, ledger::EntryKind::grant, page);
  if (!entries) return std::move(entries).error();
  Page<GrantStatus> grants{.records = {}, .has_more = entries->has_more};
  if (entries->records.empty()) return grants;
  const GrantRemainders remainders = remainders_of(states, organization, now);
  for (ledger::Entry& entry : entries->records) {
    const Credits remaining = remainders.of(entry.subject);
    grants.records.push_back({.entry = std::move(entry), .remaining = remaining});
  }
  return grants;
}

}  // namespace farthing::store

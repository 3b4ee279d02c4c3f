// SPDX-License-Identifier: Apache-2.0
#include "server/store/rocksdb/entry_reads.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "server/ledger/entry_id.hpp"
#include "server/store/grant_remainder.hpp"
#include "server/store/rocksdb/derived_keys.hpp"

namespace farthing::store {
namespace {

ledger::Entry decode(std::string_view encoded) {
  auto entry = ledger::decode_entry(encoded);
  CHECK(entry);
  return *std::move(entry);
}

std::uint64_t first_seq_of(const PageRequest<Id128>& page) {
  return page.after ? ledger::seq_of(*page.after) + 1 : 0;
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
  const auto encoded =
      database.find(Family::entries, entry_key(organization, ledger::seq_of(subject)));
  if (!encoded) return encoded.error();
  if (!*encoded) return make_error(ErrorCode::not_found);
  ledger::Entry entry = decode(**encoded);
  if (entry.kind != kind || entry.subject != subject) return make_error(ErrorCode::not_found);
  return entry;
}

Result<Page<ledger::Entry>> list_grants(const Database& database, OrganizationId organization,
                                        const PageRequest<Id128>& page) {
  constexpr auto kKind = ledger::EntryKind::grant;
  const std::string begin = subject_key(organization, kKind, first_seq_of(page));
  const std::string end = subject_prefix(organization, static_cast<std::uint8_t>(kKind) + 1);
  Page<ledger::Entry> entries;
  std::vector<std::string> keys;
  const auto scanned =
      database.scan(Family::subjects, begin, end, [&](std::string_view key, std::string_view) {
        entries.has_more = keys.size() == page.limit;
        if (entries.has_more) return false;
        keys.push_back(entry_key(organization, seq_of_key(key)));
        return true;
      });
  if (!scanned) return scanned.error();
  const auto found = database.find_all(Family::entries, keys);
  if (!found) return found.error();
  entries.records.reserve(found->size());
  for (const std::string& encoded : *found) entries.records.push_back(decode(encoded));
  return entries;
}

Result<Page<ledger::Entry>> list_charges(const Database& database, OrganizationId organization,
                                         const PageRequest<Id128>& page) {
  Page<ledger::Entry> entries;
  std::size_t examined = 0;
  std::optional<Id128> last;
  const auto scanned =
      database.scan(Family::entries, entry_key(organization, first_seq_of(page)),
                    entry_key(organization, std::numeric_limits<std::uint64_t>::max()),
                    [&](std::string_view, std::string_view encoded) {
                      if (examined++ == kMaxEntriesPerPage) {
                        entries.has_more = true;
                        entries.resume_after = last;
                        return false;
                      }
                      ledger::Entry entry = decode(encoded);
                      last = ledger::make_entry_id(entry.at, entry.seq);
                      if (entry.kind != ledger::EntryKind::charge) return true;
                      entries.has_more = entries.records.size() == page.limit;
                      if (entries.has_more) return false;
                      entries.records.push_back(std::move(entry));
                      return true;
                    });
  if (!scanned) return scanned.error();
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
  auto entries = list_grants(database, organization, page);
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

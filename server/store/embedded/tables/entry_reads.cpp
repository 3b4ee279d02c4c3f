// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/tables/entry_reads.hpp"

#include <limits>
#include <set>
#include <utility>

#include "server/ledger/entry_id.hpp"
#include "server/store/embedded/tables/derived_keys.hpp"

namespace farthing::store::embedded {
namespace {

constexpr std::uint64_t kNoSeq = std::numeric_limits<std::uint64_t>::max();
// Writing waits while fresh entries are read, so only few are copied, or passed over, at a time.
constexpr std::size_t kFreshCopied = 256;
constexpr std::size_t kFreshPassed = 4'096;

std::uint64_t first_seq_of(const PageRequest<Id128>& page) {
  return page.after ? ledger::seq_of(*page.after) + 1 : 1;
}

// Returns the numbers of the fresh entries of a kind, from `seq` on.
std::set<std::uint64_t> find_fresh(const PublishedLedger& ledger, std::uint64_t seq,
                                   ledger::EntryKind kind) {
  std::set<std::uint64_t> found;
  for (std::size_t passed = kFreshPassed; passed == kFreshPassed;) {
    passed = 0;
    ledger.visit_entries(seq, [&](std::uint64_t at, std::string_view encoded) {
      if (ledger::kind_of_encoded(encoded) == kind) found.insert(at);
      seq = at + 1;
      return ++passed < kFreshPassed;
    });
  }
  return found;
}

}  // namespace

// Looks among the fresh entries first: an entry that is forgotten there is in the database already.
Result<std::optional<std::string>> EntryReads::find(OrganizationId organization,
                                                    std::uint64_t seq) const {
  const PublishedLedger* ledger = ledgers_.find(organization);
  if (ledger == nullptr) return std::optional<std::string>();
  std::optional<std::string> found;
  ledger->visit_entries(seq, [&](std::uint64_t at, std::string_view encoded) {
    if (at == seq) found = encoded;
    return false;
  });
  if (found) return found;
  return database_.find(Family::entries, entry_key(organization, seq));
}

Result<Done> EntryReads::visit_from(OrganizationId organization, std::uint64_t seq,
                                    const std::function<bool(std::string_view)>& visit) const {
  const PublishedLedger* ledger = ledgers_.find(organization);
  if (ledger == nullptr) return Done{};
  bool is_wanted = true;
  while (is_wanted) {
    std::vector<std::string> fresh;
    const auto fresh_from = ledger->visit_entries(seq, [&](std::uint64_t, std::string_view each) {
      fresh.emplace_back(each);
      return fresh.size() < kFreshCopied;
    });
    if (fresh_from && *fresh_from <= seq) {
      if (fresh.empty()) return Done{};
      for (std::size_t i = 0; i < fresh.size() && is_wanted; ++i) is_wanted = visit(fresh[i]);
      seq += fresh.size();
      continue;
    }
    // All entries before the fresh ones are in the database; without fresh ones, all entries are.
    auto scanned = database_.scan(Family::entries, entry_key(organization, seq),
                                  entry_key(organization, fresh_from.value_or(kNoSeq)),
                                  [&](std::string_view, std::string_view encoded) {
                                    is_wanted = visit(encoded);
                                    return is_wanted;
                                  });
    if (!scanned || !fresh_from) return scanned;
    seq = *fresh_from;
  }
  return Done{};
}

Result<std::optional<ledger::Entry>> EntryReads::find_maker(OrganizationId organization,
                                                            const Id128& id) const {
  const auto encoded = find(organization, ledger::seq_of(id));
  if (!encoded) return encoded.error();
  if (!*encoded) return std::optional<ledger::Entry>();
  auto entry = database_.decode_entry(**encoded);
  if (!entry) return std::move(entry).error();
  // An id from outside may lead to an entry that is about something else.
  if (entry->subject != id) return std::optional<ledger::Entry>();
  return std::optional(*std::move(entry));
}

Result<std::vector<ledger::Entry>> EntryReads::find_all(
    OrganizationId organization, const std::vector<std::uint64_t>& seqs) const {
  std::vector<ledger::Entry> entries;
  for (const std::uint64_t seq : seqs) {
    const auto encoded = find(organization, seq);
    if (!encoded) return encoded.error();
    if (!*encoded) continue;
    auto entry = database_.decode_entry(**encoded);
    if (!entry) return std::move(entry).error();
    entries.push_back(*std::move(entry));
  }
  return entries;
}

Result<Page<ledger::Entry>> EntryReads::list_grants(OrganizationId organization,
                                                    const PageRequest<Id128>& page) const {
  constexpr auto kKind = ledger::EntryKind::grant;
  const PublishedLedger* ledger = ledgers_.find(organization);
  if (ledger == nullptr) return make_error(ErrorCode::not_found);
  const std::uint64_t first_seq = first_seq_of(page);
  std::set<std::uint64_t> seqs = find_fresh(*ledger, first_seq, kKind);
  std::size_t indexed = 0;
  const auto scanned =
      database_.scan(Family::subjects, subject_key(organization, kKind, first_seq),
                     subject_prefix(organization, static_cast<std::uint8_t>(kKind) + 1),
                     [&](std::string_view key, std::string_view) {
                       seqs.insert(seq_of_key(key));
                       return ++indexed <= page.limit;
                     });
  if (!scanned) return scanned.error();

  Page<ledger::Entry> entries;
  for (const std::uint64_t seq : seqs) {
    entries.has_more = entries.records.size() == page.limit;
    if (entries.has_more) break;
    const auto encoded = find(organization, seq);
    if (!encoded) return encoded.error();
    if (!*encoded) {
      return database_.damaged("a grant of " + organization.to_string() + " is missing");
    }
    auto entry = database_.decode_entry(**encoded);
    if (!entry) return std::move(entry).error();
    entries.records.push_back(*std::move(entry));
  }
  return entries;
}

Result<Page<ledger::Entry>> EntryReads::list_charges(OrganizationId organization,
                                                     const PageRequest<Id128>& page) const {
  return pick(organization, first_seq_of(page), page.limit, [](const ledger::Entry& entry) {
    return ledger::makes_charge(entry.kind) ? Verdict::wanted : Verdict::unwanted;
  });
}

Result<Page<ledger::Entry>> EntryReads::list(OrganizationId organization,
                                             const ledger::EntryFilter& filter,
                                             const PageRequest<Id128>& page) const {
  std::uint64_t first_seq = first_seq_of(page);
  // A cursor is already behind the filter's beginning.
  if (!page.after && filter.from) {
    const auto found = find_first_since(organization, *filter.from);
    if (!found) return found.error();
    first_seq = *found;
  }
  return pick(organization, first_seq, page.limit, [&filter](const ledger::Entry& entry) {
    if (filter.ends_before(entry)) return Verdict::past_the_end;
    return filter.accepts(entry) ? Verdict::wanted : Verdict::unwanted;
  });
}

Result<Page<ledger::Entry>> EntryReads::pick(
    OrganizationId organization, std::uint64_t seq, std::size_t limit,
    const std::function<Verdict(const ledger::Entry&)>& judge) const {
  Page<ledger::Entry> entries;
  std::size_t examined = 0;
  std::optional<Id128> last;
  std::optional<Error> damage;
  const auto visited = visit_from(organization, seq, [&](std::string_view encoded) {
    if (examined++ == kMaxExaminedPerPage) {
      entries.has_more = true;
      entries.resume_after = last;
      return false;
    }
    auto entry = database_.decode_entry(encoded);
    if (!entry) {
      damage = entry.error();
      return false;
    }
    last = ledger::make_entry_id(entry->at, entry->seq);
    const Verdict verdict = judge(*entry);
    if (verdict != Verdict::wanted) return verdict == Verdict::unwanted;
    entries.has_more = entries.records.size() == limit;
    if (entries.has_more) return false;
    entries.records.push_back(*std::move(entry));
    return true;
  });
  if (!visited) return visited.error();
  if (damage) return *damage;
  return entries;
}

Result<bool> EntryReads::is_before(OrganizationId organization, std::uint64_t seq,
                                   Instant at) const {
  const auto encoded = find(organization, seq);
  if (!encoded) return encoded.error();
  if (!*encoded) return false;
  const auto entry = database_.decode_entry(**encoded);
  if (!entry) return entry.error();
  return entry->at < at;
}

// Searches in steps that double, then in halves, so it need not know how many entries there are.
Result<std::uint64_t> EntryReads::find_first_since(OrganizationId organization, Instant at) const {
  // Entries up to `before` are before `at`; the entry `since` is not, or is not there.
  std::uint64_t before = 0;
  std::uint64_t since = 1;
  for (;;) {
    const auto is_early = is_before(organization, since, at);
    if (!is_early) return is_early.error();
    if (!*is_early) break;
    before = since;
    since *= 2;
  }
  while (since - before > 1) {
    const std::uint64_t middle = before + (since - before) / 2;
    const auto is_early = is_before(organization, middle, at);
    if (!is_early) return is_early.error();
    (*is_early ? before : since) = middle;
  }
  return since;
}

Result<std::vector<ledger::Entry>> EntryReads::read_all(OrganizationId organization) const {
  std::vector<ledger::Entry> entries;
  std::optional<Error> damage;
  const auto visited = visit_from(organization, 1, [&](std::string_view encoded) {
    auto entry = database_.decode_entry(encoded);
    if (!entry) {
      damage = entry.error();
      return false;
    }
    entries.push_back(*std::move(entry));
    return true;
  });
  if (!visited) return visited.error();
  if (damage) return *damage;
  return entries;
}

}  // namespace farthing::store::embedded

// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/entry_reads.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>

#include "server/directory/refusals.hpp"
#include "server/ledger/decide.hpp"
#include "server/ledger/entry_id.hpp"
#include "server/store/grant_remainder.hpp"
#include "server/store/postgres/queries.hpp"
#include "server/store/postgres/stored_values.hpp"
#include "server/store/settle.hpp"

namespace farthing::store::postgres {
namespace {

// How many entries are fetched at a time while they are picked out.
constexpr std::size_t kEntriesAtATime = 512;
constexpr std::int64_t kEntriesOfAnOutcomeAtATime = 64;

std::uint64_t first_seq_of(const PageRequest<Id128>& page) {
  return page.after ? ledger::seq_of(*page.after) + 1 : 1;
}

Error not_found() { return make_error(ErrorCode::not_found); }

}  // namespace

Checked<std::vector<ledger::Entry>> read_outcome(Session& session, OrganizationId organization,
                                                 std::string_view first) {
  auto entry = read_entry(first, organization);
  if (!entry) return std::move(entry).error();
  std::vector<ledger::Entry> entries;
  entries.push_back(*std::move(entry));
  while (entries.back().is_continued) {
    Parameters next;
    next.add(organization.value)
        .add(as_number(entries.back().seq + 1))
        .add(kEntriesOfAnOutcomeAtATime);
    const auto answers = session.run({Call{kReadEntries, std::move(next)}});
    if (!answers) return answers.error();
    const Rows& rest = answers->front();
    if (rest.is_empty()) {
      return damaged("a ledger_entry of " + organization.to_string() + " is missing");
    }
    for (std::size_t i = 0; i < rest.size() && entries.back().is_continued; ++i) {
      auto more = read_entry(rest.bytes(i, 0), organization);
      if (!more) return std::move(more).error();
      if (more->seq != entries.back().seq + 1) {
        return damaged("a ledger_entry of " + organization.to_string() + " is missing");
      }
      entries.push_back(*std::move(more));
    }
  }
  return entries;
}

Checked<std::optional<ledger::OrganizationState>> EntryReads::find_state(
    OrganizationId organization) {
  const std::vector<Id128> ids = {organization.value};
  Parameters parameters;
  parameters.add_ids(ids, [](const Id128& id) { return id; });
  const auto answers = session_.run({Call{kReadStates, std::move(parameters)}});
  if (!answers) return answers.error();
  const Rows& rows = answers->front();
  if (rows.is_empty()) return std::optional<ledger::OrganizationState>();
  auto state = read_state(rows, 0, 1, organization);
  if (!state) return std::move(state).error();
  return std::optional(*std::move(state));
}

Checked<std::optional<EntryReads::StateAndSpending>> EntryReads::find_spending(
    OrganizationId organization, ApiKeyId caller_key) {
  Parameters parameters;
  parameters.add(organization.value).add(caller_key.value);
  const auto answers = session_.run({Call{kReadStateAndSpending, std::move(parameters)}});
  if (!answers) return answers.error();
  const Rows& rows = answers->front();
  if (rows.is_empty()) return std::optional<StateAndSpending>();
  auto state = read_state(rows, 0, 0, organization);
  if (!state) return std::move(state).error();
  StateAndSpending found{.state = *std::move(state), .before = {}};
  if (!rows.is_null(0, 1)) {
    auto record = read_spending_record(rows.bytes(0, 1), organization, caller_key.value);
    if (!record) return std::move(record).error();
    found.before = *record;
  }
  return std::optional(std::move(found));
}

Checked<std::optional<EntryReads::Subject>> EntryReads::find_subject(OrganizationId organization,
                                                                     const Id128& id) {
  Parameters parameters;
  parameters.add(organization.value).add(id).add(static_cast<std::int64_t>(ledger::seq_of(id)));
  const auto answers = session_.run({Call{kReadSubject, std::move(parameters)}});
  if (!answers) return answers.error();
  const Rows& rows = answers->front();
  if (rows.is_empty()) return std::optional<Subject>();
  auto state = read_state(rows, 0, 0, organization);
  if (!state) return std::move(state).error();
  Subject subject{.state = *std::move(state), .record = {}, .maker = {}};
  if (!rows.is_null(0, 1)) {
    auto record = read_record(rows.bytes(0, 1), organization, id);
    if (!record) return std::move(record).error();
    subject.record = *std::move(record);
  }
  if (!rows.is_null(0, 2)) {
    auto maker = read_entry(rows.bytes(0, 2), organization);
    if (!maker) return std::move(maker).error();
    // An id from outside may lead to an entry that is about something else.
    if (maker->subject == id) subject.maker = *std::move(maker);
  }
  return std::optional(std::move(subject));
}

Checked<Result<ledger::GrantStatus>> EntryReads::read_grant(const GrantId& id) {
  auto subject = find_subject(id.organization, id.own);
  if (!subject) return std::move(subject).error();
  if (!*subject || !(*subject)->maker || (*subject)->maker->kind != ledger::EntryKind::grant) {
    return Result<ledger::GrantStatus>(not_found());
  }
  const auto& state = (*subject)->state;
  const GrantRemainders remainders(state, std::max(clock_.now(), state.last_at));
  return Result<ledger::GrantStatus>(ledger::GrantStatus{.entry = *std::move((*subject)->maker),
                                                         .remaining = remainders.of(id.own)});
}

Checked<std::vector<std::optional<ledger::Record>>> EntryReads::read_records(
    OrganizationId organization, const std::vector<Id128>& ids) {
  std::vector<std::optional<ledger::Record>> records(ids.size());
  Parameters parameters;
  parameters.add(organization.value)
      .add_ids(ids, [](const Id128& id) { return id; })
      .add_numbers(ids,
                   [](const Id128& id) { return static_cast<std::int64_t>(ledger::seq_of(id)); });
  const auto answers = session_.run({Call{kReadSubjects, std::move(parameters)}});
  if (!answers) return answers.error();
  const Rows& rows = answers->front();
  if (rows.is_empty()) return records;
  if (rows.size() != ids.size()) {
    return damaged("ledger_record of " + organization.to_string() + " has a row twice");
  }
  const auto state = read_state(rows, 0, 0, organization);
  if (!state) return state.error();
  const Instant now = std::max(clock_.now(), state->last_at);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    std::optional<ledger::Record>& record = records[row];
    if (!rows.is_null(row, 1)) {
      auto read = read_record(rows.bytes(row, 1), organization, ids[row]);
      if (!read) return std::move(read).error();
      record = *std::move(read);
    } else if (!rows.is_null(row, 2)) {
      const auto maker = read_entry(rows.bytes(row, 2), organization);
      if (!maker) return maker.error();
      record = record_made_by(*maker, ids[row]);
    }
    if (record) ledger::apply_due(*record, ids[row], *state, now);
  }
  return records;
}

Checked<std::vector<ledger::Entry>> EntryReads::read_entries(
    OrganizationId organization, const std::vector<std::uint64_t>& seqs) {
  Parameters parameters;
  parameters.add(organization.value).add_numbers(seqs, [](std::uint64_t seq) {
    return static_cast<std::int64_t>(seq);
  });
  return run_for_entries({kReadEntriesAt, std::move(parameters)}, organization);
}

Checked<Result<ledger::Outcome>> EntryReads::read_outcome(OrganizationId organization,
                                                          const std::string& key) {
  const std::vector<Id128> ids = {organization.value};
  const std::vector<std::string> keys = {key};
  Parameters parameters;
  parameters.add_ids(ids, [](const Id128& id) { return id; })
      .add_byte_strings(keys, [](const std::string& each) { return std::string_view(each); });
  const auto answers = session_.run({Call{kReadOutcomes, std::move(parameters)}});
  if (!answers) return answers.error();
  const Rows& rows = answers->front();
  if (rows.is_empty()) {
    const auto state = find_state(organization);
    if (!state) return state.error();
    return Result<ledger::Outcome>(*state ? not_found() : directory::no_such_organization());
  }
  auto entries = postgres::read_outcome(session_, organization, rows.bytes(0, 1));
  if (!entries) return std::move(entries).error();
  return Result<ledger::Outcome>(make_replay(*entries));
}

Checked<std::vector<ledger::Entry>> EntryReads::read_entries(const Statement& statement,
                                                             OrganizationId organization,
                                                             std::uint64_t seq, std::size_t limit) {
  Parameters parameters;
  parameters.add(organization.value)
      .add(static_cast<std::int64_t>(seq))
      .add(static_cast<std::int64_t>(limit));
  return run_for_entries({statement, std::move(parameters)}, organization);
}

// Fails unless the entries' numbers rise: callers rely on that when they read on behind the last
// one.
Checked<std::vector<ledger::Entry>> EntryReads::run_for_entries(Call call,
                                                                OrganizationId organization) {
  const auto answers = session_.run({std::move(call)});
  if (!answers) return answers.error();
  std::vector<ledger::Entry> entries;
  const Rows& rows = answers->front();
  entries.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    auto entry = read_entry(rows.bytes(row, 0), organization);
    if (!entry) return std::move(entry).error();
    if (!entries.empty() && entry->seq <= entries.back().seq) {
      return damaged("a ledger_entry of " + organization.to_string() + " has another's number");
    }
    entries.push_back(*std::move(entry));
  }
  return entries;
}

// Reads the state after the entries, so that it has all of them in it.
Checked<Result<Page<ledger::GrantStatus>>> EntryReads::list_grants(OrganizationId organization,
                                                                   const PageRequest<Id128>& page) {
  auto entries = read_entries(kReadGrants, organization, first_seq_of(page), page.limit + 1);
  if (!entries) return std::move(entries).error();
  const auto state = find_state(organization);
  if (!state) return state.error();
  if (!*state) return Result<Page<ledger::GrantStatus>>(directory::no_such_organization());
  const GrantRemainders remainders(**state, std::max(clock_.now(), (*state)->last_at));
  Page<ledger::GrantStatus> grants{.records = {}, .has_more = entries->size() > page.limit};
  if (grants.has_more) entries->pop_back();
  for (ledger::Entry& entry : *entries) {
    const Credits remaining = remainders.of(entry.subject);
    grants.records.push_back({.entry = std::move(entry), .remaining = remaining});
  }
  return Result<Page<ledger::GrantStatus>>(std::move(grants));
}

Checked<Result<Page<ledger::ChargeStatus>>> EntryReads::list_charges(
    OrganizationId organization, const PageRequest<Id128>& page) {
  auto entries = pick(organization, first_seq_of(page), page.limit, [](const ledger::Entry& entry) {
    return ledger::makes_charge(entry.kind) ? Verdict::wanted : Verdict::unwanted;
  });
  if (!entries) return std::move(entries).error();
  if (!*entries) return Result<Page<ledger::ChargeStatus>>(std::move(*entries).error());
  Page<ledger::Entry>& found = **entries;
  std::vector<Id128> ids;
  ids.reserve(found.records.size());
  for (const ledger::Entry& entry : found.records) ids.push_back(entry.subject);
  const auto records = read_records(organization, ids);
  if (!records) return records.error();
  Page<ledger::ChargeStatus> charges{
      .records = {}, .has_more = found.has_more, .resume_after = found.resume_after};
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto& record = (*records)[i];
    if (!record || !std::holds_alternative<ledger::ChargeRecord>(record->value)) {
      return damaged("ledger_record of a charge of " + organization.to_string() +
                     " is another thing's");
    }
    charges.records.push_back(
        {.entry = std::move(found.records[i]), .refunded = ledger::refunded_of(*record)});
  }
  return Result<Page<ledger::ChargeStatus>>(std::move(charges));
}

Checked<Result<Page<ledger::Entry>>> EntryReads::list_entries(OrganizationId organization,
                                                              const ledger::EntryFilter& filter,
                                                              const PageRequest<Id128>& page) {
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

Checked<Result<Page<ledger::Entry>>> EntryReads::pick(OrganizationId organization,
                                                      std::uint64_t seq, std::size_t limit,
                                                      const Judge& judge) {
  Page<ledger::Entry> page;
  std::size_t examined = 0;
  std::optional<Id128> last;
  for (;;) {
    auto entries = read_entries(kReadEntries, organization, seq, kEntriesAtATime);
    if (!entries) return std::move(entries).error();
    for (ledger::Entry& entry : *entries) {
      if (examined++ == kMaxExaminedPerPage) {
        page.has_more = true;
        page.resume_after = last;
        return Result<Page<ledger::Entry>>(std::move(page));
      }
      last = ledger::make_entry_id(entry.at, entry.seq);
      const Verdict verdict = judge(entry);
      if (verdict == Verdict::unwanted) continue;
      page.has_more = verdict == Verdict::wanted && page.records.size() == limit;
      if (page.has_more || verdict == Verdict::past_the_end) {
        return Result<Page<ledger::Entry>>(std::move(page));
      }
      page.records.push_back(std::move(entry));
    }
    if (entries->size() < kEntriesAtATime) break;
    seq += kEntriesAtATime;
  }
  if (examined > 0) return Result<Page<ledger::Entry>>(std::move(page));
  // Nothing was found: there are no entries from `seq` on, or there is no such organization.
  const auto state = find_state(organization);
  if (!state) return state.error();
  if (!*state) return Result<Page<ledger::Entry>>(directory::no_such_organization());
  return Result<Page<ledger::Entry>>(std::move(page));
}

Checked<bool> EntryReads::is_before(OrganizationId organization, std::uint64_t seq, Instant at) {
  const auto entries = read_entries(kReadEntries, organization, seq, 1);
  if (!entries) return entries.error();
  return !entries->empty() && entries->front().at < at;
}

// Searches in steps that double, then in halves, so it need not know how many entries there are.
Checked<std::uint64_t> EntryReads::find_first_since(OrganizationId organization, Instant at) {
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

}  // namespace farthing::store::postgres

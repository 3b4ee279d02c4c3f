// SPDX-License-Identifier: Apache-2.0
// The reads of the store: keys and balances from memory on the caller's thread, all others on the
// store's own thread or through the committer.
#include <algorithm>
#include <utility>

#include "server/directory/audit_page.hpp"
#include "server/directory/refusals.hpp"
#include "server/ledger/decide.hpp"
#include "server/ledger/soundness.hpp"
#include "server/store/embedded/rocksdb_store.hpp"
#include "server/store/embedded/tables/derived_keys.hpp"
#include "server/store/grant_remainder.hpp"

namespace farthing::store::embedded {

void RocksdbStore::find_principal(const Digest& secret_digest,
                                  Reply<std::optional<directory::Principal>> reply) {
  reply(published_.directory.read([&](const directory::Directory& directory) {
    return directory.find_principal(secret_digest);
  }));
}

void RocksdbStore::read_balance(OrganizationId organization, Reply<ledger::Balance> reply) {
  const PublishedLedger* ledger = published_.ledgers.find(organization);
  if (ledger == nullptr) return reply(directory::no_such_organization());
  const PublishedBalance published = ledger->balance();
  if (!published.next_due_at || clock_.now() < *published.next_due_at) {
    return reply(ledger::Balance(published.balance));
  }
  committer_->submit(StateRequest{
      .organization = organization,
      .reply = [this, reply = std::move(reply)](Result<ledger::OrganizationState> state) mutable {
        if (!state) return reply(std::move(state).error());
        reply(ledger::balance_at(*state, std::max(clock_.now(), state->last_at)));
      }});
}

void RocksdbStore::read_state(OrganizationId organization, Reply<CurrentState> reply) {
  committer_->submit(StateRequest{
      .organization = organization,
      .reply = [this, reply = std::move(reply)](Result<ledger::OrganizationState> state) mutable {
        if (!state) return reply(std::move(state).error());
        reply(make_current(*std::move(state), clock_.now()));
      }});
}

// Looks up the record on the caller's thread, like what a command needs: it is nearly always in
// memory.
void RocksdbStore::read_spending(OrganizationId organization, ApiKeyId caller_key,
                                 Reply<CurrentSpending> reply) {
  const std::uint64_t position = deriver_->position();
  const auto before = records_.find_spending(organization, caller_key);
  if (!before) return reply(before.error());
  committer_->submit(SpendingRequest{
      .organization = organization,
      .caller_key = caller_key,
      .position = position,
      .before = *before,
      .reply = [this, caller_key, reply = std::move(reply)](Result<FoundSpending> found) mutable {
        if (!found) return reply(std::move(found).error());
        reply(make_current_spending(std::move(found->state), found->before, caller_key,
                                    clock_.now()));
      }});
}

void RocksdbStore::read_snapshot(OrganizationId organization, std::uint64_t last_seq,
                                 Reply<std::optional<ledger::OrganizationState>> reply) {
  background_.run([this, organization, last_seq, reply = std::move(reply)]() mutable {
    const auto encoded = database_->find_last(Family::snapshots, entry_key(organization, 0),
                                              entry_key(organization, last_seq));
    if (!encoded) return reply(encoded.error());
    if (!*encoded) return reply(std::optional<ledger::OrganizationState>());
    auto state = ledger::decode_state(**encoded);
    if (!state || !ledger::is_sound(*state)) {
      return reply(
          database_->damaged("a snapshot of " + organization.to_string() + " cannot be read"));
    }
    reply(std::move(state));
  });
}

void RocksdbStore::read_user(UserId id, Reply<directory::User> reply) {
  reply(published_.directory.read([&](const directory::Directory& directory) {
    const directory::Account* account = directory.find_account(id);
    return directory::found_or_missing(account == nullptr ? nullptr : &account->user);
  }));
}

void RocksdbStore::read_organization(OrganizationId id, Reply<directory::Organization> reply) {
  reply(published_.directory.read([&](const directory::Directory& directory) {
    return directory::found_or_missing(directory.find_organization(id));
  }));
}

void RocksdbStore::read_api_key(ApiKeyId id, Reply<directory::ApiKey> reply) {
  reply(published_.directory.read([&](const directory::Directory& directory) {
    return directory::found_or_missing(directory.find_api_key(id));
  }));
}

void RocksdbStore::note_key_uses(std::vector<directory::KeyUse> uses, Reply<Done> reply) {
  committer_->submit(KeyUsesRequest{.uses = std::move(uses), .reply = std::move(reply)});
}

void RocksdbStore::read_key_uses(std::vector<ApiKeyId> keys,
                                 Reply<std::vector<std::optional<Instant>>> reply) {
  std::vector<std::optional<Instant>> uses;
  published_.directory.read([&](const directory::Directory& directory) {
    for (const ApiKeyId& key : keys) uses.push_back(directory.last_use(key));
  });
  reply(std::move(uses));
}

void RocksdbStore::list_users(PageRequest<UserId> page, Reply<Page<directory::User>> reply) {
  reply(published_.directory.read(
      [&](const directory::Directory& directory) { return directory.list_users(page); }));
}

void RocksdbStore::list_organizations(std::optional<UserId> member,
                                      PageRequest<OrganizationId> page,
                                      Reply<Page<directory::Organization>> reply) {
  reply(published_.directory.read([&](const directory::Directory& directory) {
    return directory.list_organizations(member, page);
  }));
}

void RocksdbStore::list_api_keys(std::optional<UserId> user, PageRequest<ApiKeyId> page,
                                 Reply<Page<directory::ApiKey>> reply) {
  reply(published_.directory.read(
      [&](const directory::Directory& directory) { return directory.list_api_keys(user, page); }));
}

void RocksdbStore::list_members(OrganizationId organization, PageRequest<UserId> page,
                                Reply<Page<directory::Member>> reply) {
  reply(published_.directory.read(
      [&](const directory::Directory& directory) -> Result<Page<directory::Member>> {
        if (directory.find_organization(organization) == nullptr)
          return directory::no_such_organization();
        return directory.list_members(organization, page);
      }));
}

void RocksdbStore::read_grant(GrantId id, Reply<ledger::GrantStatus> reply) {
  background_.run([this, id, reply = std::move(reply)]() mutable {
    auto entry = read_grant_entry(id);
    if (!entry) return reply(std::move(entry).error());
    Page<ledger::Entry> entries;
    entries.records.push_back(*std::move(entry));
    add_remainders(id.organization, std::move(entries),
                   [reply = std::move(reply)](Result<Page<ledger::GrantStatus>> grants) mutable {
                     if (!grants) return reply(std::move(grants).error());
                     reply(std::move(grants->records.front()));
                   });
  });
}

// Asks the committer, because only it knows what has changed the records since they were derived.
void RocksdbStore::read_records(OrganizationId organization, std::vector<Id128> ids,
                                Reply<FoundRecords> reply) {
  background_.run([this, organization, ids = std::move(ids), reply = std::move(reply)]() mutable {
    const std::uint64_t position = deriver_->position();
    FoundRecords records;
    for (const Id128& id : ids) {
      auto record = records_.find(organization, id);
      if (!record) return reply(std::move(record).error());
      records.push_back(*std::move(record));
    }
    committer_->submit(RecordsRequest{.organization = organization,
                                      .position = position,
                                      .ids = std::move(ids),
                                      .records = std::move(records),
                                      .reply = std::move(reply)});
  });
}

void RocksdbStore::read_entries(OrganizationId organization, std::vector<std::uint64_t> seqs,
                                Reply<std::vector<ledger::Entry>> reply) {
  background_.run([this, organization, seqs = std::move(seqs), reply = std::move(reply)]() mutable {
    reply(entries_.find_all(organization, seqs));
  });
}

// Asks the committer, because only it knows what is not derived yet.
void RocksdbStore::read_outcome(OrganizationId organization, std::string idempotency_key,
                                Reply<ledger::Outcome> reply) {
  if (published_.ledgers.find(organization) == nullptr)
    return reply(directory::no_such_organization());
  background_.run(
      [this, organization, key = std::move(idempotency_key), reply = std::move(reply)]() mutable {
        auto lookup = look_up_outcome(*database_, keys_, deriver_->position(), organization, key);
        if (!lookup) return reply(std::move(lookup).error());
        committer_->submit(OutcomeRequest{.organization = organization,
                                          .key = std::move(key),
                                          .lookup = *std::move(lookup),
                                          .reply = std::move(reply)});
      });
}

Result<ledger::Entry> RocksdbStore::read_grant_entry(const GrantId& id) const {
  auto entry = entries_.find_maker(id.organization, id.own);
  if (!entry) return std::move(entry).error();
  if (!*entry || (*entry)->kind != ledger::EntryKind::grant) {
    return make_error(ErrorCode::not_found);
  }
  return **std::move(entry);
}

void RocksdbStore::list_grants(OrganizationId organization, PageRequest<Id128> page,
                               Reply<Page<ledger::GrantStatus>> reply) {
  if (published_.ledgers.find(organization) == nullptr)
    return reply(directory::no_such_organization());
  background_.run([this, organization, page, reply = std::move(reply)]() mutable {
    auto entries = entries_.list_grants(organization, page);
    if (!entries) return reply(std::move(entries).error());
    add_remainders(organization, *std::move(entries), std::move(reply));
  });
}

// Asks for the state after the entries, so that it has all of them in it.
void RocksdbStore::add_remainders(OrganizationId organization, Page<ledger::Entry> entries,
                                  Reply<Page<ledger::GrantStatus>> reply) {
  committer_->submit(StateRequest{
      .organization = organization,
      .reply = [this, entries = std::move(entries),
                reply = std::move(reply)](Result<ledger::OrganizationState> state) mutable {
        if (!state) return reply(std::move(state).error());
        const GrantRemainders remainders(*state, std::max(clock_.now(), state->last_at));
        Page<ledger::GrantStatus> grants{
            .records = {}, .has_more = entries.has_more, .resume_after = {}};
        for (ledger::Entry& entry : entries.records) {
          const Credits remaining = remainders.of(entry.subject);
          grants.records.push_back({.entry = std::move(entry), .remaining = remaining});
        }
        reply(std::move(grants));
      }});
}

void RocksdbStore::list_charges(OrganizationId organization, PageRequest<Id128> page,
                                Reply<Page<ledger::ChargeStatus>> reply) {
  if (published_.ledgers.find(organization) == nullptr)
    return reply(directory::no_such_organization());
  background_.run([this, organization, page, reply = std::move(reply)]() mutable {
    const std::uint64_t position = deriver_->position();
    auto entries = entries_.list_charges(organization, page);
    if (!entries) return reply(std::move(entries).error());
    add_refunds(organization, position, *std::move(entries), std::move(reply));
  });
}

void RocksdbStore::add_refunds(OrganizationId organization, std::uint64_t position,
                               Page<ledger::Entry> entries,
                               Reply<Page<ledger::ChargeStatus>> reply) {
  RecordsRequest request{.organization = organization, .position = position};
  for (const ledger::Entry& entry : entries.records) {
    auto record = records_.find_changed(organization, entry.subject);
    if (!record) return reply(std::move(record).error());
    if (!*record) *record = ledger::make_record(entry);
    request.ids.push_back(entry.subject);
    request.records.push_back(*std::move(record));
  }
  request.reply = [entries = std::move(entries),
                   reply = std::move(reply)](Result<FoundRecords> records) mutable {
    if (!records) return reply(std::move(records).error());
    Page<ledger::ChargeStatus> charges{
        .records = {}, .has_more = entries.has_more, .resume_after = entries.resume_after};
    for (std::size_t i = 0; i < records->size(); ++i) {
      charges.records.push_back({.entry = std::move(entries.records[i]),
                                 .refunded = ledger::refunded_of(*(*records)[i])});
    }
    reply(std::move(charges));
  };
  committer_->submit(std::move(request));
}

void RocksdbStore::list_entries(OrganizationId organization, ledger::EntryFilter filter,
                                PageRequest<Id128> page, Reply<Page<ledger::Entry>> reply) {
  if (published_.ledgers.find(organization) == nullptr)
    return reply(directory::no_such_organization());
  background_.run(
      [this, organization, filter = std::move(filter), page, reply = std::move(reply)]() mutable {
        reply(entries_.list(organization, filter, page));
      });
}

void RocksdbStore::list_audit_log(directory::AuditFilter filter, PageRequest<Id128> page,
                                  Reply<Page<directory::AuditRecord>> reply) {
  background_.run([this, filter = std::move(filter), page, reply = std::move(reply)]() mutable {
    reply(read_audit_log(filter, page));
  });
}

// Reads the fresh records first: one that is derived meanwhile is found twice and not missed.
Result<Page<directory::AuditRecord>> RocksdbStore::read_audit_log(
    const directory::AuditFilter& filter, const PageRequest<Id128>& page) const {
  const std::uint64_t first = directory::first_audit_number(page);
  std::vector<directory::AuditRecord> fresh = published_.audit.find_from(first);
  directory::AuditPage records(filter, page);
  std::uint64_t next = first;
  bool is_wanting = true;
  std::optional<Error> damage;
  const auto scanned = database_->scan(
      Family::audit, audit_key(first), {}, [&](std::string_view, std::string_view value) {
        auto record = directory::decode_audit_record(value);
        if (!record) {
          damage = database_->damaged("the audit log behind " + std::to_string(next) +
                                      " cannot be read");
          return false;
        }
        next = record->number + 1;
        is_wanting = records.take(*std::move(record));
        return is_wanting;
      });
  if (!scanned) return scanned.error();
  if (damage) return *damage;
  for (directory::AuditRecord& record : fresh) {
    if (is_wanting && record.number >= next) is_wanting = records.take(std::move(record));
  }
  return records.finish();
}

Result<std::vector<ledger::Entry>> RocksdbStore::entries_of(OrganizationId organization) {
  return entries_.read_all(organization);
}

}  // namespace farthing::store::embedded

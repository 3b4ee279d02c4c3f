// SPDX-License-Identifier: Apache-2.0
#include "server/testing/memory_store.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/check.hpp"
#include "server/directory/audit_page.hpp"
#include "server/directory/refusals.hpp"
#include "server/directory/rules.hpp"
#include "server/ledger/apply.hpp"
#include "server/ledger/decide.hpp"
#include "server/ledger/entry_id.hpp"
#include "server/store/grant_remainder.hpp"
#include "server/store/settle.hpp"

namespace farthing::store {
namespace {

using ledger::EntryKind;

bool is_grant(const ledger::Entry& entry) { return entry.kind == EntryKind::grant; }
bool is_charge(const ledger::Entry& entry) { return ledger::makes_charge(entry.kind); }

// The place of the first entry that a page may have.
std::size_t first_place(const PageRequest<Id128>& page) {
  return page.after ? ledger::seq_of(*page.after) : 0;
}

// The place of the first entry that is not before `at`.
std::size_t first_place_since(const std::vector<ledger::Entry>& entries, Instant at) {
  const auto first = std::ranges::lower_bound(entries, at, {}, &ledger::Entry::at);
  return static_cast<std::size_t>(first - entries.begin());
}

}  // namespace

// What is there now of a command's organization.
class MemoryStore::Source {
 public:
  static constexpr std::string_view kClockOf = "server";

  Source(MemoryStore& store, OrganizationId organization)
      : store_(store),
        standing_(store.find_standing(organization)),
        ledger_(store.find_ledger(organization)),
        time_(store.clock_.read()) {}

  LedgerTime time() const { return time_; }
  std::optional<directory::Standing> standing() const { return standing_; }
  ledger::OrganizationState& state() { return ledger_->state; }
  Result<std::vector<ledger::Entry>> find_outcome(const std::string& key) const {
    return MemoryStore::find_outcome(*ledger_, key);
  }
  std::optional<Error> find_refusal(Work /*work*/) const { return {}; }
  Result<std::optional<ledger::Record>> find_record(const Id128& id) const {
    const ledger::Record* record = ledger_->records.find(id);
    return record == nullptr ? std::nullopt : std::optional(*record);
  }
  Result<ledger::SpendingRecord> find_spending(ApiKeyId caller_key) const {
    const ledger::SpendingRecord* before = ledger_->records.find_spending(caller_key);
    return before == nullptr ? ledger::SpendingRecord() : *before;
  }
  std::optional<Error> find_damage(const ledger::Command& /*command*/,
                                   const ledger::Records& /*records*/) const {
    return {};
  }
  void keep_due(const ledger::Booked& booked) {
    ledger_->records.apply(booked);
    for (const ledger::Entry& entry : booked.entries()) ledger_->entries.push_back(entry);
  }
  void keep_outcome(const ledger::Booked& booked) {
    keep_due(booked);
    const ledger::Entry& first = booked.entries().front();
    ledger_->seq_by_idempotency_key[first.origin.idempotency_key] = first.seq;
  }
  const directory::Directory& directory() const { return store_.directory_; }
  void note(ApiKeyId asker, directory::ActOrigin origin, directory::Act act) {
    store_.note(asker, std::move(origin), std::move(act));
  }

 private:
  MemoryStore& store_;
  const std::optional<directory::Standing> standing_;
  OrganizationLedger* const ledger_;  // null: there is no such organization
  const LedgerTime time_;
};

void MemoryStore::settle(std::span<Movement> movements) {
  std::vector<Result<ledger::Outcome>> results;
  results.reserve(movements.size());
  {
    const std::lock_guard lock(mutex_);
    for (Movement& movement : movements) {
      Source source(*this, movement.command.organization);
      results.push_back(store::settle(source, movement, booked_));
    }
  }
  for (std::size_t i = 0; i < movements.size(); ++i) movements[i].reply(std::move(results[i]));
}

bool MemoryStore::erase(UserId person) {
  for (directory::AuditRecord& record : audit_log_) {
    if (directory::tells_of_person(record, person)) directory::erase_texts(record);
  }
  for (const auto& receipt : directory_.receipts_without_person(person)) directory_.apply(receipt);
  return true;
}

void MemoryStore::note(const ApiKeyId& api_key, directory::ActOrigin origin, directory::Act act) {
  const directory::AuditHead head =
      audit_log_.empty() ? directory::AuditHead() : directory::head_after(audit_log_.back());
  audit_log_.push_back(
      directory::make_audit_record(head, clock_.now(), api_key, std::move(origin), std::move(act)));
}

std::vector<ledger::Entry> MemoryStore::find_outcome(const OrganizationLedger& ledger,
                                                     const std::string& key) {
  std::vector<ledger::Entry> entries;
  const auto known = ledger.seq_by_idempotency_key.find(key);
  if (known == ledger.seq_by_idempotency_key.end()) return entries;
  std::size_t index = known->second - 1;
  do {
    entries.push_back(ledger.entries[index++]);
  } while (entries.back().is_continued);
  return entries;
}

std::optional<directory::Standing> MemoryStore::find_standing(OrganizationId id) const {
  const directory::Organization* organization = directory_.find_organization(id);
  if (organization == nullptr) return {};
  return organization->disabled_at ? directory::Standing::disabled : directory::Standing::enabled;
}

MemoryStore::OrganizationLedger* MemoryStore::find_ledger(OrganizationId organization) {
  if (directory_.find_organization(organization) == nullptr) return nullptr;
  OrganizationLedger& ledger = ledgers_[organization.value];
  ledger.state.organization = organization;
  return &ledger;
}

const ledger::Entry* MemoryStore::find_maker(OrganizationId organization, const Id128& subject) {
  const OrganizationLedger* ledger = find_ledger(organization);
  if (ledger == nullptr) return nullptr;
  const std::uint64_t seq = ledger::seq_of(subject);
  if (seq == 0 || seq > ledger->entries.size()) return nullptr;
  const ledger::Entry& entry = ledger->entries[seq - 1];
  return entry.subject == subject ? &entry : nullptr;
}

template <class IsListed>
Page<ledger::Entry> MemoryStore::pick_entries(const OrganizationLedger& ledger, std::size_t first,
                                              std::size_t last, std::size_t limit,
                                              std::size_t max_examined, IsListed is_listed) {
  Page<ledger::Entry> entries;
  std::size_t examined = 0;
  for (std::size_t i = first; i < last && !entries.has_more; ++i) {
    const ledger::Entry& entry = ledger.entries[i];
    if (examined++ == max_examined) {
      entries.has_more = true;
      entries.resume_after = ledger::make_entry_id(ledger.entries[i - 1].at, i);
    } else if (is_listed(entry)) {
      entries.has_more = entries.records.size() == limit;
      if (!entries.has_more) entries.records.push_back(entry);
    }
  }
  return entries;
}

void MemoryStore::take_over(std::span<const directory::DirectoryRecord> records,
                            std::span<const ledger::Entry> entries) {
  const std::lock_guard lock(mutex_);
  for (const directory::DirectoryRecord& record : records) directory_.apply(record);
  for (const ledger::Entry& entry : entries) {
    OrganizationLedger* ledger = find_ledger(entry.organization);
    CHECK(ledger != nullptr);
    for (const auto& past : ledger::apply(ledger->state, entry)) ledger->records.apply(past);
    ledger->records.apply(entry);
    ledger->entries.push_back(entry);
    const std::string& key = entry.origin.idempotency_key;
    if (!key.empty()) ledger->seq_by_idempotency_key.try_emplace(key, entry.seq);
  }
}

std::vector<ledger::Entry> MemoryStore::entries_of(OrganizationId organization) const {
  const std::lock_guard lock(mutex_);
  const auto found = ledgers_.find(organization.value);
  return found == ledgers_.end() ? std::vector<ledger::Entry>{} : found->second.entries;
}

void MemoryStore::change(directory::DirectoryCommand command,
                         Reply<directory::DirectoryOutcome> reply) {
  const auto decide_and_apply = [&]() -> Result<directory::DirectoryOutcome> {
    const std::lock_guard lock(mutex_);
    auto decision = decide(directory_, command, clock_.now());
    if (!decision) return std::move(decision).error();
    for (const directory::DirectoryRecord& record : decision->records) directory_.apply(record);
    const auto erase_it = [this](const auto& erasure) { return erase(erasure); };
    if (decision->erasure && !std::visit(erase_it, *decision->erasure)) decision->act.reset();
    if (decision->act) note(command.origin.actor, command.origin.act, *std::move(decision->act));
    if (decision->confirmed_time) clock_.raise_mark(*decision->confirmed_time);
    return std::move(decision->outcome);
  };
  reply(decide_and_apply());
}

bool MemoryStore::erase(const directory::EntryTexts& texts) {
  OrganizationLedger* ledger = find_ledger(texts.organization);
  CHECK(ledger != nullptr && texts.seq > 0 && texts.seq <= ledger->entries.size());
  return ledger::erase_texts(ledger->entries[texts.seq - 1]);
}

void MemoryStore::find_principal(const Digest& secret_digest,
                                 Reply<std::optional<directory::Principal>> reply) {
  std::unique_lock lock(mutex_);
  auto principal = directory_.find_principal(secret_digest);
  lock.unlock();
  reply(std::move(principal));
}

void MemoryStore::read_balance(OrganizationId organization, Reply<ledger::Balance> reply) {
  const auto read = [&]() -> Result<ledger::Balance> {
    const std::lock_guard lock(mutex_);
    const OrganizationLedger* ledger = find_ledger(organization);
    if (ledger == nullptr) return directory::no_such_organization();
    return ledger::balance_at(ledger->state, std::max(clock_.now(), ledger->state.last_at));
  };
  reply(read());
}

void MemoryStore::read_state(OrganizationId organization, Reply<CurrentState> reply) {
  const auto read = [&]() -> Result<CurrentState> {
    const std::lock_guard lock(mutex_);
    const OrganizationLedger* ledger = find_ledger(organization);
    if (ledger == nullptr) return directory::no_such_organization();
    return make_current(ledger->state, clock_.now());
  };
  reply(read());
}

void MemoryStore::read_spending(OrganizationId organization, ApiKeyId caller_key,
                                Reply<CurrentSpending> reply) {
  const auto read = [&]() -> Result<CurrentSpending> {
    const std::lock_guard lock(mutex_);
    const OrganizationLedger* ledger = find_ledger(organization);
    if (ledger == nullptr) return directory::no_such_organization();
    const ledger::SpendingRecord* before = ledger->records.find_spending(caller_key);
    return make_current_spending(ledger->state,
                                 before == nullptr ? ledger::SpendingRecord() : *before, caller_key,
                                 clock_.now());
  };
  reply(read());
}

void MemoryStore::read_user(UserId id, Reply<directory::User> reply) {
  std::unique_lock lock(mutex_);
  const directory::Account* account = directory_.find_account(id);
  auto user = directory::found_or_missing(account == nullptr ? nullptr : &account->user);
  lock.unlock();
  reply(std::move(user));
}

void MemoryStore::read_organization(OrganizationId id, Reply<directory::Organization> reply) {
  std::unique_lock lock(mutex_);
  auto organization = directory::found_or_missing(directory_.find_organization(id));
  lock.unlock();
  reply(std::move(organization));
}

void MemoryStore::read_api_key(ApiKeyId id, Reply<directory::ApiKey> reply) {
  std::unique_lock lock(mutex_);
  auto key = directory::found_or_missing(directory_.find_api_key(id));
  lock.unlock();
  reply(std::move(key));
}

void MemoryStore::read_grant(GrantId id, Reply<ledger::GrantStatus> reply) {
  const auto read = [&]() -> Result<ledger::GrantStatus> {
    const std::lock_guard lock(mutex_);
    const ledger::Entry* entry = find_maker(id.organization, id.own);
    if (entry == nullptr || entry->kind != EntryKind::grant) {
      return make_error(ErrorCode::not_found);
    }
    const auto& state = find_ledger(id.organization)->state;
    const GrantRemainders remainders(state, std::max(clock_.now(), state.last_at));
    return ledger::GrantStatus{.entry = *entry, .remaining = remainders.of(id.own)};
  };
  reply(read());
}

void MemoryStore::read_records(OrganizationId organization, std::vector<Id128> ids,
                               Reply<std::vector<std::optional<ledger::Record>>> reply) {
  std::vector<std::optional<ledger::Record>> records(ids.size());
  {
    const std::lock_guard lock(mutex_);
    const OrganizationLedger* ledger = find_ledger(organization);
    for (std::size_t i = 0; ledger != nullptr && i < ids.size(); ++i) {
      const ledger::Record* found = ledger->records.find(ids[i]);
      if (found == nullptr) continue;
      records[i] = *found;
      ledger::apply_due(*records[i], ids[i], ledger->state,
                        std::max(clock_.now(), ledger->state.last_at));
    }
  }
  reply(std::move(records));
}

void MemoryStore::read_entries(OrganizationId organization, std::vector<std::uint64_t> seqs,
                               Reply<std::vector<ledger::Entry>> reply) {
  std::vector<ledger::Entry> entries;
  {
    const std::lock_guard lock(mutex_);
    const OrganizationLedger* ledger = find_ledger(organization);
    for (const std::uint64_t seq : seqs) {
      const bool is_there = ledger != nullptr && seq > 0 && seq <= ledger->entries.size();
      if (is_there) entries.push_back(ledger->entries[seq - 1]);
    }
  }
  reply(std::move(entries));
}

void MemoryStore::read_outcome(OrganizationId organization, std::string idempotency_key,
                               Reply<ledger::Outcome> reply) {
  const auto read = [&]() -> Result<ledger::Outcome> {
    const std::lock_guard lock(mutex_);
    const OrganizationLedger* ledger = find_ledger(organization);
    if (ledger == nullptr) return directory::no_such_organization();
    auto entries = find_outcome(*ledger, idempotency_key);
    if (entries.empty()) return make_error(ErrorCode::not_found);
    return make_replay(entries);
  };
  reply(read());
}

void MemoryStore::note_key_uses(std::vector<directory::KeyUse> uses, Reply<Done> reply) {
  {
    const std::lock_guard lock(mutex_);
    for (const directory::KeyUse& use : uses) directory_.apply(use);
  }
  reply(Done{});
}

void MemoryStore::read_key_uses(std::vector<ApiKeyId> keys,
                                Reply<std::vector<std::optional<Instant>>> reply) {
  std::vector<std::optional<Instant>> uses;
  {
    const std::lock_guard lock(mutex_);
    for (const ApiKeyId& key : keys) uses.push_back(directory_.last_use(key));
  }
  reply(std::move(uses));
}

void MemoryStore::list_users(PageRequest<UserId> page, Reply<Page<directory::User>> reply) {
  std::unique_lock lock(mutex_);
  auto users = directory_.list_users(page);
  lock.unlock();
  reply(std::move(users));
}

void MemoryStore::list_organizations(std::optional<UserId> member, PageRequest<OrganizationId> page,
                                     Reply<Page<directory::Organization>> reply) {
  std::unique_lock lock(mutex_);
  auto organizations = directory_.list_organizations(member, page);
  lock.unlock();
  reply(std::move(organizations));
}

void MemoryStore::list_api_keys(std::optional<UserId> user, PageRequest<ApiKeyId> page,
                                Reply<Page<directory::ApiKey>> reply) {
  std::unique_lock lock(mutex_);
  auto keys = directory_.list_api_keys(user, page);
  lock.unlock();
  reply(std::move(keys));
}

void MemoryStore::list_members(OrganizationId organization, PageRequest<UserId> page,
                               Reply<Page<directory::Member>> reply) {
  const auto list = [&]() -> Result<Page<directory::Member>> {
    const std::lock_guard lock(mutex_);
    if (directory_.find_organization(organization) == nullptr)
      return directory::no_such_organization();
    return directory_.list_members(organization, page);
  };
  reply(list());
}

void MemoryStore::list_grants(OrganizationId organization, PageRequest<Id128> page,
                              Reply<Page<ledger::GrantStatus>> reply) {
  const auto list = [&]() -> Result<Page<ledger::GrantStatus>> {
    const std::lock_guard lock(mutex_);
    OrganizationLedger* ledger = find_ledger(organization);
    if (ledger == nullptr) return directory::no_such_organization();
    const std::size_t size = ledger->entries.size();
    auto entries = pick_entries(*ledger, first_place(page), size, page.limit, size, is_grant);
    const GrantRemainders remainders(ledger->state, std::max(clock_.now(), ledger->state.last_at));
    Page<ledger::GrantStatus> grants{.records = {}, .has_more = entries.has_more};
    for (ledger::Entry& entry : entries.records) {
      const Credits remaining = remainders.of(entry.subject);
      grants.records.push_back({.entry = std::move(entry), .remaining = remaining});
    }
    return grants;
  };
  reply(list());
}

void MemoryStore::list_charges(OrganizationId organization, PageRequest<Id128> page,
                               Reply<Page<ledger::ChargeStatus>> reply) {
  const auto list = [&]() -> Result<Page<ledger::ChargeStatus>> {
    const std::lock_guard lock(mutex_);
    OrganizationLedger* ledger = find_ledger(organization);
    if (ledger == nullptr) return directory::no_such_organization();
    auto entries = pick_entries(*ledger, first_place(page), ledger->entries.size(), page.limit,
                                kMaxExaminedPerPage, is_charge);
    Page<ledger::ChargeStatus> charges{
        .records = {}, .has_more = entries.has_more, .resume_after = entries.resume_after};
    for (ledger::Entry& entry : entries.records) {
      const ledger::Record* record = ledger->records.find(entry.subject);
      CHECK(record != nullptr);
      charges.records.push_back(
          {.entry = std::move(entry), .refunded = ledger::refunded_of(*record)});
    }
    return charges;
  };
  reply(list());
}

void MemoryStore::list_audit_log(directory::AuditFilter filter, PageRequest<Id128> page,
                                 Reply<Page<directory::AuditRecord>> reply) {
  directory::AuditPage records(filter, page);
  {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = directory::first_audit_number(page) - 1; i < audit_log_.size(); ++i) {
      if (!records.take(audit_log_[i])) break;
    }
  }
  reply(records.finish());
}

void MemoryStore::list_entries(OrganizationId organization, ledger::EntryFilter filter,
                               PageRequest<Id128> page, Reply<Page<ledger::Entry>> reply) {
  const auto list = [&]() -> Result<Page<ledger::Entry>> {
    const std::lock_guard lock(mutex_);
    const OrganizationLedger* ledger = find_ledger(organization);
    if (ledger == nullptr) return directory::no_such_organization();
    const auto& entries = ledger->entries;
    std::size_t first = first_place(page);
    if (filter.from) first = std::max(first, first_place_since(entries, *filter.from));
    const std::size_t last = filter.to ? first_place_since(entries, *filter.to) : entries.size();
    return pick_entries(*ledger, first, last, page.limit, kMaxExaminedPerPage,
                        [&](const ledger::Entry& entry) { return filter.accepts(entry); });
  };
  reply(list());
}

}  // namespace farthing::store

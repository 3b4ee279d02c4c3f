// SPDX-License-Identifier: Apache-2.0
#include "selftest/check.hpp"

#include <set>
#include <utility>

#include "base/await.hpp"
#include "model/canonical.hpp"
#include "model/comparison.hpp"
#include "server/ledger/entry_id.hpp"

namespace farthing::selftest {
namespace {

using model::Complaints;

void append(Complaints& all, const Complaints& more) {
  all.insert(all.end(), more.begin(), more.end());
}

Complaints check_balance(store::Store& store, OrganizationId organization,
                         const model::ModelLedger& present) {
  const auto balance = await<Result<ledger::Balance>>(
      [&](auto reply) { store.read_balance(organization, std::move(reply)); });
  if (!balance) return {"the balance cannot be read: " + balance.error().message};
  return model::compare_balance(present, *balance);
}

Complaints check_state(store::Store& store, OrganizationId organization,
                       const model::ModelLedger& present, Instant now) {
  const auto state = await<Result<store::CurrentState>>(
      [&](auto reply) { store.read_state(organization, std::move(reply)); });
  if (!state) return {"the state cannot be read: " + state.error().message};
  if (state->at != now) return {"the state is one of another moment"};
  return model::compare_state(present, state->state);
}

// Checks the spending of each caller's key, by which its caps are judged.
Complaints check_spending(store::Store& store, OrganizationId organization,
                          const model::ModelLedger& present, Instant now) {
  Complaints complaints;
  for (const std::string& caller : present.callers()) {
    const ApiKeyId key{Id128::from_bytes(caller)};
    const auto found = await<Result<store::CurrentSpending>>(
        [&](auto reply) { store.read_spending(organization, key, std::move(reply)); });
    if (!found) return {"what a key has spent cannot be read: " + found.error().message};
    if (found->current.at != now) return {"what a key has spent is of another moment"};
    append(complaints, model::compare_spending(present, key, found->spending, now));
    append(complaints, model::compare_state(present, found->current.state));
  }
  return complaints;
}

Complaints check_record(store::Store& store, OrganizationId organization, const Id128& id,
                        const model::ModelLedger& present) {
  const auto records = await<Result<std::vector<std::optional<ledger::Record>>>>(
      [&](auto reply) { store.read_records(organization, {id}, std::move(reply)); });
  if (!records) return {"a record cannot be read: " + records.error().message};
  const std::optional<ledger::Record>& record = records->front();
  return model::compare_record(present, id, record ? &*record : nullptr);
}

// Checks an outcome; `own` is its first entry.
Complaints check_outcome(store::Store& store, const ledger::Entry& own) {
  const auto outcome = await<Result<ledger::Outcome>>([&](auto reply) {
    store.read_outcome(own.organization, own.origin.idempotency_key, std::move(reply));
  });
  const std::string what = "the outcome of key " + own.origin.idempotency_key;
  if (!outcome) return {what + " cannot be read: " + outcome.error().message};
  if (bytes_of(outcome->entry) != bytes_of(own)) return {what + " is another one"};
  return {};
}

}  // namespace

std::optional<std::vector<ledger::Entry>> read_entries(store::Store& store,
                                                       OrganizationId organization,
                                                       const std::optional<ledger::Entry>& last) {
  std::vector<ledger::Entry> entries;
  PageRequest<Id128> request;
  if (last) request.after = ledger::make_entry_id(last->at, last->seq);
  while (true) {
    auto page = await<Result<Page<ledger::Entry>>>(
        [&](auto reply) { store.list_entries(organization, {}, request, std::move(reply)); });
    if (!page) return {};
    for (ledger::Entry& entry : page->records) {
      request.after = ledger::make_entry_id(entry.at, entry.seq);
      entries.push_back(std::move(entry));
    }
    if (!page->has_more) return entries;
    if (page->resume_after) request.after = page->resume_after;
  }
}

Complaints check_present(store::Store& store, const Follower& follower, Instant now,
                         std::span<const ledger::Entry> entries) {
  const OrganizationId organization = follower.organization();
  model::ModelLedger present = follower.model();
  present.take_due(now.us());
  Complaints complaints = check_balance(store, organization, present);
  append(complaints, check_state(store, organization, present, now));
  append(complaints, check_spending(store, organization, present, now));
  std::set<Id128> ids;
  for (const ledger::Entry& entry : entries) {
    if (entry.kind != ledger::EntryKind::refund) ids.insert(entry.subject);
    if (entry.parent) ids.insert(*entry.parent);
    if (!entry.origin.idempotency_key.empty()) append(complaints, check_outcome(store, entry));
  }
  // All subjects have a record except that of a limit, which is the organization itself.
  ids.erase(organization.value);
  for (const Id128& id : ids) {
    append(complaints, check_record(store, organization, id, present));
  }
  return complaints;
}

Complaints check_chain(store::Store& store, const Follower& follower) {
  const auto entries = read_entries(store, follower.organization(), {});
  if (!entries) return {"the entries cannot be read"};
  std::string hash(32, '\0');
  std::uint64_t seq = 0;
  const std::uint64_t last_seq = follower.last() ? follower.last()->seq : 0;
  for (const ledger::Entry& entry : *entries) {
    hash = model::sha256_of(hash.append(model::canonical_bytes_of(entry)));
    if (entry.seq != ++seq || model::text_of(entry.hash) != hash) {
      return {"the chain is broken at entry " + std::to_string(seq)};
    }
    if (seq == last_seq && entry.hash != follower.last()->hash) {
      return {"the chain is not the one that was followed"};
    }
    // Later entries can only be of what has fallen due meanwhile, which has no key.
    if (seq > last_seq && !entry.origin.idempotency_key.empty()) {
      return {"entry " + std::to_string(seq) + " was booked when nobody asked"};
    }
  }
  if (seq < last_seq) {
    return {"there are " + std::to_string(seq) + " entries and not " + std::to_string(last_seq)};
  }
  return {};
}

}  // namespace farthing::selftest

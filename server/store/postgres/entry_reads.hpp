// SPDX-License-Identifier: Apache-2.0
// Reads an organization's ledger, except its balance. Each read sees all that was answered before
// it began. What is not there is `not_found`; a DatabaseError says that the database did not
// answer.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "server/store/postgres/session.hpp"
#include "server/store/postgres/store_clock.hpp"
#include "server/store/store.hpp"

namespace farthing::store::postgres {

// Reads the entries of the outcome that begins with the stored entry `first`.
Checked<std::vector<ledger::Entry>> read_outcome(Session& session, OrganizationId organization,
                                                 std::string_view first);

class EntryReads {
 public:
  // Both must outlive this.
  EntryReads(Session& session, StoreClock& clock) : session_(session), clock_(clock) {}

  // Finds the state as it was after the last entry; nothing when there is no such organization.
  Checked<std::optional<ledger::OrganizationState>> find_state(OrganizationId organization);
  // A state after the last entry, and the record of a caller's key, which is empty when there is
  // none.
  struct StateAndSpending {
    ledger::OrganizationState state;
    ledger::SpendingRecord before;
  };
  Checked<std::optional<StateAndSpending>> find_spending(OrganizationId organization,
                                                         ApiKeyId caller_key);
  Checked<Result<ledger::GrantStatus>> read_grant(const GrantId& id);
  Checked<std::vector<std::optional<ledger::Record>>> read_records(OrganizationId organization,
                                                                   const std::vector<Id128>& ids);
  Checked<std::vector<ledger::Entry>> read_entries(OrganizationId organization,
                                                   const std::vector<std::uint64_t>& seqs);
  Checked<Result<ledger::Outcome>> read_outcome(OrganizationId organization,
                                                const std::string& key);

  Checked<Result<Page<ledger::GrantStatus>>> list_grants(OrganizationId organization,
                                                         const PageRequest<Id128>& page);
  // Picks out the charges, which are most of the entries. The page says so when it had to pass over
  // too many others.
  Checked<Result<Page<ledger::ChargeStatus>>> list_charges(OrganizationId organization,
                                                           const PageRequest<Id128>& page);
  // Lists the entries that pass the filter. The filter's time is looked up in the order of the
  // entries; by the rest of it they are picked out, as charges are.
  Checked<Result<Page<ledger::Entry>>> list_entries(OrganizationId organization,
                                                    const ledger::EntryFilter& filter,
                                                    const PageRequest<Id128>& page);

 private:
  // What is known of something by its own id, and the state at the same moment.
  struct Subject {
    ledger::OrganizationState state;
    std::optional<ledger::Record> record;  // if it was changed since it was made
    std::optional<ledger::Entry> maker;
  };
  enum class Verdict : std::uint8_t { wanted, unwanted, past_the_end };
  using Judge = std::function<Verdict(const ledger::Entry&)>;

  // Returns nothing when there is no such organization.
  Checked<std::optional<Subject>> find_subject(OrganizationId organization, const Id128& id);
  Checked<std::vector<ledger::Entry>> read_entries(const Statement& statement,
                                                   OrganizationId organization, std::uint64_t seq,
                                                   std::size_t limit);
  Checked<std::vector<ledger::Entry>> run_for_entries(Call call, OrganizationId organization);
  // Picks out the entries from `seq` on that `judge` wants: up to `limit` of them, until one is
  // past the end.
  Checked<Result<Page<ledger::Entry>>> pick(OrganizationId organization, std::uint64_t seq,
                                            std::size_t limit, const Judge& judge);
  // Returns the number of the first entry that is not before `at`; without one, the number that the
  // next entry will get.
  Checked<std::uint64_t> find_first_since(OrganizationId organization, Instant at);
  // Returns whether the entry is before `at`; false also for an entry that is not there.
  Checked<bool> is_before(OrganizationId organization, std::uint64_t seq, Instant at);

  Session& session_;
  StoreClock& clock_;
};

}  // namespace farthing::store::postgres

// SPDX-License-Identifier: Apache-2.0
// One organization of a store while it is verified: its entries one after the other, then what the
// database has derived from those that it holds, then the entries that are in the journal only.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "offline/inspect/derived_checks.hpp"
#include "offline/inspect/inspection_report.hpp"
#include "server/ledger/state.hpp"
#include "server/store/embedded/tables/database.hpp"
#include "verify/counts.hpp"
#include "verify/finding.hpp"
#include "verify/ledger_verifier.hpp"
#include "verify/unique_keys.hpp"

namespace farthing::inspect {

// The result of a check; nothing: all is as it should be. An error: it could not be read.
using Verdict = Result<verify::Check>;

class OrganizationInspection {
 public:
  // All must outlive this.
  OrganizationInspection(OrganizationId organization, Making making,
                         const store::embedded::Database& database, verify::Spool& spool,
                         verify::Counts& counts);

  // Takes the next entry of the database, in its stored form, found under the number `seq`.
  Verdict next_derived(std::uint64_t seq, std::string_view stored);
  // Checks what the database has derived, after the last of its entries.
  Verdict check_derived();
  // Takes the next entry of the journal.
  Verdict next_fresh(std::string_view stored);
  // Ends the inspection, after the last entry of all.
  Verdict finish();

  OrganizationId organization() const { return organization_; }
  // Returns the end of the chain after the last entry that was right.
  const Head& head() const { return head_; }
  // Returns where a finding is.
  std::uint64_t place() const { return verifier_.place(); }

 private:
  // `sealed` is what could be read of `stored`.
  Verdict next(const std::optional<verify::SealedEntry>& sealed, std::string_view stored);
  Verdict check_indexes(const verify::Entry& entry);
  Verdict check_snapshot();
  Verdict find_next_snapshot(std::uint64_t seq);
  // Returns how many keys of a family begin with the organization's id.
  Result<std::uint64_t> count_keys(store::embedded::Family family) const;
  Verdict check_index_sizes();
  Verdict check_records();
  Verdict check_state();
  Verdict check_spending(const ledger::OrganizationState& state);

  const OrganizationId organization_;
  const Making making_;
  const store::embedded::Database& database_;
  verify::LedgerVerifier verifier_;
  verify::UniqueKeys keys_;
  verify::Counts& counts_;
  Head head_;
  verify::Counts derived_;                      // of the database's entries
  std::optional<std::uint64_t> next_snapshot_;  // the number of its entry
};

}  // namespace farthing::inspect

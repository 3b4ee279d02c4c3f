// SPDX-License-Identifier: Apache-2.0
// Holds the stored records of a directory against what the acts of the audit log have made of it.
// What no act tells of is from before the log began, and is not judged.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>

#include "base/id.hpp"
#include "offline/inspect/derived_checks.hpp"
#include "offline/inspect/inspection_report.hpp"
#include "server/directory/directory_record.hpp"
#include "verify/act_replay.hpp"

namespace farthing::inspect {

class DirectoryInspection {
 public:
  explicit DirectoryInspection(verify::ActReplay replay) : replay_(std::move(replay)) {}

  // Takes the next record. Records come in the order of their keys, receipts last.
  std::optional<StoreDeviation> take(const directory::DirectoryRecord& record);
  // Finds, after the last record, what acts tell of and no record has.
  std::optional<StoreDeviation> finish() const;

  // The organizations, and since when they are disabled, if they are.
  const std::map<OrganizationId, std::optional<Instant>>& organizations() const {
    return organizations_;
  }
  Making making_of(OrganizationId organization) const;

 private:
  using Fields = verify::ActReplay::Fields;
  std::optional<StoreDeviation> compare(const std::string& name, const Fields& stored);
  // Checks a receipt: what a repetition is answered is a record as the acts have made it at some
  // time.
  std::optional<StoreDeviation> check_receipt(const directory::DirectoryReceipt& receipt) const;
  verify::Check check_untold(const directory::DirectoryRecord& record) const;

  verify::ActReplay replay_;
  std::map<OrganizationId, std::optional<Instant>> organizations_;
  // Users, organizations and keys; they are never removed, and come before receipts.
  std::unordered_set<Id128, Id128Hash> present_;
  std::set<std::string> seen_;  // by the names that acts have for them
};

}  // namespace farthing::inspect
